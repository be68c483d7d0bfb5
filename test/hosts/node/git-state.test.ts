import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { gitState } from "../../../src/hosts/node/git-state.ts";

const later = (): AbortSignal => AbortSignal.timeout(20_000);

function repository() {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "plumb-git-")));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  const dir = join(base, "work");
  mkdirSync(dir);
  const git = (...args: string[]): void =>
    void execFileSync(
      "git",
      ["-c", "user.name=Dev", "-c", "user.email=dev@example.com", "-c", "commit.gpgSign=false", ...args],
      {
        cwd: dir,
        stdio: "ignore",
        env: { PATH: process.env["PATH"], HOME: base, GIT_CONFIG_NOSYSTEM: "1" },
      },
    );
  git("init", "-b", "main");
  const write = (name: string, text: string): void => writeFileSync(join(dir, name), text);
  const commit = (message: string): void => {
    git("add", "-A");
    git("commit", "-m", message);
  };
  return { base, dir, git, write, commit };
}

describe("what git says of a folder", () => {
  test("is its branch, whether anything is changed, and what was done last", async () => {
    const { dir, git, write, commit } = repository();
    for (const n of [1, 2, 3, 4]) {
      write("a.txt", `${n}`.repeat(n));
      commit(`Change ${n}\n\nAt length.`);
    }
    git("checkout", "-b", "feature/x");
    const clean = { branch: "feature/x", isDirty: false, commits: ["Change 4", "Change 3", "Change 2"] };
    expect(await gitState(dir, later())).toEqual(clean);
    write("new.txt", "git does not know it yet");
    expect(await gitState(dir, later())).toEqual(clean);
    git("add", "new.txt");
    expect((await gitState(dir, later()))?.isDirty).toBe(true);
    git("reset", "-q");
    write("a.txt", "another length");
    mkdirSync(join(dir, "sub"));
    expect(await gitState(join(dir, "sub"), later())).toEqual({ ...clean, isDirty: true });
  });

  test("is little where there is no commit or no branch, and nothing where there is no repository", async () => {
    const { base, dir, git, write, commit } = repository();
    expect(await gitState(dir, later())).toEqual({ branch: "main", isDirty: undefined, commits: [] });
    write("a.txt", "a");
    commit("One");
    git("checkout", "--detach");
    expect(await gitState(dir, later())).toEqual({ branch: undefined, isDirty: false, commits: ["One"] });
    expect(await gitState(base, later())).toBeUndefined();
  });

  test("is known in a worktree as well", async () => {
    const { base, dir, git, write, commit } = repository();
    write("a.txt", "a");
    commit("One");
    git("worktree", "add", "-b", "other", join(base, "other"));
    expect(await gitState(join(base, "other"), later())).toEqual({
      branch: "other",
      isDirty: false,
      commits: ["One"],
    });
    expect((await gitState(dir, later()))?.branch).toBe("main");
  });

  test("is not waited for any longer than asked, and comes without git as well", async () => {
    const { dir, write, commit } = repository();
    write("a.txt", "a");
    commit("One");
    const nothing = { branch: "main", isDirty: undefined, commits: [] };
    expect(await gitState(dir, AbortSignal.abort())).toEqual(nothing);
    expect(await gitState(dir, later(), { environment: { PATH: "/nowhere" } })).toEqual(nothing);
  });
});

describe.skipIf(process.platform === "win32")("no program that a repository names is run", () => {
  function armed() {
    const world = repository();
    const { base, dir, git, write, commit } = world;
    write("a.txt", "a");
    commit("One");
    const trap = join(base, "trap.sh");
    const sprung = join(base, "sprung");
    writeFileSync(trap, `#!/bin/sh\necho "$0 $@" >> ${sprung}\ncat\n`);
    chmodSync(trap, 0o755);
    /** The index cannot tell whether the file has changed: git would have to look into it, through its filter. */
    const touch = (): void => {
      write("a.txt", "b");
      utimesSync(join(dir, "a.txt"), new Date(), new Date());
    };
    return { ...world, git, trap, touch, isSprung: () => existsSync(sprung) };
  }

  test("the traps would spring", () => {
    const { git, trap, write, touch, isSprung } = armed();
    git("config", "filter.trap.clean", trap);
    write(".gitattributes", "* filter=trap\n");
    touch();
    git("status");
    expect(isSprung()).toBe(true);
  });

  test.each<[string, (trap: string) => readonly [string, string][]]>([
    ["file system monitor", (trap) => [["core.fsmonitor", trap]]],
    ["hooks", (trap) => [["core.hooksPath", join(trap, "..")]]],
    [
      "pager",
      (trap) => [
        ["core.pager", trap],
        ["pager.rev-list", trap],
      ],
    ],
    [
      "signature check",
      (trap) => [
        ["log.showSignature", "true"],
        ["gpg.program", trap],
      ],
    ],
    [
      "external diff",
      (trap) => [
        ["diff.external", trap],
        ["diff.trap.textconv", trap],
        ["diff.trap.command", trap],
      ],
    ],
    [
      "alias",
      (trap) => [
        ["alias.rev-list", `!${trap}`],
        ["alias.diff-index", `!${trap}`],
      ],
    ],
    [
      "transport",
      (trap) => [
        ["core.sshCommand", trap],
        ["credential.helper", trap],
        ["core.gitProxy", trap],
      ],
    ],
    [
      "editor",
      (trap) => [
        ["core.editor", trap],
        ["sequence.editor", trap],
        ["core.askPass", trap],
      ],
    ],
  ])("no %s", async (_name, settings) => {
    const { dir, git, trap, write, touch, isSprung } = armed();
    for (const [key, value] of settings(trap)) git("config", key, value);
    write(".gitattributes", "* diff=trap\n");
    touch();
    expect(await gitState(dir, later())).toEqual({ branch: "main", isDirty: true, commits: ["One"] });
    expect(isSprung()).toBe(false);
  });

  test.each(["filter", "included filter", "filter of the worktree"])(
    "no %s: what is changed is not looked at",
    async (kind) => {
      const { base, dir, git, trap, write, touch, isSprung } = armed();
      const own = join(base, "own.config");
      writeFileSync(own, `[filter "trap"]\n\tclean = ${trap}\n\tprocess = ${trap}\n`);
      if (kind === "filter") git("config", "filter.trap.clean", trap);
      if (kind === "included filter") git("config", "include.path", own);
      if (kind === "filter of the worktree") {
        git("config", "extensions.worktreeConfig", "true");
        git("config", "--worktree", "filter.trap.clean", trap);
      }
      write(".gitattributes", "* filter=trap\n");
      touch();
      expect(await gitState(dir, later())).toEqual({ branch: "main", isDirty: undefined, commits: ["One"] });
      expect(isSprung()).toBe(false);
    },
  );

  test("no git that lies in the workspace", async () => {
    const { dir, trap, isSprung } = armed();
    execFileSync("cp", [trap, join(dir, "git")]);
    const environment = { PATH: dir };
    expect((await gitState(dir, later(), { environment, roots: [dir] }))?.commits).toEqual([]);
    expect(isSprung()).toBe(false);
  });
});
