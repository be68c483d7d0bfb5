import { expect, test } from "vitest";
import { text } from "../../src/core/message.ts";
import type { Shell, ShellChunk } from "../../src/core/ports.ts";
import { createNodeHost } from "../../src/hosts/node/node-host.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { eventsOf, startWorld } from "../support/start-app.ts";

test("commands that provably change nothing run side by side; one that may change something waits, and is waited for", async () => {
  const world = await startWorld({
    files: { "a.txt": "A", "b.txt": "B" },
    script: [
      reply(
        call("Bash", { command: "cat a.txt" }),
        call("Read", { file_path: "b.txt" }),
        call("Bash", { command: "sleep 1; git status" }),
        call("Bash", { command: "cat b.txt | wc -l" }),
        call("Bash", { command: "npm test" }),
        call("Bash", { command: "cat b.txt" }),
        call("Bash", { command: "cat a.txt > c.txt" }),
      ),
      reply(say("ok")),
    ],
  });
  const begun: string[] = [];
  const together = Promise.withResolvers<void>();
  async function* run(command: string): AsyncGenerator<ShellChunk> {
    begun.push(command);
    // One after the other, the first would wait for ever.
    if (begun.length === 3) together.resolve();
    await together.promise;
    yield { type: "exit", code: 0, signal: null };
  }
  const host = createNodeHost({ roots: [world.dir], dataDir: world.dataDir, version: "0.0.0" });
  const shell: Shell = { ...host.shell, run };
  const app = await world.open({ host: { ...host, shell }, mode: "bypass" });
  expect(await app.prompt([text("Go")], "now")).toBe("done");

  expect(begun.slice(0, 3).toSorted()).toEqual(["cat a.txt", "cat b.txt | wc -l", "sleep 1; git status"]);
  expect(begun.slice(3)).toEqual(["npm test", "cat b.txt", "cat a.txt > c.txt"]);
  const ids = new Map(eventsOf(app, "tool.started").map(({ callId, title }) => [title, callId]));
  const order = app.session.events.flatMap((event) =>
    event.type === "tool.started" || event.type === "tool.finished" ? [`${event.type} ${event.callId}`] : [],
  );
  const at = (what: "started" | "finished", title: string): number =>
    order.indexOf(`tool.${what} ${ids.get(title)}`);
  for (const title of ["sleep 1; git status", "cat b.txt | wc -l"])
    expect(at("finished", title)).toBeLessThan(at("started", "npm test"));
  expect(at("finished", "npm test")).toBeLessThan(at("started", "cat b.txt"));
  expect(at("finished", "cat b.txt")).toBeLessThan(at("started", "cat a.txt > c.txt"));
});
