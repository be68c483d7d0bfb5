/** Milliseconds in which a card is drawn, also on a busy machine. */
const PATIENCE_MS = 10_000;

let stopWaiting = (): void => undefined;

/**
 * Puts the focus on what waits for an answer, as soon as it is drawn; on the message when nothing does. Whoever presses a key or
 * clicks before that has gone somewhere else.
 */
export function goToQuestion(doesWait: () => boolean): void {
  stopWaiting();
  if (focusFirst("[data-waiting]")) return;
  if (!doesWait()) return void focusFirst(".composer-text");
  const over = new AbortController();
  stopWaiting = () => over.abort();
  for (const type of ["keydown", "pointerdown"])
    window.addEventListener(type, stopWaiting, { capture: true, signal: over.signal });
  const drawn = new MutationObserver(() => {
    if (focusFirst("[data-waiting]")) over.abort();
  });
  drawn.observe(document.body, { childList: true, subtree: true });
  const limit = setTimeout(stopWaiting, PATIENCE_MS);
  over.signal.addEventListener("abort", () => {
    drawn.disconnect();
    clearTimeout(limit);
  });
}

/** False when none of them is there. */
export function focusFirst(...selectors: readonly string[]): boolean {
  for (const selector of selectors) {
    const element = document.querySelector<HTMLElement>(selector);
    if (!element) continue;
    element.focus();
    return true;
  }
  return false;
}
