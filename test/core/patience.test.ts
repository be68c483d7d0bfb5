import { expect, test, vi } from "vitest";
import { Patience } from "../../src/core/patience.ts";

test("a deadline stands still while somebody is asked", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  try {
    const patience = new Patience();
    const deadline = patience.deadline(1_000);
    vi.advanceTimersByTime(600);
    const { promise, resolve } = Promise.withResolvers<string>();
    const answer = patience.during(() => promise);
    const begunMeanwhile = patience.deadline(500);
    vi.advanceTimersByTime(60_000);
    expect(deadline.aborted).toBe(false);
    resolve("yes");
    expect(await answer).toBe("yes");
    vi.advanceTimersByTime(399);
    expect(deadline.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(deadline.aborted).toBe(true);
    expect(deadline.reason).toMatchObject({ name: "TimeoutError" });
    expect(begunMeanwhile.aborted).toBe(false);
    vi.advanceTimersByTime(100);
    expect(begunMeanwhile.aborted).toBe(true);
  } finally {
    vi.useRealTimers();
  }
});

test("a question that fails starts the clocks again", async () => {
  const patience = new Patience();
  const deadline = patience.deadline(10);
  await expect(patience.during(() => Promise.reject(new Error("gone")))).rejects.toThrow("gone");
  await expect.poll(() => deadline.aborted).toBe(true);
});
