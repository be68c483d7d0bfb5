import { expect, test } from "vitest";
import { Presence } from "../../../src/hosts/vscode/presence.ts";

const MINUTE = 60_000;

/** A desk whose clock is moved by hand. */
function desk(minutes = 10) {
  let now = 0;
  let timers: { at: number; work: () => void }[] = [];
  const state = { isUsed: false, minutes, heard: [] as boolean[] };
  const presence = new Presence({
    afterMs: () => state.minutes * MINUTE,
    isUsed: () => state.isUsed,
    onChange: (isAway) => state.heard.push(isAway),
    now: () => now,
    later(work, ms) {
      const timer = { at: now + ms, work };
      timers.push(timer);
      return {
        stop(): void {
          timers = timers.filter((other) => other !== timer);
        },
      };
    },
  });
  const pass = (span: number): void => {
    const end = now + span * MINUTE;
    for (;;) {
      const next = timers.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0];
      if (!next) break;
      timers = timers.filter((other) => other !== next);
      now = next.at;
      next.work();
    }
    now = end;
  };
  return { presence, state, pass };
}

test("without a sign for ten minutes the person is away, and with the next one they are back", () => {
  const { presence, state, pass } = desk();
  pass(9);
  expect(presence.isAway).toBe(false);
  pass(1);
  expect(presence.isAway).toBe(true);
  pass(60);
  presence.seen();
  expect(presence.isAway).toBe(false);
  pass(10);
  expect(state.heard).toEqual([true, false, true]);
});

test("every sign puts it off, and so does an editor that is in use", () => {
  const { presence, state, pass } = desk();
  for (let i = 0; i < 5; i += 1) {
    pass(9);
    presence.seen();
  }
  state.isUsed = true;
  pass(60);
  expect(state.heard).toEqual([]);
  state.isUsed = false;
  pass(20);
  expect(presence.isAway).toBe(true);
});

test("with 0 minutes nobody is away by themselves, also when that is set later", () => {
  const never = desk(0);
  never.pass(1000);
  expect(never.presence.isAway).toBe(false);
  const { presence, state, pass } = desk();
  pass(10);
  state.minutes = 0;
  presence.again();
  pass(1000);
  expect(state.heard).toEqual([true, false]);
  state.minutes = 1;
  presence.again();
  pass(1);
  expect(presence.isAway).toBe(true);
});

test("who says that they leave is away until they say that they are back", () => {
  const { presence, state, pass } = desk();
  presence.set(true);
  presence.seen();
  pass(30);
  presence.seen();
  expect(presence.isAway).toBe(true);
  presence.set(false);
  expect(presence.isAway).toBe(false);
  expect(state.heard).toEqual([true, false]);
});
