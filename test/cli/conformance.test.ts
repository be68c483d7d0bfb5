import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { call, type Part, reply, say } from "../support/fake-api/replies.ts";
import { Frame, startClient } from "./stream-client.ts";
import { openTerminal } from "./terminal.ts";

const JsonObject = z.record(z.string(), z.unknown());
const FOLDER = join(import.meta.dirname, "recordings");

/** A line of a recording: what the model answers, flags, and the conversation in both directions, in order. */
const Line = z.union([
  z.strictObject({
    model: z.array(
      z.union([
        z.strictObject({ say: z.string() }),
        z.strictObject({ call: z.string(), input: z.unknown(), id: z.string() }),
      ]),
    ),
  }),
  z.strictObject({ flags: z.array(z.string()) }),
  z.strictObject({ to: JsonObject }),
  z.strictObject({ from: JsonObject }),
]);

const read = (name: string) =>
  readFileSync(join(FOLDER, name), "utf8")
    .trim()
    .split("\n")
    .map((line) => Line.parse(JSON.parse(line)));

/** The same with names (`$r`) replaced by what they stand for. */
const fill = (value: unknown, names: ReadonlyMap<string, string>): unknown =>
  JSON.parse(JSON.stringify(value), (_key, part) =>
    typeof part === "string" ? (names.get(part) ?? part) : part,
  );

/** Whether a frame holds all that is expected of it. */
function fits(frame: Frame, wanted: Record<string, unknown>): boolean {
  try {
    expect(frame).toMatchObject(wanted);
    return true;
  } catch {
    return false;
  }
}

/** Names that stand for nothing yet match anything. */
const withoutNames = (wanted: unknown): Record<string, unknown> => {
  const text = JSON.stringify(wanted, (_key, part) =>
    typeof part === "string" && part.startsWith("$") ? undefined : part,
  );
  return JsonObject.parse(JSON.parse(text));
};

/** `$r` where it stands as the id of a request of the program. */
const learn = (frame: Frame, wanted: Record<string, unknown>, names: Map<string, string>): void => {
  const name = wanted["request_id"];
  if (typeof name === "string" && name.startsWith("$")) names.set(name, String(frame["request_id"]));
};

test.each(readdirSync(FOLDER))("%s is replayed in both directions", async (name) => {
  const lines = read(name);
  const replies = lines.flatMap((line) =>
    "model" in line
      ? [
          reply(
            ...line.model.map(
              (part): Part => ("say" in part ? say(part.say) : call(part.call, part.input, part.id)),
            ),
          ),
        ]
      : [],
  );
  const flags = lines.flatMap((line) => ("flags" in line ? line.flags : []));
  const terminal = await openTerminal(replies);
  const client = startClient(terminal, ["--permission-prompt-tool", "stdio", "--verbose", ...flags]);
  const names = new Map<string, string>();
  let at = 0;
  for (const line of lines) {
    if ("to" in line) client.send(JsonObject.parse(fill(line.to, names)));
    if (!("from" in line)) continue;
    const wanted = withoutNames(fill(line.from, names));
    // In this order; what stands between is for others.
    const found = await client
      .next((frame) => fits(frame, wanted), at)
      .catch((thrown: unknown) => {
        throw new Error(`${JSON.stringify(line.from)} did not come.`, { cause: thrown });
      });
    learn(found, line.from, names);
    at = client.frames.indexOf(found) + 1;
  }
  client.end();
  expect(await client.ended).toEqual({ code: 0, err: "" });
  for (const frame of client.frames.filter(({ type }) => !type.startsWith("control")))
    expect(frame).toMatchObject({ session_id: expect.any(String), uuid: expect.any(String) });
  expect(terminal.api.violations).toEqual([]);
});

test("the sample frames of the format are read as they are meant", async () => {
  const terminal = await openTerminal([reply(call("Bash", { command: "ls" }, "t2")), reply(say("done"))]);
  const client = startClient(terminal, [
    "--permission-prompt-tool",
    "stdio",
    "--disallowed-tools",
    "Bash(ls)",
  ]);
  client.send({
    type: "user",
    message: { role: "user", content: "x" },
    parent_tool_use_id: null,
    session_id: "S",
  });
  expect(Frame.parse(await client.next("result"))).toMatchObject({
    ...{ type: "result", subtype: "success", is_error: false, result: "done", num_turns: 2 },
    ...{
      usage: { input_tokens: expect.any(Number) },
      modelUsage: expect.any(Object),
      stop_reason: "end_turn",
    },
    permission_denials: [{ tool_name: "Bash", tool_use_id: "t2", tool_input: { command: "ls" } }],
  });
});
