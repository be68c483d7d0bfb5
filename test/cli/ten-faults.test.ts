import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Script } from "../support/fake-api/fake-api.ts";
import {
  call,
  cut,
  httpError,
  maxTokens,
  type Reply,
  rawCall,
  reply,
  say,
  streamError,
} from "../support/fake-api/replies.ts";
import { openTerminal } from "./terminal.ts";

const EDIT = { file_path: "a.txt", old_string: "one", new_string: "two" };
const edit = reply(call("Edit", EDIT));
const write = reply(call("Write", { file_path: "b.txt", content: "whole\n" }));
const cutJson = (name: string, input: Record<string, string>): Reply => {
  const json = JSON.stringify(input);
  return reply(rawCall(name, json.slice(0, Math.ceil(json.length * 0.6))));
};
const content = "line of a longer text\n".repeat(40);

/** What goes wrong once the file was read, and what is in the workspace in the end. */
const FAULTS: readonly (readonly [string, readonly Reply[], { a: string; b: string | undefined }])[] = [
  ["429", [httpError(429), edit], { a: "two\n", b: undefined }],
  ["529 once", [httpError(529), edit], { a: "two\n", b: undefined }],
  ["529 three times", [httpError(529), httpError(529), httpError(529), edit], { a: "two\n", b: undefined }],
  ["500", [httpError(500), edit], { a: "two\n", b: undefined }],
  ["a cut stream", [reply(say("Now I"), cut("reset")), edit], { a: "two\n", b: undefined }],
  [
    "an error inside the stream",
    [reply(say("Now I"), streamError("overloaded_error")), edit],
    { a: "two\n", b: undefined },
  ],
  ["broken JSON in an edit", [cutJson("Edit", EDIT), edit], { a: "two\n", b: undefined }],
  [
    "broken JSON in a write",
    [cutJson("Write", { file_path: "b.txt", content }), write],
    { a: "one\n", b: "whole\n" },
  ],
  [
    "max_tokens inside a tool call",
    [maxTokens(rawCall("Write", JSON.stringify({ file_path: "b.txt", content }).slice(0, 300))), write],
    { a: "one\n", b: "whole\n" },
  ],
  ["an unknown tool", [reply(call("Nonsense", { a: 1 })), edit], { a: "two\n", b: undefined }],
];

test.each(FAULTS)(
  "%s: the right workspace in the end, soon, and nothing that did not arrive whole",
  async (_name, faults, files) => {
    const replies: Script = [reply(call("Read", { file_path: "a.txt" })), ...faults, reply(say("Done."))];
    const terminal = await openTerminal(replies);
    writeFileSync(join(terminal.dir, "a.txt"), "one\n");
    const { code, out } = await terminal.run(["-p", "Go", "--permission-mode", "acceptEdits"]).ended;
    expect({ code, answer: out.trim().split("\n").at(-1) }).toEqual({ code: 0, answer: "Done." });
    expect(readFileSync(join(terminal.dir, "a.txt"), "utf8")).toBe(files.a);
    const b = join(terminal.dir, "b.txt");
    expect(existsSync(b) ? readFileSync(b, "utf8") : undefined).toBe(files.b);
    expect(terminal.api.violations).toEqual([]);
    const arrived = terminal.api.requests.map(({ arrivedMs }) => arrivedMs);
    // From the request that failed to the one that was answered; the machine may do other things meanwhile.
    const waited = Math.max(...arrived.slice(1).map((at, index) => at - (arrived[index] ?? at)));
    expect(waited).toBeLessThan(1_200);
  },
);
