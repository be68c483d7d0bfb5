import fc from "fast-check";
import { expect, test } from "vitest";
import { MAIN } from "../../src/core/event.ts";
import type { LiveEvent } from "../../src/core/live-event.ts";
import { Backlog, type Step } from "../../webview/src/state/backlog.ts";

const text = (delta: string): LiveEvent => ({ type: "text", agentId: MAIN, delta });
const live = (...events: LiveEvent[]): Step => ({ type: "live", events });

/** Everything that comes out, deltas of one stream joined: what the fold makes of it. */
function drain(backlog: Backlog): { frames: number; seen: string } {
  let frames = 0;
  let seen = "";
  while (!backlog.isEmpty) {
    frames += 1;
    for (const step of backlog.take()) {
      if (step.type !== "live") seen += "|";
      else for (const event of step.events) seen += event.type === "text" ? event.delta : "#";
    }
  }
  return { frames, seen };
}

test("a burst is handed out over several frames, and what follows it comes after it", () => {
  const backlog = new Backlog();
  backlog.add(live(text("x".repeat(80_000))));
  backlog.add({ type: "running", isRunning: false });
  const { frames, seen } = drain(backlog);
  expect(frames).toBe(20);
  expect(seen).toBe(`${"x".repeat(80_000)}|`);
});

test("however large a burst is, its end is not long in coming", () => {
  const backlog = new Backlog();
  backlog.add(live(text("x".repeat(4_000_000))));
  expect(drain(backlog).frames).toBe(30);
});

test("what holds no text comes at once", () => {
  const backlog = new Backlog();
  const step: Step = { type: "running", isRunning: true };
  for (let i = 0; i < 1000; i += 1) backlog.add(step);
  expect(backlog.take()).toHaveLength(1000);
  expect(backlog.isEmpty).toBe(true);
});

test("nothing is lost, doubled or put elsewhere, wherever the cuts fall", () => {
  const part = fc.oneof(
    fc.integer({ min: 0, max: 9_000 }).map((size) => live(text("ab".repeat(size)))),
    fc.constant(live({ type: "discarded", agentId: MAIN }, text("c"))),
    fc.constant<Step>({ type: "running", isRunning: true }),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (steps) => {
      const whole = steps
        .map((step) =>
          step.type === "live"
            ? step.events.map((event) => (event.type === "text" ? event.delta : "#")).join("")
            : "|",
        )
        .join("");
      const backlog = new Backlog();
      for (const step of steps) backlog.add(step);
      expect(drain(backlog).seen).toBe(whole);
    }),
  );
});
