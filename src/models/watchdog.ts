export interface Watchdog {
  /** Aborts with the caller's reason, or with the error that `tooLate` makes. */
  readonly signal: AbortSignal;
  /** A sign of life. Cheap: the timer is set again only when it rings. */
  readonly kick: () => void;
  /** From now on, this much silence is too much. */
  readonly allow: (idleMs: number) => void;
  readonly stop: () => void;
}

/** Watches over something that must keep giving signs of life. `tooLate` is told how long it was silent, in ms. */
export function startWatchdog(
  outer: AbortSignal,
  firstIdleMs: number,
  tooLate: (idleMs: number) => Error,
): Watchdog {
  const controller = new AbortController();
  let idleMs = firstIdleMs;
  let lastSign = performance.now();
  let timer = setTimeout(check, idleMs);

  function check(): void {
    const remaining = lastSign + idleMs - performance.now();
    if (remaining <= 0) controller.abort(tooLate(idleMs));
    else timer = setTimeout(check, Math.ceil(remaining));
  }
  const kick = (): void => {
    lastSign = performance.now();
  };

  return {
    signal: AbortSignal.any([outer, controller.signal]),
    kick,
    allow(nextIdleMs) {
      kick();
      idleMs = nextIdleMs;
      clearTimeout(timer);
      timer = setTimeout(check, idleMs);
    },
    stop: () => clearTimeout(timer),
  };
}
