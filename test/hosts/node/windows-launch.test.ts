import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { windowsLaunch } from "../../../src/hosts/node/windows-launch.ts";

function folder(...names: readonly string[]): string {
  const dir = mkdtempSync(join(tmpdir(), "plumb-launch-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  for (const name of names) writeFileSync(join(dir, name), "");
  return dir;
}

test("a batch file is run by the command processor, as one line in quotes", () => {
  const dir = folder("npx.CMD");
  const env = { Path: `relative;${dir}`, PATHEXT: ".EXE;.CMD", COMSPEC: "cmd" };
  expect(windowsLaunch("npx", ["-y", "a server"], env)).toEqual({
    program: "cmd",
    args: ["/d", "/s", "/c", `""${join(dir, "npx.CMD")}" "-y" "a server""`],
    isVerbatim: true,
  });
});

test.each(['a"b', "%PATH%", "a&b", "a\nb", "a^b", "a|b"])(
  "and is not given %j, which would mean something there",
  (arg) => {
    const env = { PATH: folder("npx.cmd"), PATHEXT: ".cmd" };
    expect(() => windowsLaunch("npx", [arg], env)).toThrow("cannot be given");
  },
);

test("a program is started as it is, whatever it is given", () => {
  const dir = folder("node.exe", "node.cmd");
  const env = { PATH: dir, PATHEXT: ".exe;.cmd" };
  const args = ["%x%", "a&b"];
  expect(windowsLaunch("node", args, env)).toEqual({
    program: join(dir, "node.exe"),
    args,
    isVerbatim: false,
  });
  expect(windowsLaunch("C:\\not\\there", args, env)).toMatchObject({ program: "C:\\not\\there" });
  // The system would look for it in the workspace first.
  expect(() => windowsLaunch("not-there", args, env)).toThrow("There is no program not-there.");
});
