const LONG = 450;
/** A finger is never quite still, in pixels. */
const STILL = 10;

/** Tells of a finger that stays where it went down. */
export function createLongPress(onLongPress: (target: Element) => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let start = { x: 0, y: 0 };

  function down(event: PointerEvent): void {
    end();
    const { target } = event;
    if (event.pointerType !== "touch" || !(target instanceof Element)) return;
    start = { x: event.clientX, y: event.clientY };
    timer = setTimeout(() => {
      swallowClick();
      onLongPress(target);
    }, LONG);
  }

  function move({ clientX, clientY }: PointerEvent): void {
    if (Math.hypot(clientX - start.x, clientY - start.y) > STILL) end();
  }

  function end(): void {
    clearTimeout(timer);
  }

  return { down, move, end };
}

/** The finger that goes up must not press what has come up below it. */
function swallowClick(): void {
  const swallow = (event: TouchEvent) => event.preventDefault();
  document.addEventListener("touchend", swallow, { capture: true, once: true, passive: false });
}
