const SIGNAL_CODE = { SIGHUP: 129, SIGINT: 130, SIGQUIT: 131, SIGTERM: 143 } as const;

/** What the program ends with when its terminal is gone. */
export const HANGUP_CODE = SIGNAL_CODE.SIGHUP;

interface Instead {
  /** SIGINT does only this. */
  readonly interrupt?: () => void;
  /** SIGHUP does only this: a shell and the kernel may both send one, so a second ends nothing. */
  readonly hangUp?: () => void;
}

/**
 * The first signal stops the turn cleanly, the second one ends at once. Without this a closed terminal would leave
 * commands running, because each has a session of its own. Returns the exit code of the signal that came.
 */
export function stopOnSignals(
  stop: () => void,
  { interrupt, hangUp }: Instead = {},
): () => number | undefined {
  let stoppedWith: number | undefined;
  for (const [signal, code] of Object.entries(SIGNAL_CODE)) {
    process.on(signal, () => {
      const instead = signal === "SIGINT" ? interrupt : signal === "SIGHUP" ? hangUp : undefined;
      if (instead) return instead();
      if (stoppedWith !== undefined) process.exit(code);
      stoppedWith = code;
      stop();
    });
  }
  return () => stoppedWith;
}
