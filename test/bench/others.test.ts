import { expect, test } from "vitest";
import { type OtherAgent, OURS } from "./contestants.ts";
import { benchOthers } from "./others.ts";

const node = (name: string, code: string): OtherAgent => ({
  name,
  command: process.execPath,
  args: ["-e", code],
  env: {},
});
/** Asks as some programs do that are not ours: unknown headers and fields, a side request, without a stream. */
const ODD = `const post = (body) => fetch(process.env.AT + "/v1/messages?beta=true", {
  method: "POST",
  headers: { "anthropic-beta": "of-the-future" },
  body: JSON.stringify({ model: "m", whatever: 1, messages: [], ...body }),
}).then((response) => response.json());
const tools = [{ name: "read" }];
for (;;) {
  const { content } = await post({ tools });
  const call = content.find(({ type }) => type === "tool_use");
  if (!call) break;
  if (!["read", "Edit", "Bash"].includes(call.name)) process.exit(4);
  if (call.name === "read" && !call.input.filePath?.endsWith("/a.ts")) process.exit(5);
  const side = await post({});
  if (side.content[0].text !== "Ok.") process.exit(6);
}`;

test("agents that are there are measured on the same scenarios, and the others are named with their reason", async () => {
  const [floor] = OURS;
  const lines: string[] = [];
  const kept: Readonly<Record<string, number>>[] = [];
  await benchOthers(1, {
    agents: [
      ...(floor ? [floor] : []),
      { ...node("nowhere", ""), command: "no-such-agent-anywhere" },
      node("refuses", "console.error('no such flag'); process.exit(3)"),
      node("idle", ""),
      {
        ...node("odd", ODD),
        args: ["--input-type=module", "-e", ODD],
        env: { AT: "{url}" },
        tools: { Read: { name: "read", fields: { file_path: "filePath" } } },
      },
    ],
    names: ["hello", "50 tool turns"],
    print: (line) => lines.push(line),
    remember: (_name, _runs, row) => kept.push(row),
  });
  const printed = lines.join("\n");
  expect(printed).toContain("other agents: nowhere not installed");
  const [, hello = "", turns = ""] = printed.split(/^(?:hello|50 tool turns) /m);
  expect(hello).toMatch(/^ {2}floor +\d/m);
  expect(hello).toContain("  refuses     failed: exit 3: no such flag");
  expect(hello).toContain("  idle        failed: it ended after 0 of 1 requests");
  expect(turns).toMatch(/^ {2}odd +\d/m);
  expect(turns).toContain("  idle        what it calls our tools is not known");
  expect(kept[1]).toMatchObject({ "turnMs.floor": expect.any(Number), "turnMs.odd": expect.any(Number) });
});
