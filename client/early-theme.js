// A classic script that blocks the first paint, so that a stored theme never flashes the other one.
// It is a file of its own because the page's CSP allows no inline script.
try {
  const theme = localStorage.getItem("parley.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be forbidden: then the system's preference holds.
}
