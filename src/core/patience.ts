interface Deadline {
  readonly controller: AbortController;
  leftMs: number;
  startedMs: number;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** Deadlines that stand still while a person is asked: what they take for their answer is nobody's fault. */
export class Patience {
  readonly #deadlines = new Set<Deadline>();
  #asking = 0;

  /** Aborts with a `TimeoutError` after so many milliseconds in which nobody was asked. */
  deadline(ms: number): AbortSignal {
    const deadline: Deadline = {
      controller: new AbortController(),
      leftMs: ms,
      startedMs: 0,
      timer: undefined,
    };
    this.#deadlines.add(deadline);
    if (this.#asking === 0) this.#start(deadline);
    return deadline.controller.signal;
  }

  /** Stops all clocks until the answer is there, or never comes. */
  async during<T>(ask: () => Promise<T>): Promise<T> {
    this.#asking += 1;
    if (this.#asking === 1) for (const deadline of this.#deadlines) stop(deadline);
    try {
      return await ask();
    } finally {
      this.#asking -= 1;
      if (this.#asking === 0) for (const deadline of this.#deadlines) this.#start(deadline);
    }
  }

  #start(deadline: Deadline): void {
    deadline.startedMs = performance.now();
    deadline.timer = setTimeout(() => {
      this.#deadlines.delete(deadline);
      deadline.controller.abort(new DOMException("The operation timed out.", "TimeoutError"));
    }, deadline.leftMs);
    // Nothing has to wait for a deadline of what has ended.
    if (typeof deadline.timer === "object") deadline.timer.unref();
  }
}

function stop(deadline: Deadline): void {
  clearTimeout(deadline.timer);
  deadline.leftMs = Math.max(0, deadline.leftMs - (performance.now() - deadline.startedMs));
}
