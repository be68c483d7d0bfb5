import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { BEGINNING } from "../../src/app/checkpoints.ts";
import { text } from "../../src/core/message.ts";
import { createNodeHost } from "../../src/hosts/node/node-host.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { startWorld } from "../support/start-app.ts";

/** Deciding and going back in real repositories: nested ones, submodules, worktrees, several folders. Git is never touched. */
const FILE = "one\ntwo\nthree\nfour\nfive\n";

function git(cwd: string, ...args: string[]): string {
  const own = ["-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "protocol.file.allow=always"];
  // What looks must not change anything, either.
  const env = { ...process.env, GIT_OPTIONAL_LOCKS: "0", GIT_CONFIG_GLOBAL: "/dev/null" };
  return execFileSync("git", [...own, ...args], { cwd, env, encoding: "utf8", stdio: "pipe" });
}

function put(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** A repository with a file that is committed, one with something staged and more changed since, and one it does not know. */
function repository(dir: string): void {
  mkdirSync(dir, { recursive: true });
  git(dir, "init", "-q", "-b", "main");
  put(join(dir, "clean.txt"), FILE);
  put(join(dir, "staged.txt"), FILE);
  git(dir, "add", ".");
  git(dir, "commit", "-q", "-m", "first");
}
function dirty(dir: string): void {
  put(join(dir, "staged.txt"), FILE.replace("two", "staged"));
  git(dir, "add", "staged.txt");
  put(join(dir, "staged.txt"), FILE.replace("two", "staged").replace("four", "changed"));
  put(join(dir, "unknown.txt"), FILE);
}

/** Every file below a folder with its content and when it was changed last. */
function everything(dir: string, isOf: (path: string) => boolean = () => true): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !isOf(path)) continue;
    const hash = createHash("sha256").update(readFileSync(path)).digest("hex");
    found[path] = isOf === isGits ? `${hash} ${lstatSync(path).mtimeMs}` : hash;
  }
  return found;
}
const isGits = (path: string): boolean => path.includes("/.git/");

function stateOf(dirs: readonly string[]) {
  return dirs.map((dir) => ({
    status: git(dir, "status", "--porcelain=v2", "--branch", "--untracked-files=all"),
    index: git(dir, "ls-files", "--stage"),
    refs: git(dir, "for-each-ref"),
    stash: git(dir, "stash", "list"),
  }));
}

test("in nested repositories, submodules, worktrees and several folders everything goes back, and git is as it was", async () => {
  const changes: string[] = [];
  const world = await startWorld({
    script: (_request, count) => {
      const edits = changes.flatMap((file_path) => [
        call("Edit", { file_path, old_string: "three\n", new_string: "THREE\n" }),
      ]);
      const script = [
        reply(...changes.map((file_path) => call("Read", { file_path }))),
        reply(...edits),
        reply(say("Edited.")),
        reply(
          ...changes
            .filter((path) => path.endsWith("clean.txt"))
            .map((path) => call("Bash", { command: `printf 'by a command\\n' >> '${path}'` })),
          call("Write", { file_path: "made.txt", content: "made\n" }),
        ),
        reply(say("And more.")),
      ];
      return script[count] ?? reply(say("The end."));
    },
  });
  const other = join(world.dir, "..", "library");
  const [main, second] = [world.dir, join(world.dir, "..", "second")];
  const linked = join(main, "..", "linked");
  repository(other);
  repository(main);
  git(main, "submodule", "add", "-q", other, "sub");
  git(main, "commit", "-q", "-m", "with a submodule");
  git(main, "worktree", "add", "-q", "-b", "side", linked);
  repository(join(main, "nested"));
  repository(second);
  const plain = join(main, "..", "plain");
  put(join(plain, "clean.txt"), FILE);
  const repositories = [main, join(main, "sub"), join(main, "nested"), linked, second];
  for (const dir of repositories) dirty(dir);
  for (const dir of [...repositories, plain])
    for (const name of ["clean.txt", "staged.txt", "unknown.txt"])
      if (existsSync(join(dir, name))) changes.push(join(dir, name));
  const roots = [main, linked, second, plain];
  const host = createNodeHost({ roots, dataDir: world.dataDir, version: "0.0.0" });
  const gitBefore = roots.map((root) => everything(root, isGits));
  const stateBefore = stateOf(repositories);
  const filesBefore = roots.map((root) => everything(root));
  const app = await world.open({ mode: "bypass", roots, host });
  expect(await app.prompt([text("Change all of it")], "now")).toBe("done");
  expect(await app.prompt([text("Go on")], "now")).toBe("done");
  expect(new Set(app.ledger.pendingFiles())).toEqual(new Set([...changes, join(main, "made.txt")]));
  const changed = roots.map((root) => everything(root));
  expect(changed).not.toEqual(filesBefore);

  // One hunk is kept, one file is undone, and that is taken back; then everything goes back, and forth, and back.
  const [first = ""] = changes;
  const pending = await app.pendingFile(first);
  const [hunk] = pending?.hunks ?? [];
  if (!pending || !hunk) throw new Error("nothing is pending");
  await app.reviewHunks(first, { verdict: "keep", currentHash: pending.currentHash, hunks: [hunk] });
  await app.review(
    "undo",
    app.ledger
      .pending()
      .filter(({ path }) => path === changes.at(-1))
      .map(({ editId }) => editId),
  );
  await app.checkpoints.takeBack();
  expect(roots.map((root) => everything(root))).toEqual(changed);
  const preview = await app.checkpoints.preview(BEGINNING);
  expect(preview.files.filter(({ problem, clashes }) => problem !== undefined || clashes > 0)).toEqual([]);
  const back = { seq: BEGINNING, what: "files", clashes: "leave" } as const;
  expect(await app.checkpoints.rewind(back)).toMatchObject({ files: changes.length + 1, conflicts: [] });
  expect(roots.map((root) => everything(root))).toEqual(filesBefore);
  expect(stateOf(repositories)).toEqual(stateBefore);
  await app.checkpoints.undoRewind();
  expect(roots.map((root) => everything(root))).toEqual(changed);
  await app.checkpoints.rewind(back);
  expect(roots.map((root) => everything(root))).toEqual(filesBefore);
  expect(roots.map((root) => everything(root, isGits))).toEqual(gitBefore);
  expect(world.api.refusals).toEqual([]);
});
