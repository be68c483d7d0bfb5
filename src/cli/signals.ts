const SIGNAL_CODE = { SIGHUP: 129, SIGINT: 130, SIGQUIT: 131, SIGTERM: 143 } as const;

/**
 * The first signal stops the turn cleanly, the second one ends at once. Without this a closed terminal would leave
 * commands running, because each has a session of its own. Returns the exit code of the signal that came.
 * With `interrupt`, SIGINT does only that.
 */
export function stopOnSignals(stop: () => void, interrupt?: () => void): () => number | undefined {
  let stoppedWith: number | undefined;
  for (const [signal, code] of Object.entries(SIGNAL_CODE)) {
    process.on(signal, () => {
      if (interrupt && signal === "SIGINT") return interrupt();
      if (stoppedWith !== undefined) process.exit(code);
      stoppedWith = code;
      stop();
    });
  }
  return () => stoppedWith;
}
