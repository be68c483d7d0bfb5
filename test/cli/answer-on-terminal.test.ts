import { describe, expect, test } from "vitest";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { noPseudoTerminal, openPseudoTerminal } from "./pseudo-terminal.ts";
import { openTerminal } from "./terminal.ts";

const HOSTILE = "Look: \u001b]0;owned\u0007 and \u001b[2J gone.";

describe.skipIf(noPseudoTerminal !== undefined)(
  `at a terminal${noPseudoTerminal ? ` (${noPseudoTerminal})` : ""}`,
  () => {
    test("an answer cannot command what it is printed on", async () => {
      const terminal = await openPseudoTerminal(() => reply(say(HOSTILE)), { args: ["-p", "Go"] });
      await terminal.shows("<U+001B>]0;owned<U+0007> and <U+001B>[2J gone.");
      expect(await terminal.ended()).toBe(0);
      expect(terminal.raw()).not.toContain("\u001b]0;owned");
    });
  },
);

test("a program gets the answer to the byte", async () => {
  const terminal = await openTerminal([reply(say(HOSTILE))]);
  expect((await terminal.run(["-p", "Go"]).ended).out).toBe(`${HOSTILE}\n`);
});

test("what was denied cannot command a terminal either", async () => {
  const command = "touch a.txt # \u001b]0;owned\u0007";
  const terminal = await openTerminal([reply(call("Bash", { command })), reply(say("Not made."))]);
  const { err } = await terminal.run(["-p", "Go"]).ended;
  expect(err).toContain("denied, because nobody was there to ask: touch a.txt");
  expect(err).not.toContain("\u001b");
});
