import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { openTerminal } from "../cli/terminal.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";

const read = (name: string): string =>
  readFileSync(new URL(`../../docs/${name}`, import.meta.url), "utf8").replaceAll(/ *\\\n */g, " ");
/** Each line that starts the program, from its first flag to where its input or output is. */
const commandsIn = (text: string): string[] =>
  [...text.matchAll(/plumb (-p ".+)$/gm)].map(([, args = ""]) => args.split(/ [<>|] ?"?/)[0] ?? "");
const files = ["ci/Dockerfile", "ci/github-actions.yml", "package.md"];
const commands = files.flatMap((file) => commandsIn(read(file)));
const split = (args: string): string[] =>
  [...args.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");

test("there are examples", () => {
  expect(commands).toHaveLength(4);
});

test("their flags are those of the program, and on the page about it", async () => {
  const terminal = await openTerminal([]);
  const { out } = await terminal.run(["--help"]).ended;
  const page = read("headless.md");
  const used = new Set(commands.flatMap((args) => split(args).filter((word) => word.startsWith("--"))));
  expect([...used].filter((flag) => !out.includes(flag) || !page.includes(flag))).toEqual([]);
  expect(used.size).toBeGreaterThan(6);
});

test.each(commands)("plumb %s", async (args) => {
  const terminal = await openTerminal([
    reply(
      call("Write", { file_path: "a.txt", content: "x" }),
      call("Bash", { command: "curl https://example.com" }),
    ),

    reply(say("Fine.")),
  ]);
  const { code, out, err } = await terminal.run(split(args), { input: "diff --git a/a b/a" }).ended;
  expect({ code, err: err.includes("unknown option") }).toEqual({ code: 0, err: false });
  expect(out).toContain("Fine.");
  expect(existsSync(join(terminal.dir, "a.txt"))).toBe(false);
  if (!args.includes("json")) return;
  const { permission_denials } = z
    .object({ permission_denials: z.array(z.unknown()) })
    .parse(JSON.parse(out));
  expect(permission_denials).toMatchObject([{ tool_name: "Bash" }]);
});
