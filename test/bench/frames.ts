/** What the display did between two moments. Milliseconds between frames; shares between 0 and 1. */
export interface Frames {
  readonly count: number;
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly worstMs: number;
  /** Frames that came within 20 ms of the one before: 60 a second, with what a clock may be off. */
  readonly onTime: number;
  /** Frames a second over the whole time. */
  readonly rate: number;
}

export function summarise(gaps: readonly number[]): Frames {
  const sorted = gaps.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  const wholeMs = gaps.reduce((sum, gap) => sum + gap, 0);
  return {
    count: gaps.length,
    medianMs: at(0.5),
    p95Ms: at(0.95),
    worstMs: at(1),
    onTime: gaps.filter((gap) => gap <= 20).length / gaps.length,
    rate: (1000 * gaps.length) / wholeMs,
  };
}

/** Runs in the panel: the gaps between the frames of the next `ms` milliseconds. */
export const watchIdle = (_body: Element, ms: number): Promise<number[]> =>
  new Promise((resolve) => {
    const gaps: number[] = [];
    let last = performance.now();
    const end = last + ms;
    const frame = (now: number): void => {
      gaps.push(now - last);
      last = now;
      if (now < end) requestAnimationFrame(frame);
      else resolve(gaps.slice(1));
    };
    requestAnimationFrame(frame);
  });

/**
 * Runs in the panel of an empty conversation: the gaps between frames from the one that brings the first words of the
 * reply until a few after it is finished.
 */
export const watchReply = (_body: Element): Promise<number[]> =>
  new Promise((resolve, reject) => {
    const gaps: number[] = [];
    let last = performance.now();
    let after = 0;
    setTimeout(() => reject(new Error("No reply was streamed within a minute.")), 60_000);
    const frame = (now: number): void => {
      const reply = document.querySelector(".reply");
      if (reply) gaps.push(now - last);
      last = now;
      if (reply?.getAttribute("data-done") === "true") after += 1;
      if (after < 5) requestAnimationFrame(frame);
      else resolve(gaps);
    };
    requestAnimationFrame(frame);
  });

/** Runs in the panel: clicks a conversation in the history; milliseconds until a frame shows its last words. */
export const openEntry = (
  _body: Element,
  { title, lastWords }: { title: string; lastWords: string },
): Promise<number> =>
  new Promise((resolve, reject) => {
    const entry = [...document.querySelectorAll<HTMLElement>(".history-open")].find((element) =>
      element.textContent?.includes(title),
    );
    if (!entry) return reject(new Error(`The history has no "${title}".`));
    const start = performance.now();
    entry.click();
    const look = (): void => {
      const last = [...document.querySelectorAll(".reply")].at(-1);
      // One more frame: this one is only about to be painted.
      if (last?.textContent?.includes(lastWords))
        requestAnimationFrame(() => resolve(performance.now() - start));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });

/**
 * Runs in every frame of the page before its own scripts: notes when the button of the mouse went down, and when the
 * composer took a letter, as epoch milliseconds in `data-bench-*` of the root element.
 */
export const watchForTyping = (): void => {
  const now = (): string => String(performance.timeOrigin + performance.now());
  addEventListener("pointerdown", () => document.documentElement.setAttribute("data-bench-pressed", now()), {
    capture: true,
  });
  if (window.top === window) return;
  // A timer, because the editor writes the page anew into its frame, which ends frame callbacks, not timers.
  const timer = setInterval(() => {
    const composer = document.querySelector<HTMLTextAreaElement>("textarea.composer-text");
    if (!composer || composer.disabled) return;
    clearInterval(timer);
    composer.focus();
    document.execCommand("insertText", false, "a");
    // A field that React has not taken over would lose the letter by the next frame.
    requestAnimationFrame(() => {
      document.documentElement.setAttribute("data-bench-typed", composer.value === "a" ? now() : "lost");
    });
  }, 4);
};
