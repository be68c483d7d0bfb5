import { expect, test } from "vitest";
import { text } from "../../src/core/message.ts";
import type { Documents, Host } from "../../src/core/ports.ts";
import { createNodeHost } from "../../src/hosts/node/node-host.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { startWorld } from "../support/start-app.ts";

/** Saves as an editor does that formats on save: what stands on the disk in the end is the formatter's. */
function formatting(host: Host, format: (text: string) => string): Host {
  const save: Documents["save"] = async (path, wanted, baseHash, signal) => {
    const saved = await host.documents.save(path, wanted, baseHash, signal);
    return host.documents.save(path, format(saved.text), saved.hash, signal);
  };
  return { ...host, documents: { ...host.documents, save } };
}

test("what a formatter does to an edit is its own entry, and is decided about with that edit", async () => {
  const before = "one\ntwo\nthree\n";
  const world = await startWorld({
    files: { "a.txt": before },
    script: [
      reply(call("Read", { file_path: "a.txt" })),
      reply(call("Edit", { file_path: "a.txt", old_string: "two", new_string: "two  and  a  half" })),
      reply(say("Done.")),
    ],
  });
  const host = createNodeHost({ roots: [world.dir], dataDir: world.dataDir, version: "0.0.0" });
  const app = await world.open({
    mode: "acceptEdits",
    host: formatting(host, (content) => content.replaceAll("  ", " ")),
  });
  await app.prompt([text("Go")], "now");
  expect(world.read("a.txt")).toBe("one\ntwo and a half\nthree\n");
  const [edit, ...rest] = app.ledger.pending();
  expect([edit, ...rest].map((one) => one?.by)).toEqual(["agent", "formatter"]);
  const report = await app.review("undo", [edit!.editId]);
  expect(report).toMatchObject({ conflicts: [] });
  expect(world.read("a.txt")).toBe(before);
  expect(app.ledger.pending()).toEqual([]);
});
