import { expect, test } from "vitest";
import { MAIN } from "../../src/core/event.ts";
import { text } from "../../src/core/message.ts";
import { call, type Part, reply, say } from "../support/fake-api/replies.ts";
import { eventsOf, startWorld, type World } from "../support/start-app.ts";

const line = (i: number): string => `line ${i}: what stands here is of some length, as lines of code are`;
const lines = (count: number, ends = "\n"): string =>
  Array.from({ length: count }, (_, i) => `${line(i + 1)}${ends}`).join("");
const read = (file_path: string, range: object = {}): Part => call("Read", { file_path, ...range });
const edit = (file_path: string, old_string: string, new_string: string): Part =>
  call("Edit", { file_path, old_string, new_string });
const bash = (command: string): Part => call("Bash", { command });
const go = [text("Go")];

/** What each request brought last, as one text. */
const sent = (world: World): string[] =>
  world.api.requests.map(({ body }) => JSON.stringify(body.messages.at(-1)?.content));
const isWhole = (message: string | undefined): boolean => message?.includes("\\t".concat(line(39))) ?? false;

/** One call a reply, each in its turn; `between` happens while the model writes. */
async function conversation(
  files: Record<string, string>,
  calls: readonly (Part | ((world: World) => Part))[],
) {
  const steps = [...calls];
  const world: World = await startWorld({
    files,
    script: () => {
      const step = steps.shift();
      const part = typeof step === "function" ? step(world) : step;
      return reply(part ?? say("Done."));
    },
  });
  const app = await world.open({ mode: "bypass" });
  return { world, app };
}
const prove = (world: World): void => {
  expect(world.api.violations).toEqual([]);
  expect(world.api.refusals).toEqual([]);
};

test("the second read of a file is a word, also of a part of it, and after the agent's own edit", async () => {
  const { world, app } = await conversation({ "a.ts": lines(40) }, [
    read("a.ts"),
    read("a.ts", { offset: 5, limit: 20 }),
    edit("a.ts", line(20), "twenty"),
    read("a.ts"),
  ]);
  await app.prompt(go, "now");
  const [, first, second, edited, third] = sent(world);
  expect(isWhole(first)).toBe(true);
  expect(second).toContain("Lines 5-24 of a.ts (40 in all) are unchanged since you read them.");
  expect(edited).toContain("Edited a.ts:\\n19\\t");
  expect(third).toContain("a.ts is what you read above with the edits made since; nothing else changed.");
  prove(world);
});

test("what a command changes is told once: by the patch before the next request, or by the read that comes first", async () => {
  const { world, app } = await conversation({ "a.ts": lines(40), "b.ts": lines(40) }, [
    read("a.ts"),
    bash("sed -i 's/^line 20:.*/twenty/' a.ts"),
    read("a.ts"),
    (here) => {
      here.write("a.ts", lines(40).replace(line(30), "thirty"));
      return read("a.ts");
    },
    bash("true"),
  ]);
  await app.prompt(go, "now");
  const [, , told, word, patch, quiet] = sent(world);
  expect(told).toContain("+twenty");
  expect(word).toContain("is what you read above with the edits made since");
  expect(patch).toContain("what you have of it above is out of date");
  expect(patch).toContain("+thirty");
  expect(quiet).not.toContain("thirty");
  prove(world);
});

test("what was taken out of the conversation is sent again, and nothing rests on it any more", async () => {
  const { world, app } = await conversation({ "a.ts": lines(40) }, [
    read("a.ts"),
    say("Read."),
    read("a.ts"),
    say("Read again."),
    (here) => {
      here.write("a.ts", lines(40).replace(line(2), "two"));
      return read("a.ts");
    },
  ]);
  await app.prompt(go, "now");
  const [first] = eventsOf(app, "tool.finished");
  app.session.append(MAIN, { type: "cleared", callIds: [first!.callId], strategy: "user" });
  await app.prompt([text("Once more")], "now");
  expect(isWhole(sent(world)[3])).toBe(true);
  expect(isWhole(sent(world)[2])).toBe(false);
  const again = eventsOf(app, "tool.finished").at(-1)!;
  app.session.append(MAIN, { type: "cleared", callIds: [again.callId], strategy: "user" });
  await app.prompt([text("And again")], "now");
  expect(isWhole(sent(world).at(-1))).toBe(true);
  expect(world.api.refusals).toEqual([]);
});

test("after a compaction a file is sent again", async () => {
  const { world, app } = await conversation({ "a.ts": lines(40) }, [
    read("a.ts"),
    say("Read."),
    read("a.ts"),
  ]);
  await app.prompt(go, "now");
  const keepFromSeq = app.session.lastSeq + 1;
  app.session.append(MAIN, {
    type: "compacted",
    summary: "We read a.ts.",
    keepFromSeq,
    strategy: "summarise",
  });
  await app.prompt([text("Once more")], "now");
  expect(isWhole(sent(world).at(-1))).toBe(true);
  prove(world);
});

test("after a restart the agent still has what it had", async () => {
  const { world, app } = await conversation({ "a.ts": lines(40) }, [
    read("a.ts"),
    say("Read."),
    read("a.ts"),
  ]);
  await app.prompt(go, "now");
  await app.close();
  const again = await world.open({ mode: "bypass", isNew: false });
  await again.prompt([text("Once more")], "now");
  expect(sent(world).at(-1)).toContain("a.ts is unchanged since you read it.");
  prove(world);
});

test("a sub-agent has nothing of what its parent read, and a fork has all of it", async () => {
  const delegate = (subagent_type: string): Part =>
    call("Agent", { description: "look", prompt: "Read a.ts", subagent_type });
  const { world, app } = await conversation({ "a.ts": lines(40) }, [
    read("a.ts"),
    delegate("explore"),
    read("a.ts"),
    say("It has forty lines."),
    delegate("fork"),
    read("a.ts"),
    say("It has."),
  ]);
  await app.prompt(go, "now");
  const results = eventsOf(app, "tool.finished").filter(({ agentId, seen }) => agentId !== MAIN && seen);
  expect(results.map(({ content }) => isWhole(JSON.stringify(content)))).toEqual([true, false]);
  expect(world.api.refusals).toEqual([]);
});

test("a file that was moved is known under its new path", async () => {
  const { world, app } = await conversation({ "a.ts": lines(40) }, [
    read("a.ts"),
    call("Move", { source: "a.ts", destination: "b.ts" }),
    read("b.ts"),
  ]);
  await app.prompt(go, "now");
  expect(sent(world).at(-1)).toContain("b.ts is unchanged since you read it.");
  prove(world);
});

test("Windows line ends and notebooks are known as well", async () => {
  const notebook = JSON.stringify({
    cells: [
      { id: "one", cell_type: "code", source: lines(20), metadata: {}, outputs: [], execution_count: null },
    ],
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  });
  const { world, app } = await conversation({ "a.ts": lines(40, "\r\n"), "n.ipynb": notebook }, [
    read("a.ts"),
    edit("a.ts", line(20), "twenty"),
    read("a.ts"),
    read("n.ipynb"),
    read("n.ipynb"),
  ]);
  await app.prompt(go, "now");
  expect(sent(world)[3]).toContain("is what you read above with the edits made since");
  expect(sent(world)[5]).toContain("n.ipynb is unchanged since you read it.");
  prove(world);
});

test("the same output of the same command is not sent again, and the person still sees all of it", async () => {
  const { world, app } = await conversation({ "out.txt": lines(40) }, [
    bash("cat out.txt; exit 1"),
    bash("cat out.txt; exit 1"),
    (here) => {
      here.write("out.txt", lines(40).replace(line(2), "two"));
      return bash("cat out.txt; exit 1");
    },
  ]);
  await app.prompt(go, "now");
  const [, first, second, third] = sent(world);
  expect(first).toContain(line(7));
  expect(second).toContain(
    "The result is the same, to the letter, as when you made this call last: 41 lines",
  );
  expect(second).toContain("[exit code 1]");
  expect(second).toContain('"is_error":true');
  expect(second).not.toContain(line(7));
  expect(third).toContain(line(7));
  const results = eventsOf(app, "tool.finished").map(({ content }) => JSON.stringify(content));
  expect(results[1]).toBe(results[0]);
  prove(world);
});

test("when the first output is gone, the second one stands in its place in full, and a third is not called the same", async () => {
  const { world, app } = await conversation({ "out.txt": lines(40) }, [
    bash("cat out.txt"),
    bash("cat out.txt"),
    say("Seen."),
    bash("cat out.txt"),
    bash("cat out.txt"),
  ]);
  await app.prompt(go, "now");
  const [first] = eventsOf(app, "tool.finished");
  app.session.append(MAIN, { type: "cleared", callIds: [first!.callId], strategy: "old" });
  await app.prompt([text("Once more")], "now");
  const last = JSON.stringify(world.api.requests.at(-1)?.body.messages);
  expect(last.split(line(7)).length - 1).toBe(2);
  expect(world.api.refusals).toEqual([]);
});

test("twenty searches in one reply do not fill the window", async () => {
  const files = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`f${i}.ts`, lines(400)]));
  const searches = Array.from({ length: 20 }, (_, i) =>
    call("Grep", { pattern: `line .*${i % 10}`, output_mode: "content", head_limit: 0 }),
  );
  const world = await startWorld({ files, script: [reply(...searches), reply(say("Done."))] });
  const app = await world.open();
  await app.prompt(go, "now");
  const message = sent(world).at(-1) ?? "";
  expect(message.length).toBeLessThan(260_000);
  expect(message).toContain("Go on with offset=");
  prove(world);
});

test("of a long output the rest is read on page by page, as of any file", async () => {
  const { world, app } = await conversation({}, [
    bash("seq 1 20000"),
    () => {
      const message = sent(world).at(-1) ?? "";
      const [, path = "", offset = ""] = / is in (\S+): Read it from offset=(\d+),/.exec(message) ?? [];
      return read(path, { offset: Number(offset), limit: 3 });
    },
  ]);
  await app.prompt(go, "now");
  const [, preview = "", page = ""] = sent(world);
  const offset = Number(/Read it from offset=(\d+),/.exec(preview)?.[1]);
  expect(preview.length).toBeLessThan(12_000);
  expect(preview).toContain(`\\n${offset - 1}\\n[… `);
  expect(page).toContain(`${offset}\\t${offset}\\n${offset + 1}\\t${offset + 1}`);
  prove(world);
});
