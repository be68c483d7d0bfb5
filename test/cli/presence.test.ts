import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { decodeSession } from "../../src/app/session-file.ts";
import type { AgentEvent } from "../../src/core/event.ts";
import { call, gate, reply, say } from "../support/fake-api/replies.ts";
import { noPseudoTerminal, openPseudoTerminal } from "./pseudo-terminal.ts";
import { asked, isAsking, startClient } from "./stream-client.ts";
import { openTerminal, type Terminal } from "./terminal.ts";

const touch = (name: string) => call("Bash", { command: `touch ${name}`, description: "Makes a file" });
const PLAIN_QUESTION = /y once,.* n no, r reason:/;

function logOf({ dataDir }: Terminal): readonly AgentEvent[] {
  const projects = join(dataDir, "projects");
  const [path] = existsSync(projects)
    ? readdirSync(projects, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".jsonl"))
    : [];
  return path === undefined ? [] : decodeSession(readFileSync(join(projects, path), "utf8")).events;
}
const presences = (terminal: Terminal): unknown[] =>
  logOf(terminal).flatMap((event) =>
    event.type === "presence" ? [[event.place, event.isAway === true, event.because]] : [],
  );
const isThere = (terminal: Terminal, name: string): boolean => existsSync(join(terminal.dir, name));

describe("without a terminal at both ends", () => {
  test.each([
    [["-p", "Make it"], "started with -p"],
    [["Make it"], "no terminal at both ends"],
    [["Make it", "--output-format", "json"], "the output is for a program"],
  ])("%j: nobody is asked, and the log says why", async (args, because) => {
    const terminal = await openTerminal([reply(touch("a.txt")), reply(say("Not made."))]);
    const { code } = await terminal.run(args).ended;
    expect(code).toBe(0);
    expect(isThere(terminal, "a.txt")).toBe(false);
    expect(presences(terminal)).toEqual([["none", false, because]]);
    const [session = ""] = (await terminal.run(["sessions", "--json"]).ended).out.split("\n");
    const { out } = await terminal.run(["log", JSON.parse(session).id]).ended;
    expect(out).toContain(`-- From here on nobody could be asked (${because}).`);
  });

  test("a hangup ends the turn cleanly", async () => {
    const terminal = await openTerminal(() => reply(gate(new Promise(() => undefined)), say("Done.")));
    const stopped = terminal.run(["-p", "Go"]);
    await expect.poll(() => terminal.api.requests.length).toBe(1);
    stopped.child.kill("SIGHUP");
    expect((await stopped.ended).code).toBe(129);
  });

  test("a caller that answers is somebody until it closes its end; what is asked then is denied and named", async () => {
    const terminal = await openTerminal([reply(touch("a.txt")), reply(say("Not made."))]);
    const client = startClient(terminal, ["--permission-prompt-tool", "stdio"]);
    client.say("Make it");
    expect(asked(await client.next(isAsking))["tool_name"]).toBe("Bash");
    client.end();
    const result = await client.next("result");
    await client.ended;
    expect(result["permission_denials"]).toMatchObject([{ tool_name: "Bash" }]);
    expect(presences(terminal)).toEqual([
      ["caller", false, undefined],
      ["none", false, "the caller has closed its end"],
    ]);
  });
});

describe.skipIf(noPseudoTerminal !== undefined)(
  `at a terminal${noPseudoTerminal ? ` (${noPseudoTerminal})` : ""}`,
  () => {
    test.each(["screen-256color", "dumb"])(
      "that is closed while it works (%s): the turn goes on, what asks waits in the queue, and who comes back answers it",
      async (TERM) => {
        const opening = Promise.withResolvers<void>();
        const env = { TERM };
        const terminal = await openPseudoTerminal(
          [
            reply(say("I begin."), gate(opening.promise), touch("a.txt"), touch("b.txt")),
            reply(call("Write", { file_path: "c.txt", content: "c" })),
            reply(say("The rest waits for you.")),
            reply(touch("a.txt")),
            reply(say("Made after all.")),
            reply(say("Then not.")),
          ],
          { args: ["--permission-mode", "acceptEdits"], env },
        );
        await terminal.shows("/help lists");
        terminal.keys("Make it", "Enter");
        await expect.poll(() => terminal.api.requests.length).toBe(1);
        terminal.hangUp();
        await expect.poll(() => presences(terminal)).toHaveLength(2);
        opening.resolve();
        expect(await terminal.ended()).toBe(129);
        expect(presences(terminal)).toEqual([
          ["terminal", false, undefined],
          ["terminal", true, "the terminal was closed"],
        ]);
        // What no question was about was done; nothing was allowed because nobody looked.
        expect(["a.txt", "b.txt", "c.txt"].map((name) => isThere(terminal, name))).toEqual([
          false,
          false,
          true,
        ]);
        expect(logOf(terminal).at(-1)).toMatchObject({ type: "finished", outcome: "done" });

        const back = await openPseudoTerminal([], { args: ["--continue"], env, on: terminal });
        await back.shows("The rest waits for you.");
        await back.shows(/Question 1 waited for you:\nRun this command\?[\s\S]*touch a\.txt/);
        await back.shows("y yes, n no, r reason, s not now:");
        expect(isThere(terminal, "a.txt")).toBe(false);
        back.keys("y", ...(TERM === "dumb" ? ["Enter"] : []));
        await back.shows("Question 1: you allowed it.");
        await back.shows("Made after all.");
        await expect.poll(() => isThere(terminal, "a.txt")).toBe(true);
        await back.shows(/Question 2 waited for you:[\s\S]*y yes, n no, r reason, s not now: *\n*$/);
        back.keys("n", ...(TERM === "dumb" ? ["Enter"] : []));
        await back.shows("Then not.");
        expect(isThere(terminal, "b.txt")).toBe(false);
        expect(terminal.api.violations).toEqual([]);
      },
      30_000,
    );

    test("that is closed while a card is open: it waits in the queue, and the turn goes on without it", async () => {
      const terminal = await openPseudoTerminal([reply(touch("a.txt")), reply(say("It waits."))]);
      await terminal.shows("/help lists");
      terminal.keys("Make it", "Enter");
      await terminal.shows(PLAIN_QUESTION);
      terminal.hangUp();
      expect(await terminal.ended()).toBe(129);
      expect(logOf(terminal).filter(({ type }) => type === "permission.decided")).toMatchObject([
        { verdict: "deny", by: "nobody", later: 1 },
      ]);
      expect(isThere(terminal, "a.txt")).toBe(false);
      const { err } = await terminal.run(["-p", "And now?", "--continue"]).ended;
      expect(err).toContain("waits for you: touch a.txt");
    });

    test("that is closed over a question of the agent: it is told so, goes on, and ends with the question", async () => {
      const options = [{ label: "Red" }, { label: "Blue" }];
      const terminal = await openPseudoTerminal([
        reply(call("AskUserQuestion", { questions: [{ question: "Which?", header: "Which", options }] })),
        reply(say("I need to know: red or blue?")),
      ]);
      await terminal.shows("/help lists");
      terminal.keys("Ask", "Enter");
      await terminal.shows("Number or words");
      terminal.hangUp();
      expect(await terminal.ended()).toBe(129);
      expect(JSON.stringify(terminal.api.requests[1]?.body.messages)).toContain(
        "The user is away and cannot answer now",
      );
      const back = await openPseudoTerminal([], { args: ["--continue"], on: terminal });
      await back.shows("I need to know: red or blue?");
    });

    test("that is closed over a plan: nothing is decided, and it is asked again", async () => {
      const terminal = await openPseudoTerminal(
        [reply(call("ExitPlanMode", { plan: "# The plan\n\nTo write it." })), reply(say("Good."))],
        { args: ["--permission-mode", "plan"] },
      );
      await terminal.shows("/help lists");
      terminal.keys("Plan", "Enter");
      await terminal.shows("y yes, e accept edits, u auto, n no, r reason:");
      terminal.hangUp();
      expect(await terminal.ended()).toBe(129);
      expect(logOf(terminal).filter(({ type }) => type === "permission.decided")).toEqual([]);
      const back = await openPseudoTerminal([], { args: ["--continue"], on: terminal });
      await back.shows("y yes, e accept edits, u auto, n no, r reason:");
      back.keys("y");
      await back.shows("Good.");
    });

    test("whose output goes elsewhere: it says what it waits for, and nobody is asked", async () => {
      const out = (terminal: Terminal): string => join(terminal.dir, "..", "out");
      const place = await openTerminal([reply(touch("a.txt")), reply(say("Not made."))]);
      const terminal = await openPseudoTerminal([], { on: place, outputTo: out(place) });
      await terminal.shows("write the task, and end it with Ctrl+D");
      terminal.keys("Make it", "Enter", "C-d");
      expect(await terminal.ended()).toBe(0);
      await terminal.shows("denied, because nobody was there to ask: touch a.txt");
      expect(readFileSync(out(place), "utf8")).toBe("Not made.\n");
      expect(presences(place)).toEqual([["none", false, "no terminal at both ends"]]);
    });

    test("what waits can be left for another time, and asked for again", async () => {
      const terminal = await openPseudoTerminal([
        reply(touch("a.txt")),
        reply(say("It waits.")),
        reply(say("Good.")),
      ]);
      await terminal.shows("/help lists");
      terminal.keys("Make it", "Enter");
      await terminal.shows(PLAIN_QUESTION);
      terminal.hangUp();
      await terminal.ended();
      const back = await openPseudoTerminal([], { args: ["--continue"], on: terminal });
      await back.shows("s not now:");
      back.keys("s");
      await back.shows(/\n› *\n*$/);
      back.keys("/waiting", "Enter");
      await back.shows(/Question 1 waited[\s\S]*Question 1 waited[\s\S]*s not now: *\n*$/);
      back.keys("n");
      await back.shows("Good.");
      await back.shows(/\n› *\n*$/);
      back.keys("/waiting", "Enter");
      await back.shows("Nothing waits for you.");
    });
  },
);
