import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import type { FoundChanges } from "../../../src/core/ports.ts";
import { parseIndex } from "../../../src/hosts/node/changes/git-index.ts";
import { NodeChanges } from "../../../src/hosts/node/changes/node-changes.ts";
import { createShell } from "../../../src/hosts/node/node-shell.ts";
import { createRipgrepSearch, findRipgrep } from "../../../src/hosts/node/ripgrep-search.ts";
import { temporaryFolder } from "./temporary.ts";

const ENVIRONMENT = { PATH: process.env["PATH"] };

function git(cwd: string, ...args: string[]): string {
  const env = {
    ...ENVIRONMENT,
    HOME: cwd,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_AUTHOR_NAME: "A",
    GIT_AUTHOR_EMAIL: "a@example.com",
    GIT_COMMITTER_NAME: "A",
    GIT_COMMITTER_EMAIL: "a@example.com",
  };
  return execFileSync("git", args, { cwd, env, encoding: "utf8" });
}

/** A folder with files in it and something that follows it; `git` makes it a repository with everything committed. */
async function workspace(
  files: Record<string, string | Buffer>,
  options: { git?: boolean; maxFiles?: number } = {},
) {
  const root = await temporaryFolder();
  const at = (path: string): string => join(root, path);
  const write = (path: string, content: string | Buffer): void => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), content);
  };
  for (const [path, content] of Object.entries(files)) write(path, content);
  if (options.git) {
    // So that the index is younger than what it names, as it is in life.
    for (const path of Object.keys(files)) utimesSync(at(path), 1_700_000_000, 1_700_000_000);
    git(root, "init", "-q");
    git(root, "add", "-A");
    git(root, "commit", "-qm", "first");
  }
  const search = createRipgrepSearch(() => findRipgrep({ roots: [root], environment: ENVIRONMENT }));
  const changes = new NodeChanges({
    search,
    environment: ENVIRONMENT,
    ...(options.maxFiles !== undefined && { maxFiles: options.maxFiles }),
  });
  const shell = createShell({ dataDir: await temporaryFolder(), environment: ENVIRONMENT });
  const sh = async (command: string): Promise<void> => {
    for await (const _ of shell.run(command, { cwd: root }, AbortSignal.timeout(20_000)));
  };
  const during = async (work: () => unknown): Promise<FoundChanges> => {
    const watch = await changes.begin([root]);
    await work();
    return watch.end();
  };
  return { root, at, write, changes, sh, during, run: (command: string) => during(() => sh(command)) };
}

const table = ({ files }: FoundChanges, root: string): unknown[] =>
  files.map(({ path, before, after }) => [path.slice(root.length + 1), short(before), short(after)]);

/** Of a long text only enough to tell it from another. */
const short = (text: string | undefined): string | undefined =>
  text === undefined || text.length < 1000
    ? text
    : `${text.length} ${createHash("sha1").update(text).digest("hex")}`;

describe.each([{ git: false }, { git: true }])("with git: $git", (options) => {
  test("a command that does nothing has changed nothing", async () => {
    const { run } = await workspace({ "a.txt": "a\n" }, options);
    expect(await run("true")).toEqual({ files: [], lost: [], isShared: false, problem: undefined });
    expect((await run("true")).files).toEqual([]);
  });

  test("changed, created, deleted and moved files are found with the text from before", async () => {
    const { run, root } = await workspace(
      { "a.txt": "one\n", "src/b.txt": "two\n", "gone.txt": "three\n", "old/name.txt": "four\n" },
      options,
    );
    const found = await run(
      "echo 1 > a.txt; sed -i s/two/2/ src/b.txt; rm gone.txt; mkdir -p new/deep; echo n > new/deep/c.txt; mv old/name.txt new/name.txt",
    );
    expect(table(found, root)).toEqual([
      ["a.txt", "one\n", "1\n"],
      ["gone.txt", "three\n", undefined],
      ["new/deep/c.txt", undefined, "n\n"],
      ["new/name.txt", undefined, "four\n"],
      ["old/name.txt", "four\n", undefined],
      ["src/b.txt", "two\n", "2\n"],
    ]);
    expect(found.lost).toEqual([]);
  });

  test("command after command is compared with what the one before it left", async () => {
    const { run, root } = await workspace({ "a.txt": "0\n" }, options);
    for (let i = 1; i <= 20; i += 1) {
      const found = await run(`echo ${i % 10} > a.txt`);
      expect(table(found, root)).toEqual([
        ["a.txt", `${i - 1 < 10 ? i - 1 : (i - 1) % 10}\n`, `${i % 10}\n`],
      ]);
    }
  });

  test("what changed between two commands is nobody's", async () => {
    const { run, root, write } = await workspace({ "a.txt": "a\n" }, options);
    await run("true");
    write("a.txt", "the user's\n");
    write("theirs/new.txt", "theirs\n");
    expect((await run("true")).files).toEqual([]);
    const found = await run("echo more >> a.txt; echo more >> theirs/new.txt");
    expect(table(found, root)).toEqual([
      ["a.txt", "the user's\n", "the user's\nmore\n"],
      ["theirs/new.txt", "theirs\n", "theirs\nmore\n"],
    ]);
  });

  test("what is ignored, built or only touched is left out", async () => {
    const { run, root, at } = await workspace({ ".gitignore": "*.log\n/out/\n", "a.txt": "a\n" }, options);
    const found = await run(
      "touch a.txt; chmod +x a.txt; echo x > x.log; mkdir -p out dist node_modules/p; echo x > out/x; echo x > dist/x; echo x > node_modules/p/x",
    );
    expect(found.files).toEqual([]);
    expect(found.lost).toEqual([]);
    expect((await run("echo y > x.log; echo y > out/y; echo z > out/x")).files).toEqual([]);
    writeFileSync(at(".gitignore"), "");
    await run("true");
    expect(table(await run("echo seen > y.log"), root)).toEqual([["y.log", undefined, "seen\n"]]);
  });

  test("a file in a folder that was empty before is found, however deep", async () => {
    const { run, root } = await workspace({ "a.txt": "a\n" }, options);
    await run("mkdir -p one/two/three");
    expect(table(await run("echo x > one/two/three/x.txt"), root)).toEqual([
      ["one/two/three/x.txt", undefined, "x\n"],
    ]);
  });

  test("line ends, marks and encodings are part of the text or kept by it; what is no text is named", async () => {
    const binary = Buffer.from([0, 1, 2, 3]);
    const utf16 = Buffer.from("\uFEFFab\n", "utf16le");
    const { run, root, at, during } = await workspace(
      {
        "dos.txt": "a\r\nb\r\n",
        "bom.txt": "\uFEFFx\n",
        "wide.txt": utf16,
        "data.bin": binary,
        "ü ñ.txt": "u\n",
      },
      options,
    );
    const found = await run(
      String.raw`printf 'a\r\nB\r\n' > dos.txt; printf '\xef\xbb\xbfy\n' > bom.txt; printf '\0' >> data.bin; echo v > 'ü ñ.txt'`,
    );
    expect(table(found, root)).toEqual([
      ["bom.txt", "x\n", "y\n"],
      ["dos.txt", "a\r\nb\r\n", "a\r\nB\r\n"],
      ["ü ñ.txt", "u\n", "v\n"],
    ]);
    expect(found.lost).toEqual([at("data.bin")]);
    expect(found.sizes?.get(at("data.bin"))).toEqual({
      before: binary.length,
      after: binary.length + 1,
    });
    const moved = await run("mv data.bin other.bin; cp other.bin new.bin");
    expect(moved.moved).toEqual([{ from: at("data.bin"), to: at("other.bin") }]);
    expect([...(moved.sizes ?? [])]).toEqual([[at("new.bin"), { before: 0, after: binary.length + 1 }]]);
    const wide = await during(() => writeFileSync(at("wide.txt"), Buffer.from("\uFEFFcd\n", "utf16le")));
    expect(table(wide, root)).toEqual([["wide.txt", "ab\n", "cd\n"]]);
    const gone = (await run("rm wide.txt")).files[0];
    expect(gone).toMatchObject({ before: "cd\n", form: { hasBom: true, encoding: "utf-16le" } });
  });

  test("what the window writes while a command runs is not the command's", async () => {
    const { changes, root, at, during, sh } = await workspace(
      { "a.txt": "a\n", "b.txt": "b\n", "c.txt": "c\n" },
      options,
    );
    const found = await during(async () => {
      await sh("echo shell > b.txt; echo shell > c.txt");
      changes.writing(at("a.txt"));
      writeFileSync(at("a.txt"), "the user's\n");
      changes.wrote(at("a.txt"));
      changes.writing(at("c.txt"));
      writeFileSync(at("c.txt"), "the user's\n");
      changes.wrote(at("c.txt"));
      await sh("echo more >> c.txt");
      changes.writing(at("new.txt"));
      writeFileSync(at("new.txt"), "the user's\n");
      changes.wrote(at("new.txt"));
      mkdirSync(at("folder"));
      renameSync(at("new.txt"), at("folder/new.txt"));
      changes.moved(at("folder"));
      changes.moved(at("new.txt"));
    });
    expect(table(found, root)).toEqual([
      ["b.txt", "b\n", "shell\n"],
      ["c.txt", "the user's\n", "the user's\nmore\n"],
    ]);
  });

  test("changes faster than the clock of the file system ticks are found all the same", async () => {
    const { during, root, write } = await workspace({ "a.txt": "000\n", "sub/b.txt": "b\n" }, options);
    await during(() => undefined);
    for (let i = 1; i <= 40; i += 1) {
      const text = (n: number): string => `${String(n).padStart(3, "0")}\n`;
      const changed = await during(() => write("a.txt", text(i)));
      expect(table(changed, root)).toEqual([["a.txt", text(i - 1), text(i)]]);
      const created = await during(() => write(`sub/new-${i}.txt`, "new\n"));
      expect(table(created, root)).toEqual([[`sub/new-${i}.txt`, undefined, "new\n"]]);
    }
  });

  test("what the user writes over what a command changed, and still runs, is the user's", async () => {
    const { changes, root, at, sh } = await workspace({ "a.txt": "a\n", "b.txt": "b\n" }, options);
    const first = await changes.begin([root]);
    await sh("echo 1 > a.txt; echo 1 > b.txt");
    const second = await changes.begin([root]);
    changes.writing(at("a.txt"));
    writeFileSync(at("a.txt"), "the user's\n");
    changes.wrote(at("a.txt"));
    expect((await second.end()).files).toEqual([]);
    expect(table(await first.end(), root)).toEqual([["b.txt", "b\n", "1\n"]]);
  });

  test("of two commands at once the one that ends first tells, and says that it may have been the other", async () => {
    const { changes, root, sh, at } = await workspace({ "a.txt": "a\n", "b.txt": "b\n" }, options);
    const first = await changes.begin([root]);
    await sh("echo 1 > a.txt");
    const second = await changes.begin([root]);
    await sh("echo 2 > b.txt; echo 2 > a.txt");
    const one = await second.end();
    expect(table(one, root)).toEqual([
      ["a.txt", "a\n", "2\n"],
      ["b.txt", "b\n", "2\n"],
    ]);
    expect(one.isShared).toBe(true);
    appendFileSync(at("b.txt"), "3\n");
    const other = await first.end();
    expect(table(other, root)).toEqual([["b.txt", "2\n", "2\n3\n"]]);
    expect(other.isShared).toBe(false);
  });
});

test("a large file that git has is given back from there, one that nobody has is named", async () => {
  const large = "line of a large file\n".repeat(40_000);
  const kept = await workspace({ "large.txt": large }, { git: true });
  expect(table(await kept.run("echo x >> large.txt"), kept.root)).toEqual([
    ["large.txt", short(large), short(`${large}x\n`)],
  ]);
  const lost = await workspace({ "large.txt": large, "small.txt": "s\n" });
  const found = await lost.run("echo x >> large.txt; echo x >> small.txt");
  expect(found.lost).toEqual([lost.at("large.txt")]);
  expect(table(found, lost.root)).toEqual([["small.txt", "s\n", "s\nx\n"]]);
  expect(table(await lost.run("mv large.txt moved.txt"), lost.root)).toEqual([
    ["large.txt", short(`${large}x\n`), undefined],
    ["moved.txt", undefined, short(`${large}x\n`)],
  ]);
});

test("git is only read: nothing in the repository is another byte afterwards, also when the command itself uses git", async () => {
  const big = "x".repeat(600_000);
  const { run, root, at } = await workspace({ "a.txt": `${big}\n`, "b.txt": "b\n" }, { git: true });
  const index = readFileSync(at(".git/index"));
  await run("echo c >> a.txt");
  expect(readFileSync(at(".git/index")).equals(index)).toBe(true);
  expect(existsSync(at(".git/index.lock"))).toBe(false);
  // The index is another one afterwards; what the files held is known by the one from before.
  const found = await run("git checkout -q -- a.txt && git rm -q b.txt");
  expect(table(found, root).map((row) => (Array.isArray(row) ? row[0] : row))).toEqual(["b.txt"]);
  expect(found.lost).toEqual([at("a.txt")]);
  // Git itself trusts only what is older than its index.
  utimesSync(at("a.txt"), 1_700_000_001, 1_700_000_001);
  git(root, "update-index", "--refresh");
  const back = await run("git reset -q --hard && printf y > a.txt");
  expect(table(back, root)).toEqual([
    ["a.txt", short(`${big}\n`), "y"],
    ["b.txt", undefined, "b\n"],
  ]);
});

test("files are in git with other line ends, and come back with their own", async () => {
  const { root, at } = await workspace({ "seed.txt": "s\n" }, { git: true });
  const text = `${"o".repeat(10_000)}\r\n`.repeat(80);
  git(root, "config", "core.autocrlf", "true");
  writeFileSync(at("dos.txt"), text);
  utimesSync(at("dos.txt"), 1_700_000_000, 1_700_000_000);
  git(root, "add", "dos.txt");
  const followed = new NodeChanges({
    search: createRipgrepSearch(() => findRipgrep({ roots: [root], environment: ENVIRONMENT })),
    environment: ENVIRONMENT,
  });
  const watch = await followed.begin([root]);
  writeFileSync(at("dos.txt"), "short\r\n");
  expect(table(await watch.end(), root)).toEqual([["dos.txt", short(text), "short\r\n"]]);
});

test("an index of every version is read as git lists it", async () => {
  const files = Object.fromEntries(
    Array.from({ length: 60 }, (_, i) => [`folder-${i % 7}/${"n".repeat(i * 3)}-${i}.txt`, `${i}\n`]),
  );
  for (const version of [2, 4]) {
    const { root, at } = await workspace(files, { git: true });
    git(root, "update-index", "--index-version", String(version));
    const listed = git(root, "-c", "core.quotepath=off", "ls-files", "-s")
      .trim()
      .split("\n")
      .map((line) => [line.split("\t")[1], line.split(" ")[1]]);
    const parsed = [...parseIndex(readFileSync(at(".git/index")))].map(([name, { oid }]) => [name, oid]);
    expect(parsed).toEqual(listed);
    for (const length of [0, 5, 12, 40, 100, 1000]) {
      expect(() => parseIndex(readFileSync(at(".git/index")).subarray(0, length))).not.toThrow();
    }
  }
});

test("our own bookkeeping is nobody's change, also where the workspace holds it", async () => {
  const { root, at } = await workspace({ "a.txt": "a\n", "home/.plumb/blobs/x": "x\n" });
  const search = createRipgrepSearch(() => findRipgrep({ roots: [root], environment: ENVIRONMENT }));
  const changes = new NodeChanges({ search, environment: ENVIRONMENT, dataDir: at("home/.plumb") });
  const watch = await changes.begin([root]);
  writeFileSync(at("home/.plumb/blobs/x"), "y\n");
  writeFileSync(at("home/.plumb/blobs/z"), "z\n");
  writeFileSync(at("a.txt"), "b\n");
  expect(table(await watch.end(), root)).toEqual([["a.txt", "a\n", "b\n"]]);
});

test("a folder with too many files is not followed, and says so before a command and after it", async () => {
  const { changes, root, run } = await workspace({ "a.txt": "", "b.txt": "", "c.txt": "" }, { maxFiles: 2 });
  expect(changes.limits([root])).toBeUndefined();
  const found = await run("echo x > a.txt");
  expect(found).toMatchObject({ files: [], problem: `${root}: it has more than 2 files` });
  expect(changes.limits([root])).toBe(`${root}: it has more than 2 files`);
  expect(changes.limits([])).toBe("no folder is open");
});

test("a folder that is gone, or that cannot be read in part, fails nothing", async () => {
  const { run, at, root, during } = await workspace({ "a/a.txt": "a\n", "b.txt": "b\n" });
  chmodSync(at("a"), 0o000);
  await run("true");
  chmodSync(at("a"), 0o755);
  const found = await during(() => rmSync(root, { recursive: true }));
  expect(found.problem === undefined || found.problem.includes("cannot be searched")).toBe(true);
});

test("more files than anybody looks through are counted, not listed", async () => {
  const { run } = await workspace({ "a.txt": "a\n" });
  const found = await run("for i in $(seq 500); do echo $i > f$i.txt; done");
  expect(found.files).toEqual([]);
  expect(found.problem).toBe("it changed 500 files, more than the 400 that are listed");
});

test("random commands, undone one by one, leave exactly what was there", async () => {
  const { run, root, at, write } = await workspace({ "0.txt": "a\n", "1.txt": "b\n", "2.txt": "c\n" });
  let seed = 7;
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * below);
  };
  const before = snapshot(root);
  const log: FoundChanges[] = [];
  for (let i = 0; i < 40; i += 1) {
    const [a, b] = [random(5), random(5)];
    const commands = [
      `echo ${i} > ${a}.txt`,
      `rm -f ${a}.txt`,
      `[ -e ${a}.txt ] && mv ${a}.txt ${b}.txt`,
      "true",
    ];
    log.push(await run([commands[random(4)], commands[random(4)]].join("; ")));
  }
  for (const { files, lost } of log.toReversed()) {
    expect(lost).toEqual([]);
    for (const { path, before: text, after } of files) {
      expect(existsSync(path) ? readFileSync(path, "utf8") : undefined).toBe(after);
      if (text === undefined) rmSync(path);
      else write(path.slice(root.length + 1), text);
    }
  }
  expect(snapshot(root)).toEqual(before);
  expect(existsSync(at(".git"))).toBe(false);
});

function snapshot(root: string): Record<string, string> {
  const names = execFileSync("find", [root, "-type", "f"], { encoding: "utf8" }).trim().split("\n").sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(name, "utf8")]));
}
