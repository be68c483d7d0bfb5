import { expect, test } from "vitest";
import { COMMAND_NAMES, mayBeCommand } from "../../src/cli/command-names.ts";
import { openTerminal } from "./terminal.ts";

test("every command is known by its name before the commands are loaded", async () => {
  const terminal = await openTerminal([]);
  const { out } = await terminal.run(["--help"]).ended;
  const [, commands = ""] = out.split("\nCommands:\n");
  const names = [...commands.matchAll(/^ {2}(\w[\w-]*)/gm)].map(([, name = ""]) => name);
  expect(names).toEqual(expect.arrayContaining([...COMMAND_NAMES]));
  expect(names.filter((name) => !mayBeCommand([name]))).toEqual([]);
});

test.each([
  [["-p", "Go"], false],
  [["--permission-mode", "bypass", "-p", "log in does not work"], false],
  [["Explain", "this"], false],
  [[], false],
  [["--verbose", "sessions"], true],
  [["permissions", "check"], true],
  [["--help"], true],
  [["-h"], true],
  [["-p", "prompt"], true],
])("%j", (words, expected) => {
  expect(mayBeCommand(words)).toBe(expected);
});
