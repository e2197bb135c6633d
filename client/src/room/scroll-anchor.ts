/** So near to the newest message counts as being there, in pixels. */
const NEAR = 48;

/**
 * Keeps the text that is being read where it is while the log around it grows.
 *
 * The log is a reversed column: its scroll position is counted from the bottom, 0 at the newest
 * message and negative above, so whoever is at the bottom stays there by itself. Whoever reads
 * further up has an anchor, the first message in view, which is put back where it was. (Browsers
 * have scroll anchoring, but not all of them; the style switches theirs off.)
 *
 * @param endsNewest whether the log ends with the newest message: a stretch of the past does not,
 * and whoever has come to its end stays where they are when it goes on.
 */
export function createScrollAnchor(scroller: () => HTMLElement, endsNewest: () => boolean) {
  let anchor: { element: Element; top: number } | null = null;

  function isAtNewest(): boolean {
    return endsNewest() && scroller().scrollTop > -NEAR;
  }

  /** To be called after each scroll. */
  function remember(): void {
    const element = isAtNewest() ? null : firstInView();
    anchor = element && { element, top: element.getBoundingClientRect().top };
  }

  /** To be called after the log has changed. */
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

  /** Puts an element near the top when it would be above it otherwise. */
  function reveal(element: Element): void {
    const { top } = scroller().getBoundingClientRect();
    const above = top + NEAR - element.getBoundingClientRect().top;
    if (above <= 0) return;
    scroller().scrollTop -= above;
    remember();
  }

  /** Articles are in document order, so the first in view is found by halving. */
  function firstInView(): Element | null {
    const articles = scroller().querySelectorAll("article");
    const { top } = scroller().getBoundingClientRect();
    let [low, high] = [0, articles.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((articles[middle]?.getBoundingClientRect().bottom ?? 0) > top) high = middle;
      else low = middle + 1;
    }
    return articles[low] ?? null;
  }

  /** How far up the oldest message that is here still is, in pixels. */
  function leftAbove(): number {
    const { scrollHeight, clientHeight, scrollTop } = scroller();
    return scrollHeight - clientHeight + scrollTop;
  }

  /** How far down the last message that is here still is, in pixels. */
  function leftBelow(): number {
    return -scroller().scrollTop;
  }

  /** Puts an element into the middle of the view. */
  function center(element: Element): void {
    const view = scroller().getBoundingClientRect();
    const { top, height } = element.getBoundingClientRect();
    scroller().scrollTop += top - view.top - Math.max(0, (view.height - height) / 2);
    remember();
  }

  return { isAtNewest, remember, restore, toNewest, reveal, center, leftAbove, leftBelow };
}
