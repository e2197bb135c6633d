const LONG_PRESS_MS = 450;
/** A finger that moves further than this is no long press. */
const MOVE_TOLERANCE_PX = 10;

/** Calls back when a finger stays down in one place for {@link LONG_PRESS_MS}. */
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
    }, LONG_PRESS_MS);
  }

  function move({ clientX, clientY }: PointerEvent): void {
    if (Math.hypot(clientX - start.x, clientY - start.y) > MOVE_TOLERANCE_PX) end();
  }

  function end(): void {
    clearTimeout(timer);
  }

  return { down, move, end };
}

/** Lifting the finger must not click what has opened below it. */
function swallowClick(): void {
  const swallow = (event: TouchEvent) => event.preventDefault();
  document.addEventListener("touchend", swallow, { capture: true, once: true, passive: false });
}
