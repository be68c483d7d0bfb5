const FOCUSABLE =
  "button:not(:disabled,[tabindex='-1']), input:not(:disabled), textarea, a[href], [tabindex='0']";
const STOPS = "main, .dock, .ask-dock, .bottom-bar";

/**
 * Whoever works with keys must not be thrown out of the panel when the thing that had the focus goes away (a card that
 * was answered, a button that did its work): the focus moves to the nearest thing that stays, at last to the composer.
 */
export function keepFocus(body: HTMLElement): void {
  let last: Place | undefined;
  body.addEventListener("focusin", ({ target }) => {
    if (target instanceof HTMLElement)
      last = { element: target, around: ancestors(target), entries: entriesAround(target) };
  });
  new MutationObserver(() => {
    if (last && isGone(last.element)) requestAnimationFrame(restore);
  }).observe(body, { childList: true, subtree: true, attributeFilter: ["disabled"] });

  function restore(): void {
    if (!last || !isGone(last.element) || !document.hasFocus()) return;
    const { activeElement } = document;
    if (activeElement !== body && activeElement !== last.element) return;
    const next = last.entries.map(nextEntry).find((one) => one !== null);
    const near = last.around.find((one) => one.isConnected && find(one));
    const rest = body.querySelector<HTMLElement>(".composer-text, .history input");
    (next ?? (near && find(near)) ?? rest)?.focus();
  }
}

interface Place {
  readonly element: Element;
  readonly around: readonly HTMLElement[];
  readonly entries: readonly Entry[];
}
/** An entry of a list, and which of its controls had the focus (`data-act`). */
interface Entry {
  readonly entry: HTMLElement;
  readonly list: HTMLElement;
  readonly index: number;
  readonly act: string;
}

/** From the inside out; only controls that every entry of their list has can be found in the next one. */
function entriesAround(element: HTMLElement): readonly Entry[] {
  const { act } = element.dataset;
  const found: Entry[] = [];
  for (let entry = element.closest("li"); act && entry; entry = entry.parentElement?.closest("li") ?? null) {
    const list = entry.parentElement;
    if (list) found.push({ entry, list, act, index: [...list.children].indexOf(entry) });
  }
  return found;
}

/** What a decision takes off a list is followed by the next one: the same control of the entry in its place. */
function nextEntry({ entry, list, index, act }: Entry): HTMLElement | null {
  if (entry.isConnected || !list.isConnected) return null;
  const next = list.children[Math.min(index, list.children.length - 1)];
  return next?.querySelector<HTMLElement>(`[data-act="${act}"]`) ?? null;
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
