let rest: readonly Promise<unknown>[] = [];

/** What was measured goes on its way while the result is printed; the end of the program waits for it, and says what was lost. */
export function afterwards(sending: Promise<string | undefined>): Promise<void> {
  const told = sending.then((lost) => {
    if (lost !== undefined) process.stderr.write(`plumb: ${lost}\n`);
  });
  rest = [...rest, told];
  return Promise.resolve();
}

/** Resolves once nothing is under way any more, which is a matter of two seconds at most. */
export const beforeExit = (): Promise<unknown> => Promise.allSettled(rest);
