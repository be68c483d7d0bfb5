import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { App } from "../../src/app/app.ts";
import type { CardAnswer } from "../../src/app/open-questions.ts";
import type { EventOf } from "../../src/core/event.ts";
import { text } from "../../src/core/message.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { eventsOf, eventually, startWorld, type World } from "../support/start-app.ts";

/** What a person made of an edit before they accepted it is what is written, and what the model hears of. */
const go = [text("Go")];
const ALLOW = { verdict: "allow", scope: "once" } as const;
const LINES = Array.from({ length: 40 }, (_, index) => `line ${index + 1}`);
const A = `${LINES.join("\n")}\n`;
const B = A.replace("line 3\n", "LINE 3\n")
  .replace("line 20\n", "LINE 20\n")
  .replace("line 38\n", "LINE 38\n");
const write = (file_path: string, content: string) => call("Write", { file_path, content });
const edit = (old_string: string, new_string: string, more = {}) =>
  call("Edit", { file_path: "a.txt", old_string, new_string, ...more });
const read = call("Read", { file_path: "a.txt" });

type Card = EventOf<"permission.asked">;
const cards = (app: App): Card[] => eventsOf(app, "permission.asked");
/** The newest card, once there are so many. */
const nthCard = (app: App, count: number): Promise<Card> =>
  eventually(app, (event): event is Card => event.type === "permission.asked" && cards(app).length >= count);
const answer = (app: App, card: Card, more: Partial<CardAnswer> = {}): boolean =>
  app.answerPermission({ callId: card.callId, hash: card.hash, ...ALLOW, ...more });
const told = (world: World, request: number): string =>
  JSON.stringify(world.api.requests[request]!.body.messages.at(-1)?.content).replaceAll("\\n", "\n");

/** Asks for one change of `a.txt`, decides, and lets the turn end. */
async function decide(
  proposal: ReturnType<typeof call>,
  more: Partial<CardAnswer>,
  { before = A, meanwhile = (_: World): void => undefined } = {},
) {
  const world = await startWorld({
    files: { "a.txt": before },
    script: [reply(read), reply(proposal), reply(say("Good."))],
  });
  const app = await world.open();
  const turn = app.prompt(go, "now");
  const card = await nthCard(app, 1);
  meanwhile(world);
  expect(answer(app, card, more)).toBe(true);
  expect(await turn).toBe("done");
  expect(world.api.violations).toEqual([]);
  expect(world.api.refusals).toEqual([]);
  return { world, app, card, said: told(world, 2) };
}

test("an amended edit is written as amended, counted as that edit, and told to the model once as a patch", async () => {
  const amended = A.replace("line 3\n", "my line 3\n");
  const { world, app, said } = await decide(edit("line 3\n", "LINE 3\n"), { amended });
  expect(world.read("a.txt")).toBe(amended);
  expect(said).toContain("The user changed your edit before accepting it");
  expect(said).toContain("-LINE 3\n+my line 3");
  expect(said.split("my line 3")).toHaveLength(2);
  const [written] = eventsOf(app, "edit");
  const host = await app.pendingFile(join(world.dir, "a.txt"));
  expect(written).toMatchObject({ added: 1, removed: 1 });
  expect(host).toMatchObject({ baseline: A, current: amended });
  const [decided] = eventsOf(app, "permission.decided").filter(({ by }) => by === "user");
  expect(decided).toMatchObject({ verdict: "allow", amended: written?.after });
  expect(await app.review("undo", "all")).toMatchObject({ conflicts: [] });
  expect(world.read("a.txt")).toBe(A);
});

test("only the chosen hunks are written, and the model hears which were not", async () => {
  const { world, said } = await decide(write("a.txt", B), { hunks: [0, 2] });
  expect(world.read("a.txt")).toBe(B.replace("LINE 20\n", "line 20\n"));
  expect(said).toContain("-LINE 20\n+line 20");
  expect(said).not.toContain("LINE 38");
});

test("hunks are chosen in what the user made of the proposal, when they changed it too", async () => {
  const amended = B.replace("LINE 38\n", "mine\n");
  const { world } = await decide(write("a.txt", B), { amended, hunks: [2] });
  expect(world.read("a.txt")).toBe(A.replace("line 38\n", "mine\n"));
});

test("choosing all hunks, or accepting an unchanged text, is a plain yes", async () => {
  const { said, app } = await decide(write("a.txt", B), { amended: B, hunks: [0, 1, 2] });
  expect(said).not.toContain("The user");
  expect(eventsOf(app, "permission.decided").every((event) => event.amended === undefined)).toBe(true);
});

test("nothing chosen, or everything taken back, is a no in words, and no rule is made of it", async () => {
  for (const more of [{ hunks: [] }, { amended: A }] as const) {
    const { world, app, said } = await decide(write("a.txt", B), { ...more, scope: "session" });
    expect(world.read("a.txt")).toBe(A);
    expect(said).toContain("accepted none of its changes");
    expect(eventsOf(app, "permission.decided").at(-1)).toMatchObject({ verdict: "deny", by: "user" });
    expect(eventsOf(app, "tool.finished").at(-1)).toMatchObject({ outcome: "denied" });
    expect(eventsOf(app, "edit")).toEqual([]);
    expect(eventsOf(app, "rules")).toEqual([]);
  }
});

test("what happened to the file meanwhile stays; the model is told to look", async () => {
  const amended = A.replace("line 3\n", "mine\n");
  const meanwhile = (world: World): void => world.write("a.txt", `${A}added\n`);
  const { world, said } = await decide(edit("line 3\n", "LINE 3\n"), { amended }, { meanwhile });
  expect(world.read("a.txt")).toBe(`${amended}added\n`);
  expect(said).toContain("The file changed while the user was asked");
});

test("a plain yes is put into what the file became meanwhile", async () => {
  const meanwhile = (world: World): void => world.write("a.txt", A.replace("line 30\n", "other\n"));
  const { world, said } = await decide(edit("line 3\n", "LINE 3\n"), {}, { meanwhile });
  expect(world.read("a.txt")).toBe(A.replace("line 3\n", "LINE 3\n").replace("line 30\n", "other\n"));
  expect(said).toContain("The file changed while the user was asked");
  expect(said).not.toContain("The user changed");
});

test("a change at the same lines, a file created or gone meanwhile: refused and said, nothing written", async () => {
  const amended = A.replace("line 3\n", "mine\n");
  const theirs = A.replace("line 3\n", "theirs\n");
  const clash = await decide(
    edit("line 3\n", "LINE 3\n"),
    { amended },
    { meanwhile: (world) => world.write("a.txt", theirs) },
  );
  expect(clash.world.read("a.txt")).toBe(theirs);
  expect(clash.said).toContain("changed at the same lines (3)");
  expect(eventsOf(clash.app, "edit")).toEqual([]);
  const gone = await decide(
    edit("line 3\n", "LINE 3\n"),
    { amended },
    { meanwhile: (world) => rmSync(join(world.dir, "a.txt")) },
  );
  expect(gone.said).toContain("was removed while the user was asked");
  expect(existsSync(join(gone.world.dir, "a.txt"))).toBe(false);
  const created = await decide(
    write("new.txt", "agent\n"),
    { amended: "mine\n" },
    { meanwhile: (world) => world.write("new.txt", "theirs\n") },
  );
  expect(created.said).toContain("was created while the user was asked");
  expect(created.world.read("new.txt")).toBe("theirs\n");
});

test("a new file is written as amended, empty included", async () => {
  const some = await decide(write("new.txt", "agent\n"), { amended: "agent\nand me" });
  expect(some.world.read("new.txt")).toBe("agent\nand me");
  expect(some.said).toContain("Created new.txt. The user changed your edit");
  const empty = await decide(write("new.txt", "agent\n"), { amended: "" });
  expect(empty.world.read("new.txt")).toBe("");
});

test.each([
  ["CRLF", A.replaceAll("\n", "\r\n")],
  ["a byte order mark", `\uFEFF${A}`],
  ["no final line break", A.trimEnd()],
  ["letters of all kinds", A.replace("line 5", "é🙂 漢字 \u200d👩‍👩‍👧 e\u0301")],
])("%s survives a chosen hunk and an amendment", async (_, before) => {
  const bare = before.replace(/^\uFEFF/, "");
  const change = (value: string): string =>
    value.replace("line 3", "LINE 3").replace("line 20", "LINE 20").replace("line 40", "LINE 40");
  const chosen = await decide(write("a.txt", change(bare)), { hunks: [1] }, { before });
  expect(chosen.world.read("a.txt")).toBe(before.replace("line 20", "LINE 20"));
  const amended = change(bare).replace("LINE 40", "ÜNÏ 🙂");
  const written = await decide(write("a.txt", change(bare)), { amended }, { before });
  expect(written.world.read("a.txt")).toBe(before.startsWith("\uFEFF") ? `\uFEFF${amended}` : amended);
});

test("replace_all is one proposal whose hunks can be chosen", async () => {
  const before = Array.from({ length: 60 }, (_, index) => (index % 20 === 5 ? "old" : `l${index}`)).join(
    "\n",
  );
  const { world } = await decide(edit("old", "new", { replace_all: true }), { hunks: [0, 2] }, { before });
  expect(world.read("a.txt").match(/old|new/g)).toEqual(["new", "old", "new"]);
});

test("a file of one megabyte: chosen and amended byte for byte", async () => {
  const before = Array.from({ length: 20_000 }, (_, index) => `${index} ${"x".repeat(44)}`).join("\n");
  const after = before.replace("\n10 x", "\n10 y").replace("\n19000 x", "\n19000 y");
  const { world } = await decide(
    call("Edit", {
      file_path: "a.txt",
      old_string: before.slice(before.indexOf("\n9 x"), before.indexOf("\n11 x")),
      new_string: after.slice(after.indexOf("\n9 x"), after.indexOf("\n11 x")),
    }),
    { amended: after, hunks: [1] },
    { before },
  );
  expect(world.read("a.txt")).toBe(before.replace("\n19000 x", "\n19000 y"));
});

test("the second proposal for a file in one reply is made when its turn comes, from what was accepted of the first", async () => {
  const world = await startWorld({
    files: { "a.txt": A },
    script: [
      reply(read),
      reply(edit("line 3\n", "LINE 3\n"), edit("line 20\n", "LINE 20\n")),
      reply(say("ok")),
    ],
  });
  const app = await world.open();
  const turn = app.prompt(go, "now");
  const first = await nthCard(app, 1);
  expect(cards(app)).toHaveLength(1);
  const amended = A.replace("line 3\n", "mine\n");
  answer(app, first, { amended });
  await expect.poll(() => cards(app)).toHaveLength(2);
  const second = cards(app)[1]!;
  expect(second.detail).toMatchObject({ kind: "diff", added: 1, removed: 1 });
  expect(answer(app, first, { amended: "again" })).toBe(false);
  answer(app, second);
  expect(await turn).toBe("done");
  expect(world.read("a.txt")).toBe(amended.replace("line 20\n", "LINE 20\n"));
});

test("stopping while a proposal is open writes nothing, and its answer counts no more", async () => {
  const world = await startWorld({
    files: { "a.txt": A },
    script: [reply(read), reply(edit("line 3\n", "X\n"))],
  });
  const app = await world.open();
  const turn = app.prompt(go, "now");
  const card = await nthCard(app, 1);
  app.stop();
  expect(answer(app, card, { amended: "mine" })).toBe(false);
  expect(await turn).toBe("cancelled");
  expect(world.read("a.txt")).toBe(A);
});

test("a card is answered once: the second answer, from elsewhere, changes nothing", async () => {
  const amended = A.replace("line 3\n", "first\n");
  const { world, app, card } = await decide(edit("line 3\n", "LINE 3\n"), { amended });
  expect(answer(app, card, { amended: "second" })).toBe(false);
  expect(world.read("a.txt")).toBe(amended);
});

test("an answer with a text for something that has none is a no", async () => {
  const world = await startWorld({ script: [reply(call("Bash", { command: "touch x" })), reply(say("ok"))] });
  const app = await world.open();
  const turn = app.prompt(go, "now");
  answer(app, await nthCard(app, 1), { amended: "touch y" });
  expect(await turn).toBe("done");
  expect(existsSync(join(world.dir, "x"))).toBe(false);
  expect(told(world, 1)).toContain("did not fit this call");
});

test("a sub-agent's edit is amended the same way, and it is the sub-agent who hears of it", async () => {
  const world = await startWorld({
    files: { "a.txt": A },
    script: [
      reply(call("Agent", { description: "edit", prompt: "Do it", subagent_type: "general" })),
      reply(read),
      reply(edit("line 3\n", "LINE 3\n")),
      reply(say("Sub done.")),
      reply(say("All done.")),
    ],
  });
  const app = await world.open();
  const turn = app.prompt(go, "now");
  const card = await nthCard(app, 1);
  expect(card.agentId).not.toBe("main");
  answer(app, card, { amended: A.replace("line 3\n", "mine\n") });
  expect(await turn).toBe("done");
  expect(world.read("a.txt")).toBe(A.replace("line 3\n", "mine\n"));
  expect(told(world, 3)).toContain("-LINE 3\n+mine");
  expect(told(world, 4)).not.toContain("The user changed");
});

test("after a restart the card is back with both of its texts", async () => {
  const world = await startWorld({
    files: { "a.txt": A },
    script: [reply(read), reply(write("a.txt", B)), reply(say("ok"))],
  });
  const app = await world.open();
  void app.prompt(go, "now");
  const card = await nthCard(app, 1);
  await app.close();
  const next = await world.open({ isNew: false });
  expect(await next.proposals.find(card.callId)).toEqual({
    callId: card.callId,
    hash: card.hash,
    path: join(world.dir, "a.txt"),
    before: A,
    after: B,
  });
  const turn = next.resume();
  await expect.poll(() => cards(next)).toHaveLength(2);
  answer(next, cards(next)[1]!, { hunks: [1] });
  expect(await turn).toBe("done");
  expect(readFileSync(join(world.dir, "a.txt"), "utf8")).toBe(A.replace("line 20\n", "LINE 20\n"));
  expect(await next.proposals.find(card.callId)).toBeUndefined();
});

test("what was amended of several edits is written, and the model hears which of its edits could not be made", async () => {
  const edits = [
    { old_string: "line 3\n", new_string: "LINE 3\n" },
    { old_string: "no such line", new_string: "x" },
  ];
  const amended = A.replace("line 3\n", "my line 3\n");
  const { world, said } = await decide(call("Edit", { file_path: "a.txt", edits }), { amended });
  expect(world.read("a.txt")).toBe(amended);
  expect(said).toContain("The user changed your edit before accepting it");
  expect(said).toContain("Edit 2 was not made: old_string was not found in a.txt.");
  expect(said).not.toContain("Edit 1 was not made");
});
