import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { text } from "../../src/core/message.ts";
import { workspaceKey } from "../../src/hosts/node/node-storage.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { startWorld } from "../support/start-app.ts";

test("wherever a conversation is damaged, in one record or several, it can be continued", async () => {
  const world = await startWorld({
    files: { "a.txt": "A" },
    script: (_request, index) =>
      index === 0
        ? reply(call("Read", { file_path: "a.txt" }), call("Write", { file_path: "b.txt", content: "B" }))
        : reply(say("ok")),
  });
  const first = await world.open({ mode: "bypass" });
  await first.prompt([text("One")], "now");
  await first.prompt([text("Two")], "now");
  await first.close();
  const path = (id: string): string =>
    join(world.dataDir, "projects", workspaceKey(world.dir), "sessions", `${id}.jsonl`);
  const lines = readFileSync(path("session-1"), "utf8").trimEnd().split("\n");
  for (const at of lines.keys()) {
    for (const count of [1, 2, 4]) {
      const sessionId = `damaged-${at}-${count}`;
      const damaged = lines.map((line, i) =>
        i >= at && i < at + count ? line.replace('"seq"', '"sEq"') : line,
      );
      writeFileSync(path(sessionId), `${damaged.join("\n")}\n`);
      const app = await world.open({ mode: "bypass", isNew: false, sessionId });
      const outcome = await app.prompt([text("Three")], "now");
      expect({ at, count, outcome }).toEqual({ at, count, outcome: "done" });
      await app.close();
    }
  }
  expect(world.api.refusals).toEqual([]);
});
