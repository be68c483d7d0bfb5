import { expect, test } from "vitest";
import { text } from "../../../src/core/message.ts";
import { call, reply, say } from "../../support/fake-api/replies.ts";
import { answerAll, eventsOf, startWorld } from "../../support/start-app.ts";

const go = [text("Go")];

async function resultsOf(
  files: Record<string, string>,
  ...edits: [path: string, from: string, to: string][]
) {
  const script = edits.flatMap(([file_path, old_string, new_string]) => [
    reply(call("Read", { file_path })),
    reply(call("Edit", { file_path, old_string, new_string })),
  ]);
  const world = await startWorld({ files, script: [...script, reply(say("ok"))] });
  const app = await world.open({ mode: "acceptEdits" });
  answerAll(app, { verdict: "allow", scope: "once" });
  expect(await app.prompt(go, "now")).toBe("done");
  return eventsOf(app, "tool.finished")
    .filter((_, i) => i % 2 === 1)
    .map(({ content }) => JSON.stringify(content));
}

test("without an editor an edit still comes back with the mistakes it made in JSON and JavaScript", async () => {
  const files = { "a.json": '{\n  "a": 1,\n  "b": 2\n}\n', "b.js": "const a = 1;\nconst b = 2;\n" };
  const [json, js] = await resultsOf(files, ["a.json", '"b": 2', '"b": 2,'], ["b.js", "b = 2", "b = (2"]);
  expect(json).toMatch(/New errors after this change:\\nline 4: not JSON: /);
  expect(js).toMatch(/New errors after this change:\\nline 2: /);
});

test("what was wrong before, is written with comments, or is right, is no news", async () => {
  const files = {
    "old.json": '{\n  // why\n  "a": 1,\n  "b": 2\n}\n',
    "tsconfig.json": '{\n  // why\n  "a": 1\n}\n',
    ".vscode/x.json": '{ "a": 1, }\n',
    "m.js": "import a from 'a';\nexport const b = a;\n",
    "c.ts": "const a = 1;\n",
  };
  const results = await resultsOf(
    files,
    ["old.json", '"a": 1', '"c": 0,\n  "a": 1'],
    ["tsconfig.json", '"a": 1', '"a": 2'],
    ["m.js", "b = a", "b = [a]"],
    ["c.ts", "a = 1", "a = ("],
  );
  expect(results).toHaveLength(4);
  for (const result of results) expect(result).not.toContain("New errors");
});
