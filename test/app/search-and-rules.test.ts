import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isText, text } from "../../src/core/message.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { ALONE, isType, startWorld } from "../support/start-app.ts";

const files = {
  "a.txt": "needle",
  "secret/x.txt": "needle",
  "secret/deep/y.txt": "needle",
  ".env": "needle",
};
const deny = { verdict: "deny", text: "Read(secret/**)", source: "user settings" } as const;

async function search(mode: "ask" | "bypass", input: Record<string, string>): Promise<string> {
  const world = await startWorld({
    files,
    script: [reply(call("Grep", { pattern: "needle", ...input })), reply(say("ok"))],
  });
  mkdirSync(join(world.dir, "open"));
  symlinkSync("..", join(world.dir, "open/up"));
  const app = await world.open({ mode, rules: [deny], whereabouts: ALONE });
  await app.prompt([text("go")], "now");
  const result = app.session.events.find(isType("tool.finished"));
  return (
    result?.content
      .filter(isText)
      .map((block) => block.text)
      .join("") ?? ""
  );
}

test.each(["ask", "bypass"] as const)(
  "in mode %s a search passes over what a rule forbids, and says so",
  async (mode) => {
    for (const output_mode of ["content", "files_with_matches", "count"]) {
      const found = await search(mode, { output_mode });
      const [shown = "", notes = ""] = found.split(/\n(?=\[)/, 2);
      expect(shown).toContain("a.txt");
      expect(shown).not.toMatch(/secret|env/);
      expect(notes + found).toContain("a rule keeps them from being read: secret/");
    }
  },
);

test("a link on the way does not change what a rule forbids", async () => {
  const found = await search("ask", { path: "open/up", output_mode: "content" });
  expect(found).toContain("a.txt:1:needle");
  expect(found).not.toMatch(/x\.txt:|y\.txt:|env:/);
});
