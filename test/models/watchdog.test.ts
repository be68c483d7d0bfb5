import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startWatchdog } from "../../src/models/watchdog.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const start = (outer = new AbortController().signal) =>
  startWatchdog(outer, 100, (idleMs) => new Error(`silent for ${idleMs}`));

test("signs of life keep it quiet, silence does not", () => {
  const watchdog = start();
  for (let i = 0; i < 10; i += 1) {
    vi.advanceTimersByTime(90);
    watchdog.kick();
  }
  expect(watchdog.signal.aborted).toBe(false);
  vi.advanceTimersByTime(101);
  expect(watchdog.signal.reason).toEqual(new Error("silent for 100"));
});

test("the patience can be changed on the way, and the clock begins anew", () => {
  const watchdog = start();
  vi.advanceTimersByTime(90);
  watchdog.allow(50);
  vi.advanceTimersByTime(49);
  expect(watchdog.signal.aborted).toBe(false);
  vi.advanceTimersByTime(2);
  expect(watchdog.signal.reason).toEqual(new Error("silent for 50"));
});

test("once stopped it says nothing more, and the caller's reason goes first", () => {
  const stopped = start();
  stopped.stop();
  vi.advanceTimersByTime(1_000);
  expect(stopped.signal.aborted).toBe(false);

  const caller = new AbortController();
  const watchdog = start(caller.signal);
  caller.abort("enough");
  vi.advanceTimersByTime(1_000);
  expect(watchdog.signal.reason).toBe("enough");
});
