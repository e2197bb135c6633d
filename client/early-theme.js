// A classic script, because a stored theme must be set before the first paint, and a file of its
// own, because the page's CSP allows no inline script.
try {
  const theme = localStorage.getItem("parley.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // The browser may forbid storage: the theme is that of the system then.
}
