/** Within this distance, the log counts as scrolled to the newest message. */
const AT_NEWEST_PX = 48;

/** A revealed element stands this far below the top of the view. */
const REVEALED_PX = 96;

/**
 * Keeps the visible text in place while the log grows above and below it.
 *
 * The log is a reversed column: its scroll position is counted from the bottom, 0 at the newest
 * message and negative above, so a log that is scrolled to the bottom stays there. Further up, the
 * anchor is the first message in view, which is moved back to where it was. (The scroll anchoring of
 * browsers is switched off by the style, because not all of them have it.)
 *
 * @param endsNewest whether the log ends with the newest message. A detached window does not, so
 * its end is no place to stick to.
 */
export function createScrollAnchor(scroller: () => HTMLElement, endsNewest: () => boolean) {
  let anchor: { element: Element; top: number } | null = null;

  function isAtNewest(): boolean {
    return endsNewest() && scroller().scrollTop > -AT_NEWEST_PX;
  }

  /** Notes the anchor; to be called after each scroll. */
  function remember(): void {
    const element = isAtNewest() ? null : firstInView();
    anchor = element && { element, top: element.getBoundingClientRect().top };
  }

  /** Restores the position of the anchor; to be called after the log has changed. */
  function restore(): void {
    if (!anchor) toNewest();
    else if (anchor.element.isConnected) putBack(anchor.element, anchor.top);
  }

  function putBack(element: Element, top: number): void {
    const moved = element.getBoundingClientRect().top - top;
    if (Math.abs(moved) > 0.5) scroller().scrollTop += moved;
  }

  function toNewest(): void {
    anchor = null;
    scroller().scrollTop = 0;
  }

  /** Scrolls an element into view if it is above the view, together with a short rest above it. */
  function reveal(element: Element): void {
    const { top } = scroller().getBoundingClientRect();
    const above = top + REVEALED_PX - element.getBoundingClientRect().top;
    const rest = distanceAbove() - above;
    const isShort = rest < scroller().clientHeight / 3;
    if (above > 0) scroller().scrollTop -= above + (isShort ? rest : 0);
    remember();
  }

  function firstInView(): Element | null {
    const articles = scroller().querySelectorAll("article");
    const { top } = scroller().getBoundingClientRect();
    const found = firstIndex(articles, ({ bottom }) => bottom > top);
    return articles[Math.min(found, articles.length - 1)] ?? null;
  }

  /** The last message whose end is in view or above it. */
  function lastSeen(): HTMLElement | null {
    const messages = scroller().querySelectorAll<HTMLElement>("[data-seq]");
    // Positions are fractions of a pixel.
    const end = scroller().getBoundingClientRect().bottom + 1;
    return messages[firstIndex(messages, ({ bottom }) => bottom > end) - 1] ?? null;
  }

  /** The distance to the top of the oldest loaded message, in pixels. */
  function distanceAbove(): number {
    const { scrollHeight, clientHeight, scrollTop } = scroller();
    return scrollHeight - clientHeight + scrollTop;
  }

  /** The distance to the bottom of the newest loaded message, in pixels. */
  function distanceBelow(): number {
    return -scroller().scrollTop;
  }

  /** Scrolls an element to the middle of the view. */
  function center(element: Element): void {
    const view = scroller().getBoundingClientRect();
    const { top, height } = element.getBoundingClientRect();
    scroller().scrollTop += top - view.top - Math.max(0, (view.height - height) / 2);
    remember();
  }

  return {
    isAtNewest,
    remember,
    restore,
    toNewest,
    reveal,
    lastSeen,
    center,
    distanceAbove,
    distanceBelow,
  };
}

/**
 * A binary search, because elements are in document order.
 * @returns the index of the first element whose rectangle satisfies `isFound`, or the length.
 */
function firstIndex(elements: ArrayLike<Element>, isFound: (rect: DOMRect) => boolean): number {
  let [low, high] = [0, elements.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const element = elements[middle];
    if (element && isFound(element.getBoundingClientRect())) high = middle;
    else low = middle + 1;
  }
  return low;
}
