import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { openTerminal } from "./terminal.ts";

const UUID = "6f1f6a3e-6d3a-4b59-9d6e-0a7c52a1d001";

test("sessions of a folder are listed, and one is printed as text, Markdown and a page, whatever stands in it", async () => {
  const terminal = await openTerminal([
    reply(call("Read", { file_path: "a.txt" })),
    reply(say("It says ```<b>\u001b[31mA</b>.")),
    reply(say("Two.")),
  ]);
  writeFileSync(join(terminal.dir, "a.txt"), "<script>alert(1)</script> ````\n");
  await terminal.run(["-p", "What is <i>in</i> it?", "--session-id", UUID]).ended;
  await terminal.run(["-p", "Second"]).ended;

  const list = (await terminal.run(["sessions", "--json"]).ended).out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(list).toMatchObject([
    { title: "Second", isLocked: false },
    { id: UUID, title: "What is <i>in</i> it?" },
  ]);
  expect((await terminal.run(["sessions"]).ended).out).toContain(`${UUID}  What is <i>in</i> it?`);

  const log = async (format: string) =>
    (await terminal.run(["log", UUID.slice(0, 8), "--format", format]).ended).out;
  const text = await log("text");
  expect(text).toContain("You (");
  expect(text).toContain("[done] Read a.txt");
  expect(text).toContain("<script>alert(1)</script>");
  expect(text).not.toContain("\u001b");
  const md = await log("md");
  expect(md).toMatch(/^# What is/);
  // A fence that nothing inside can end.
  expect(md).toContain("\n`````\n");
  const html = await log("html");
  expect(html).toContain("default-src 'none'");
  expect(html).toContain("&lt;script&gt;");
  for (const tag of ["<script", "<i>", "<b>"]) expect(html).not.toContain(tag);
});

test("a session that is not there is said, and nothing is listed where there is none", async () => {
  const terminal = await openTerminal([]);
  expect(await terminal.run(["sessions"]).ended).toEqual({ code: 0, out: "", err: "" });
  const { code, err } = await terminal.run(["log", "nope"]).ended;
  expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining("no session") });
});
