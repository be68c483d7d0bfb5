import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { call, gate, reply, say } from "../support/fake-api/replies.ts";
import { noPseudoTerminal, openPseudoTerminal } from "./pseudo-terminal.ts";
import { openTerminal } from "./terminal.ts";

const ESCAPE = "\u001b";
const MARKDOWN = `# Found\n\nThe **sum** is ${ESCAPE}]0;title\u0007 and &#27;[31m wrong.\n\n1. one\n2. two\n`;
const touch = (name: string) => call("Bash", { command: `touch ${name}`, description: "Makes a file" });
const PLAIN_QUESTION = /y once,.* n no, r reason:/;
/** Nobody was asked before, and what was asked has gone. */
const IDLE = /\n› *\n*$/;

test("without -p and without a terminal it does what comes from standard input", async () => {
  const terminal = await openTerminal([reply(say("Done."))]);
  const { code, out } = await terminal.run([], { input: "Do it" }).ended;
  expect({ code, out }).toEqual({ code: 0, out: "Done.\n" });
});

test("a question that nobody was there to answer is named at the end", async () => {
  const question = { question: "Which colour?", header: "Colour", multiSelect: false };
  const options = [
    { label: "Red", description: "" },
    { label: "Blue", description: "" },
  ];
  const terminal = await openTerminal([
    reply(call("AskUserQuestion", { questions: [{ ...question, options }] })),
    reply(say("Then red.")),
  ]);
  const { out, err } = await terminal.run(["-p", "Paint it"]).ended;
  expect(out).toBe("Then red.\n");
  expect(err).toContain("not answered, because nobody was there: Which colour?");
});

describe.skipIf(noPseudoTerminal !== undefined)(
  `at a terminal${noPseudoTerminal ? ` (${noPseudoTerminal})` : ""}`,
  () => {
    test("an answer, a change that is allowed with one key, and how to go on", async () => {
      const terminal = await openPseudoTerminal([
        reply(say(MARKDOWN), call("Read", { file_path: "a.txt" })),
        reply(call("Edit", { file_path: "a.txt", old_string: "two", new_string: "zwei" })),
        reply(say("All done.")),
        reply(say("And on.")),
      ]);
      const file = join(terminal.dir, "a.txt");
      writeFileSync(file, "one\ntwo\n");
      await terminal.shows("/help lists");
      terminal.keys("Why is it wrong?", "Enter");
      await terminal.shows(PLAIN_QUESTION);
      const screen = terminal.screen();
      expect(screen).toContain(
        "› Why is it wrong?\n\nFound\n\nThe sum is <U+001B>]0;title<U+0007> and <U+001B>[31m wrong.\n",
      );
      expect(screen).toMatch(/1\. one\n2\. two\n✓ Read a\.txt\n/);
      expect(screen).toMatch(/Change .*a\.txt\?\n@@ -1,2 \+1,2 @@\n one\n-two\n\+zwei\n/);
      expect(terminal.colours()).toContain(`${ESCAPE}[31m-two`);
      expect(readFileSync(file, "utf8")).toBe("one\ntwo\n");
      terminal.keys("y");
      await terminal.shows("All done.");
      expect(readFileSync(file, "utf8")).toBe("one\nzwei\n");
      expect(terminal.raw()).not.toContain(`${ESCAPE}]0;title`);
      expect(terminal.raw()).not.toContain(`${ESCAPE}[31m wrong`);
      await terminal.shows(IDLE);
      terminal.keys("C-d");
      expect(await terminal.ended()).toBe(0);
      await terminal.shows("Go on with this conversation: plumb --continue");
      const { out } = await terminal.run(["-p", "And now?", "--continue"]).ended;
      expect(out).toBe("And on.\n");
    });

    test("what is being typed answers nothing, and is there again afterwards", async () => {
      const opening = Promise.withResolvers<void>();
      const terminal = await openPseudoTerminal([
        reply(gate(opening.promise), touch("made.txt")),
        reply(say("As you wish.")),
        reply(say("Heard.")),
      ]);
      await terminal.shows("/help lists");
      terminal.keys("Make it", "Enter");
      await terminal.shows("Esc stops");
      terminal.keys("yay");
      await terminal.shows("› yay");
      opening.resolve();
      await terminal.shows(PLAIN_QUESTION);
      expect(existsSync(join(terminal.dir, "made.txt"))).toBe(false);
      terminal.keys("r");
      await terminal.shows("No, because:");
      terminal.keys("yes is no", "Enter");
      await terminal.shows("As you wish.");
      await terminal.shows("› yay");
      terminal.keys("Enter");
      await terminal.shows("Heard.");
      expect(existsSync(join(terminal.dir, "made.txt"))).toBe(false);
      expect(JSON.stringify(terminal.api.requests[1]?.body.messages)).toContain("yes is no");
      expect(JSON.stringify(terminal.api.requests[2]?.body.messages.at(-1))).toContain("yay");
    });

    test("always: the rule is shown before it holds, and then nothing is asked", async () => {
      const terminal = await openPseudoTerminal([
        reply(touch("a.txt")),
        reply(touch("a.txt")),
        reply(say("Twice.")),
      ]);
      await terminal.shows("/help lists");
      terminal.keys("Make it", "Enter");
      await terminal.shows(/a always/);
      terminal.keys("a");
      await terminal.shows(/s this session, w workspace, b back/);
      expect(terminal.screen()).toMatch(/1\. Only this command:\n +Bash\(touch a\.txt\)\n +covers exactly/);
      expect(existsSync(join(terminal.dir, "a.txt"))).toBe(false);
      terminal.keys("s");
      await terminal.shows("Twice.");
      expect(terminal.screen().match(/Run this command\?/g)).toHaveLength(1);
    });

    test("a long command of high risk has to be read to its end before a yes counts", async () => {
      const lines = Array.from({ length: 60 }, (_, index) => `echo line${index}`).join("\n");
      const terminal = await openPseudoTerminal([
        reply(call("Bash", { command: `${lines}\nrm -rf ../elsewhere && touch ran.txt` })),
        reply(say("Not done.")),
      ]);
      await terminal.shows("/help lists");
      terminal.keys("Clean", "Enter");
      await terminal.shows(/more lines\. Space reads on/);
      terminal.keys("y");
      await expect
        .poll(() => {
          terminal.keys("Space");
          return terminal.screen();
        })
        .toMatch(PLAIN_QUESTION);
      expect(terminal.screen()).toContain("rm -rf ../elsewhere && touch ran.txt");
      expect(existsSync(join(terminal.dir, "ran.txt"))).toBe(false);
      terminal.keys("n");
      await terminal.shows("Not done.");
      expect(existsSync(join(terminal.dir, "ran.txt"))).toBe(false);
    });

    test("questions, Esc, Ctrl+C, several lines, what was said before, commands, another size", async () => {
      const question = { question: "Which?", header: "Colour", multiSelect: false };
      const options = [
        { label: "Red", description: "warm" },
        { label: "Blue", description: "cold" },
      ];
      const terminal = await openPseudoTerminal([
        reply(call("AskUserQuestion", { questions: [{ ...question, options }] })),
        reply(gate(new Promise(() => undefined)), say("Never")),
        reply(say("Two lines.")),
        reply(say("Again.")),
      ]);
      await terminal.shows("/help lists");
      terminal.keys("Ask me", "Enter");
      await terminal.shows("Number or words");
      terminal.keys("2", "Enter");
      await expect.poll(() => terminal.api.requests.length).toBe(2);
      expect(JSON.stringify(terminal.api.requests[1]?.body.messages)).toContain("Blue");
      terminal.keys("Escape");
      await terminal.shows(/Stopped\.\n/);
      terminal.resize(50, 20);
      terminal.paste("first\nsecond");
      await terminal.shows("… second");
      terminal.keys("Enter");
      await terminal.shows("Two lines.");
      expect(JSON.stringify(terminal.api.requests[2]?.body.messages.at(-1))).toContain("first\\nsecond");
      await terminal.shows(IDLE);
      terminal.keys("Up", "Up", "!", "Enter");
      await terminal.shows("Again.");
      expect(JSON.stringify(terminal.api.requests[3]?.body.messages.at(-1))).toContain("first!");
      terminal.keys("/hel", "Tab", "Enter");
      await terminal.shows("/queue <message>");
      terminal.keys("/hlep", "Enter");
      await terminal.shows("Did you mean /help?");
      terminal.keys("C-c");
      await terminal.shows("Ctrl+C once more leaves.");
      terminal.keys("C-c");
      expect(await terminal.ended()).toBe(0);
    });

    test("a terminal that can only write gets nothing but text; keys come by the line", async () => {
      const terminal = await openPseudoTerminal([reply(say(MARKDOWN), touch("a.txt")), reply(say("Made."))], {
        env: { TERM: "dumb" },
      });
      await terminal.shows("/help lists");
      terminal.keys("Make it", "Enter");
      await terminal.shows(PLAIN_QUESTION);
      terminal.keys("y", "Enter");
      await terminal.shows(/Made\.\n> *\n*$/);
      expect(existsSync(join(terminal.dir, "a.txt"))).toBe(true);
      expect(terminal.raw()).not.toContain(ESCAPE);
      terminal.keys("C-d");
      expect(await terminal.ended()).toBe(0);
    });

    test("no colour where none is wanted, and words that fit into forty columns", async () => {
      const terminal = await openPseudoTerminal([reply(say(MARKDOWN), touch("a.txt"))], {
        env: { NO_COLOR: "1" },
        columns: 40,
      });
      await terminal.shows("/help lists");
      terminal.keys("Make it", "Enter");
      await terminal.shows(PLAIN_QUESTION);
      expect(terminal.colours()).not.toContain(`${ESCAPE}[3`);
      expect(
        terminal
          .raw()
          .split(`${ESCAPE}[`)
          .filter((part) => /^[\d;]*m/.test(part)),
      ).toEqual([]);
    });
  },
);
