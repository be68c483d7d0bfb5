const FOCUSABLE =
  "button:not(:disabled,[tabindex='-1']), input:not(:disabled), textarea, a[href], [tabindex='0']";
const STOPS = "main, .dock, .ask-dock, .bottom-bar";

/**
 * Whoever works with keys must not be thrown out of the panel when the thing that had the focus goes away (a card that
 * was answered, a button that did its work): the focus moves to the nearest thing that stays, at last to the composer.
 */
export function keepFocus(body: HTMLElement): void {
  let last: { element: Element; around: readonly HTMLElement[] } | undefined;
  body.addEventListener("focusin", ({ target }) => {
    if (target instanceof HTMLElement) last = { element: target, around: ancestors(target) };
  });
  new MutationObserver(() => {
    if (last && isGone(last.element)) requestAnimationFrame(restore);
  }).observe(body, { childList: true, subtree: true, attributeFilter: ["disabled"] });

  function restore(): void {
    if (!last || !isGone(last.element) || !document.hasFocus()) return;
    const { activeElement } = document;
    if (activeElement !== body && activeElement !== last.element) return;
    const near = last.around.find((one) => one.isConnected && find(one));
    (near ? find(near) : body.querySelector<HTMLElement>(".composer-text, .history input"))?.focus();
  }
}

const isGone = (element: Element): boolean => !element.isConnected || element.matches(":disabled");

const find = (inside: HTMLElement): HTMLElement | null =>
  inside.tabIndex === 0 ? inside : inside.querySelector<HTMLElement>(FOCUSABLE);

/**
 * From the inside out, as far as one thing on the page reaches; a neighbour further away has nothing to do with it.
 * Least of all the next card: a key meant for the one before must not answer it.
 */
function ancestors(element: Element): readonly HTMLElement[] {
  const found: HTMLElement[] = [];
  for (let at = element.parentElement; at && !at.matches(STOPS); at = at.parentElement) found.push(at);
  return found.some((one) => one.matches(".ask-card")) ? [] : found;
}
