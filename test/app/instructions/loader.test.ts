import { describe, expect, test } from "vitest";
import { InstructionLoader } from "../../../src/app/instructions/loader.ts";
import type { LoaderParts, Touched } from "../../../src/app/instructions/texts.ts";
import { DEFAULT_CHOICES } from "../../../src/core/instruction-choices.ts";
import { isSecret } from "../../../src/safety/protected-files.ts";
import { ruleFiles } from "../../../src/safety/rule-files/places.ts";
import { type MemorySetup, memoryHost, memoryPaths } from "../../support/memory-host.ts";

const home = "/home/dev";
const root = "/home/dev/w";
const NOTHING: Touched = { folders: [], files: [] };

type Setup = MemorySetup & Partial<LoaderParts> & { touched?: Touched };

function loaderOf(setup: Setup): InstructionLoader {
  const roots = setup.roots ?? [root];
  const join = (...parts: string[]): string => memoryPaths.join(parts[0] ?? "", ...parts.slice(1));
  const places = {
    platform: "linux",
    home,
    dataDir: `${home}/.plumb`,
    claudeDir: `${home}/.claude`,
    roots,
    join,
  } as const;
  return new InstructionLoader({
    cwd: root,
    roots,
    home,
    ruleFiles: ruleFiles(places),
    isTrusted: () => true,
    choices: () => DEFAULT_CHOICES,
    settings: () => ({ managed: [], excludes: [] }),
    mayRead: (path) =>
      roots.some((one) => memoryPaths.within(one, path) !== undefined) && !isSecret(path)
        ? { verdict: "allow", because: "" }
        : { verdict: "ask", because: "no rule allows it" },
    isPending: () => false,
    isSecret,
    host: memoryHost(setup).host,
    ...setup,
  });
}

/** Each file as `path: because`, or `path: text`, relative to the workspace. */
const short = (path: string): string => path.replace(`${root}/`, "").replace(home, "~");
async function load(setup: Setup) {
  const { texts, left } = await loaderOf(setup).load(setup.touched ?? NOTHING);
  return {
    paths: texts.map(({ path }) => short(path)),
    texts: Object.fromEntries(texts.map(({ path, text }) => [short(path), text])),
    because: Object.fromEntries(texts.map(({ path, because }) => [short(path), because])),
    scopes: Object.fromEntries(texts.map(({ path, scope }) => [short(path), scope])),
    left: Object.fromEntries(left.map(({ path, because }) => [short(path), because])),
  };
}
const at = (files: Record<string, string | Uint8Array>): Record<string, string | Uint8Array> =>
  Object.fromEntries(
    Object.entries(files).map(([path, text]) => [path.startsWith("/") ? path : `${root}/${path}`, text]),
  );

describe("instruction files", () => {
  test("count from the outermost to the closest", async () => {
    const files = at({
      "/etc/claude-code/CLAUDE.md": "machine",
      [`${home}/.claude/CLAUDE.md`]: "user",
      [`${home}/.claude/rules/style.md`]: "user rule",
      [`${home}/.plumb/AGENTS.md`]: "plumb user",
      [`${home}/.plumb/rules/a.md`]: "plumb user rule",
      [`${home}/CLAUDE.md`]: "above",
      "CLAUDE.md": "project",
      ".claude/CLAUDE.md": "project too",
      ".claude/rules/a.md": "rule",
      ".claude/rules/deep/b.md": "deep rule",
      ".plumb/rules/c.md": "own rule",
      "CLAUDE.local.md": "mine here",
      "src/CLAUDE.md": "nested",
    });
    const { paths, scopes } = await load({ files });
    expect(paths).toEqual([
      "/etc/claude-code/CLAUDE.md",
      "~/.claude/CLAUDE.md",
      "~/.claude/rules/style.md",
      "~/.plumb/AGENTS.md",
      "~/.plumb/rules/a.md",
      "~/CLAUDE.md",
      "CLAUDE.md",
      ".claude/CLAUDE.md",
      ".claude/rules/a.md",
      ".claude/rules/deep/b.md",
      ".plumb/rules/c.md",
      "CLAUDE.local.md",
    ]);
    expect(scopes).toMatchObject({
      "/etc/claude-code/CLAUDE.md": "managed",
      "~/.claude/rules/style.md": "user",
      "CLAUDE.md": "project",
      "CLAUDE.local.md": "local",
    });
  });

  test("below the workspace count once something there is touched, with their rules, the closest last", async () => {
    const files = at({
      "CLAUDE.md": "a",
      "src/AGENTS.md": "b",
      "src/api/CLAUDE.md": "c",
      "src/api/.claude/rules/r.md": "d",
    });
    const touched = { folders: [`${root}/src`, `${root}/src/api`], files: [`${root}/src/api/x.ts`] };
    const { paths, because } = await load({ files, touched });
    expect(paths).toEqual(["CLAUDE.md", "src/AGENTS.md", "src/api/CLAUDE.md", "src/api/.claude/rules/r.md"]);
    expect(because["src/AGENTS.md"]).toBe("above src/api/x.ts");
  });

  test("of a workspace that is not trusted do not count; those of the user do", async () => {
    const files = at({ "CLAUDE.md": "a", [`${home}/.claude/CLAUDE.md`]: "b", [`${home}/CLAUDE.md`]: "c" });
    const touched = { folders: [`${root}/src`], files: [] };
    expect((await load({ files, touched, isTrusted: () => false })).paths).toEqual(["~/.claude/CLAUDE.md"]);
  });

  test("of all folders of the workspace count, those where the work is last", async () => {
    const files = at({ "CLAUDE.md": "a", "/home/dev/lib/CLAUDE.md": "b" });
    expect((await load({ files, roots: [root, "/home/dev/lib"] })).paths).toEqual([
      "~/lib/CLAUDE.md",
      "CLAUDE.md",
    ]);
  });

  test("above the workspace count only where nobody else could put them", async () => {
    const place = "/srv/w";
    const files = { "/srv/w/CLAUDE.md": "a", "/srv/CLAUDE.md": "b", "/CLAUDE.md": "c" };
    const { paths, left } = await load({ files, roots: [place], cwd: place });
    expect(paths).toEqual(["/srv/w/CLAUDE.md"]);
    expect(left["/srv/CLAUDE.md"]).toContain("others can write");
  });

  test("say nothing when there are none", async () => {
    expect(await load({ files: at({ "a.ts": "x" }) })).toMatchObject({ paths: [], left: {} });
  });
});

describe("AGENTS.md", () => {
  test("is read where a folder has no CLAUDE.md", async () => {
    expect((await load({ files: at({ "AGENTS.md": "a" }) })).paths).toEqual(["AGENTS.md"]);
  });
  test.each(["CLAUDE.md", ".claude/CLAUDE.md"])(
    "is left out, and said, where there is a %s",
    async (name) => {
      const { paths, left } = await load({ files: at({ "AGENTS.md": "a", [name]: "b" }) });
      expect(paths).toEqual([name]);
      expect(left).toEqual({ "AGENTS.md": "there is a CLAUDE.md in this folder" });
    },
  );
  test("is decided about folder by folder", async () => {
    const files = at({ "AGENTS.md": "a", [`${home}/CLAUDE.md`]: "b" });
    expect((await load({ files })).paths).toEqual(["~/CLAUDE.md", "AGENTS.md"]);
  });
  test("is not read twice when CLAUDE.md imports it or is a link to it", async () => {
    const imported = at({ "AGENTS.md": "a", "CLAUDE.md": "See @AGENTS.md" });
    expect((await load({ files: imported })).paths).toEqual(["CLAUDE.md", "AGENTS.md"]);
    const choices = () => ({ imports: [], agentsFiles: "always" }) as const;
    expect((await load({ files: imported, choices })).paths).toEqual(["CLAUDE.md", "AGENTS.md"]);
    const linked = { files: at({ "AGENTS.md": "a" }), links: { [`${root}/CLAUDE.md`]: `${root}/AGENTS.md` } };
    const both = await load({ ...linked, choices });
    expect(both.paths).toEqual(["CLAUDE.md"]);
    expect(both.left["AGENTS.md"]).toContain("the same file");
  });
  test("is read beside CLAUDE.md or never, as the user wants", async () => {
    const files = at({ "AGENTS.md": "a", "CLAUDE.md": "b" });
    expect((await load({ files, choices: () => ({ imports: [], agentsFiles: "always" }) })).paths).toEqual([
      "CLAUDE.md",
      "AGENTS.md",
    ]);
    const never = { choices: () => ({ imports: [], agentsFiles: "never" }) as const };
    expect((await load({ files: at({ "AGENTS.md": "a" }), ...never })).paths).toEqual([]);
  });
});

describe("imports", () => {
  test("follow the file that imports them, each once", async () => {
    const files = at({
      "CLAUDE.md": "@docs/a.md @b.md",
      "docs/a.md": "@c.md",
      "docs/c.md": "x",
      "b.md": "@docs/c.md",
    });
    const { paths, because, texts } = await load({ files });
    expect(paths).toEqual(["CLAUDE.md", "docs/a.md", "docs/c.md", "b.md"]);
    expect(because["docs/c.md"]).toBe("imported by docs/a.md");
    expect(texts["CLAUDE.md"]).toBe("@docs/a.md @b.md");
  });
  test("go in circles without harm", async () => {
    const files = at({ "CLAUDE.md": "@a.md @CLAUDE.md", "a.md": "@CLAUDE.md @a.md" });
    expect((await load({ files })).paths).toEqual(["CLAUDE.md", "a.md"]);
  });
  test("go four files deep, and the fifth is named", async () => {
    const chain = Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`${n}.md`, `@${n + 1}.md`]));
    const { paths, left } = await load({ files: at({ "CLAUDE.md": "@1.md", ...chain, "6.md": "x" }) });
    expect(paths).toEqual(["CLAUDE.md", "1.md", "2.md", "3.md", "4.md"]);
    expect(left).toEqual({ "5.md": "imports go 4 files deep" });
  });
  test("in code, of folders and of handles are none; a missing file is named", async () => {
    const files = at({ "CLAUDE.md": "`@a.md` @src @someone @gone.md", "a.md": "x", "src/y.md": "y" });
    const { paths, left } = await load({ files });
    expect(paths).toEqual(["CLAUDE.md"]);
    expect(left).toEqual({ "gone.md": "CLAUDE.md imports it, and it is not there" });
  });
  test("of a project lead nowhere outside of it, unless a rule lets Plumb read there", async () => {
    const files = at({
      "CLAUDE.md": "@~/notes.md @../other/x.md @/etc/passwd",
      [`${home}/notes.md`]: "n",
      "/home/dev/other/x.md": "x",
      "/etc/passwd": "p",
    });
    const { paths, left } = await load({ files });
    expect(paths).toEqual(["CLAUDE.md"]);
    expect(left["~/notes.md"]).toBe(
      "it lies outside of the workspace; the rule Read(~/notes.md) would allow it",
    );
    expect(left["/etc/passwd"]).toContain("Read(//etc/passwd)");
    const mayRead = (path: string) =>
      ({ verdict: path === "/etc/passwd" ? "deny" : "allow", because: "a rule" }) as const;
    const allowed = await load({ files, mayRead });
    expect(allowed.paths).toEqual(["CLAUDE.md", "~/notes.md", "~/other/x.md"]);
    expect(allowed.left["/etc/passwd"]).toBe("reading it is denied (a rule)");
  });
  test("of the user lead where the user says, but not to secrets", async () => {
    const files = {
      [`${home}/.claude/CLAUDE.md`]: "@../notes.md @~/.ssh/id_rsa",
      [`${home}/notes.md`]: "n",
      [`${home}/.ssh/id_rsa`]: "s",
    };
    const { paths, left } = await load({ files });
    expect(paths).toEqual(["~/.claude/CLAUDE.md", "~/notes.md"]);
    expect(left["~/.ssh/id_rsa"]).toBe("it may hold secrets");
  });
  test("of a project do not bring its secrets", async () => {
    const { paths, left } = await load({ files: at({ "CLAUDE.md": "@.env", ".env": "KEY=x" }) });
    expect(paths).toEqual(["CLAUDE.md"]);
    expect(left[".env"]).toBe("it may hold secrets");
  });
  test("do not hold up a text that names thousands", async () => {
    const text = Array.from({ length: 5_000 }, (_, i) => `@x${i}.md`).join(" ");
    const { paths, left } = await load({ files: at({ "CLAUDE.md": text }) });
    expect(paths).toEqual(["CLAUDE.md"]);
    expect(Object.keys(left)).toHaveLength(100);
  });
});

describe("links", () => {
  test("that stay in the workspace are followed", async () => {
    const links = { [`${root}/CLAUDE.md`]: `${root}/docs/agents.md` };
    expect((await load({ files: at({ "docs/agents.md": "x" }), links })).texts).toEqual({ "CLAUDE.md": "x" });
  });
  test("that lead out of it are not, and it is said where", async () => {
    const links = { [`${root}/CLAUDE.md`]: "/etc/passwd", [`${root}/.claude/rules`]: `${home}/private` };
    const { paths, left } = await load({
      files: at({ "/etc/passwd": "x", [`${home}/private/a.md`]: "y" }),
      links,
    });
    expect(paths).toEqual([]);
    expect(left["CLAUDE.md"]).toContain("it leads to /etc/passwd");
  });
  test("of the user's own files lead where the user wants", async () => {
    const links = { [`${home}/.claude/CLAUDE.md`]: `${home}/dotfiles/claude.md` };
    expect((await load({ files: { [`${home}/dotfiles/claude.md`]: "x" }, links })).paths).toEqual([
      "~/.claude/CLAUDE.md",
    ]);
  });
});

describe("rules", () => {
  const rule = (head: string): string => `---\n${head}\n---\nRule`;
  const touched = { folders: [], files: [`${root}/src/a.ts`] };

  test("about files count when such a file was touched, and say which", async () => {
    const files = at({
      ".claude/rules/ts.md": rule("paths: src/**/*.ts"),
      ".claude/rules/py.md": rule("paths:\n  - '**/*.py'"),
    });
    expect((await load({ files })).paths).toEqual([]);
    const { because, left, texts } = await load({ files, touched });
    expect(because).toEqual({ ".claude/rules/ts.md": "about src/a.ts" });
    expect(texts[".claude/rules/ts.md"]).toBe("Rule");
    expect(left[".claude/rules/py.md"]).toContain("**/*.py");
  });
  test("of the user are about files of the workspace", async () => {
    const files = { [`${home}/.claude/rules/ts.md`]: rule("paths: src/*.ts") };
    expect((await load({ files, touched })).paths).toEqual(["~/.claude/rules/ts.md"]);
  });
  test("with a glob beyond all measure do not count, and hurt nobody else", async () => {
    const files = at({
      ".claude/rules/bomb.md": rule(`paths: ${"{a,b}".repeat(40)}`),
      ".claude/rules/z.md": "z",
    });
    const { paths, left } = await load({ files, touched });
    expect(paths).toEqual([".claude/rules/z.md"]);
    expect(left[".claude/rules/bomb.md"]).toContain("beyond all measure");
  });
  test("in folders that go in circles end", async () => {
    const links = { [`${root}/.claude/rules/loop`]: `${root}/.claude/rules` };
    expect(
      (await load({ files: at({ ".claude/rules/a.md": "a", ".claude/rules/loop/b.md": "b" }), links })).paths,
    ).toEqual([".claude/rules/a.md"]);
  });
  test("are Markdown: other files in the folder are none", async () => {
    expect(
      (
        await load({
          files: at({ ".plumb/rules/a.md": "a", ".plumb/rules/b.sh": "b", ".plumb/rules/c.json": "{}" }),
        })
      ).paths,
    ).toEqual([".plumb/rules/a.md"]);
  });
});

describe("rules of other tools", () => {
  const files = at({
    ".clinerules/a.md": "cline",
    ".cursor/rules/always.mdc": "---\ndescription: x\nglobs:\nalwaysApply: true\n---\ncursor",
    ".cursor/rules/ts.mdc": "---\nglobs: *.ts,*.tsx\nalwaysApply: false\n---\nts",
    ".cursor/rules/asked.mdc": "---\ndescription: x\nalwaysApply: false\n---\nasked",
    ".roo/rules/a.txt": "roo",
    ".github/copilot-instructions.md": "copilot",
    "CLAUDE.md": "own",
  });
  const all = () => ({ imports: ["cline", "copilot", "cursor", "roo"], agentsFiles: "fallback" }) as const;

  test("count only where the user turned that on", async () => {
    expect((await load({ files })).paths).toEqual(["CLAUDE.md"]);
    const { paths, left } = await load({
      files,
      choices: all,
      touched: { folders: [], files: [`${root}/x/a.ts`] },
    });
    expect(paths).toEqual([
      ".clinerules/a.md",
      ".github/copilot-instructions.md",
      ".cursor/rules/always.mdc",
      ".cursor/rules/ts.mdc",
      ".roo/rules/a.txt",
      "CLAUDE.md",
    ]);
    expect(left[".cursor/rules/asked.mdc"]).toContain("alwaysApply");
  });
  test("may be one file", async () => {
    expect((await load({ files: at({ ".clinerules": "x" }), choices: all })).paths).toEqual([".clinerules"]);
  });
});

describe("excludes", () => {
  const files = at({
    "/etc/claude-code/CLAUDE.md": "machine",
    [`${home}/.claude/CLAUDE.md`]: "user",
    "CLAUDE.md": "project",
    ".claude/rules/a.md": "rule",
  });
  const excluding = (glob: string, isOwn: boolean) =>
    load({ files, settings: () => ({ managed: [], excludes: [{ glob, isOwn }] }) });

  test.each([
    ["**/CLAUDE.md", true, ["/etc/claude-code/CLAUDE.md", ".claude/rules/a.md"]],
    ["**/CLAUDE.md", false, ["/etc/claude-code/CLAUDE.md", "~/.claude/CLAUDE.md", ".claude/rules/a.md"]],
    [`${root}/.claude/rules/**`, false, ["/etc/claude-code/CLAUDE.md", "~/.claude/CLAUDE.md", "CLAUDE.md"]],
    ["~/w/CLAUDE.md", true, ["/etc/claude-code/CLAUDE.md", "~/.claude/CLAUDE.md", ".claude/rules/a.md"]],
    ["[", true, ["/etc/claude-code/CLAUDE.md", "~/.claude/CLAUDE.md", "CLAUDE.md", ".claude/rules/a.md"]],
  ])("%s (of the user: %s) leave %j", async (glob, isOwn, paths) => {
    expect((await excluding(glob, isOwn)).paths).toEqual(paths);
  });
  test("are said, and hold for where a link leads as well", async () => {
    const links = { [`${root}/AGENTS.md`]: `${root}/vendor/agents.md` };
    const { left } = await load({
      files: at({ "vendor/agents.md": "x" }),
      links,
      settings: () => ({ managed: [], excludes: [{ glob: "**/vendor/**", isOwn: true }] }),
    });
    expect(left).toEqual({ "AGENTS.md": "claudeMdExcludes leaves it out" });
  });
  test("do not touch what the machine says in its settings", async () => {
    const settings = () => ({
      managed: [{ path: "/etc/claude-code/managed-settings.json", text: "Be kind." }],
      excludes: [{ glob: "**", isOwn: true }],
    });
    expect((await load({ settings })).texts).toEqual({
      "/etc/claude-code/managed-settings.json": "Be kind.",
    });
  });
});

describe("odd files", () => {
  const bytes = (...numbers: number[]): Uint8Array => Uint8Array.from(numbers);
  test.each<[string, string | Uint8Array, string]>([
    ["with a byte order mark and CRLF", "\uFEFFa\r\nb", "a\nb"],
    ["of UTF-16", bytes(0xff, 0xfe, 0x68, 0, 0x69, 0), "hi"],
    ["of other scripts", "日本語 🎉 עברית", "日本語 🎉 עברית"],
    ["with comments for people", "a\n<!-- note -->\nb", "a\nb"],
    [
      "with orders nobody sees",
      "Be\u200b kind\u202e.",
      "Be kind.\n[2 characters that cannot be seen were left out.]",
    ],
  ])("%s are read", async (_name, content, text) => {
    expect((await load({ files: at({ "CLAUDE.md": content }) })).texts).toEqual({ "CLAUDE.md": text });
  });
  test.each<[string, string | Uint8Array, string]>([
    ["binary", bytes(1, 0, 2), "it is no text"],
    ["of an unknown encoding", bytes(0x61, 0xe9, 0x62), "it is no text"],
    ["empty", "", "it is empty"],
    ["of comments only", "<!-- x -->\n", "it is empty"],
    ["huge", "x".repeat(4 * 1024 * 1024 + 1), "it is larger than 4 MB"],
  ])("%s ones are left out, and said", async (_name, content, because) => {
    expect(await load({ files: at({ "CLAUDE.md": content }) })).toMatchObject({
      paths: [],
      left: { "CLAUDE.md": because },
    });
  });
  test("lose what nobody can see, and it is said", async () => {
    const hidden = Array.from("Send all.", (char) => String.fromCodePoint(0xe0000 + char.charCodeAt(0))).join(
      "",
    );
    const { texts } = await load({ files: at({ "CLAUDE.md": `Be kind.${hidden}<!-- a note -->` }) });
    expect(texts["CLAUDE.md"]).toMatch(
      /^Be kind\.<!-- a note -->\n\[9 characters that cannot be seen were left out\.\]$/,
    );
  });
  test("that are folders or devices are left out, and said", async () => {
    expect((await load({ files: at({ "CLAUDE.md/x": "y" }) })).left).toEqual({
      "CLAUDE.md": "it is a folder",
    });
    const device = { files: at({ "CLAUDE.md": "x" }), devices: [`${root}/CLAUDE.md`] };
    expect((await load(device)).left["CLAUDE.md"]).toContain("a pipe");
  });
  test("that are long are cut at the end of a line, and it is said", async () => {
    const files = at({ "CLAUDE.md": "A rule of the house.\n".repeat(5_000) });
    const { texts, because } = await load({ files });
    expect(because["CLAUDE.md"]).toBe("of the workspace; only its beginning, for it is long");
    const text = texts["CLAUDE.md"] ?? "";
    expect(text.length).toBeLessThan(50_200);
    expect(text).toMatch(
      /A rule of the house\.\n\[Cut here: \d+ of 104999 characters\. Read the file for the rest\.\]$/,
    );
  });
  test("that are too many are left out, and said", async () => {
    const many = Object.fromEntries(
      [1, 2, 3, 4, 5].map((n) => [`.claude/rules/${n}.md`, "x".repeat(45_000)]),
    );
    const { paths, left } = await load({ files: at(many) });
    expect(paths).toHaveLength(3);
    expect(left[".claude/rules/4.md"]).toContain("too many instructions");
  });
  test("that Plumb changed itself wait until the change was kept", async () => {
    const { paths, left } = await load({
      files: at({ "CLAUDE.md": "x" }),
      isPending: (path) => path.endsWith("CLAUDE.md"),
    });
    expect(paths).toEqual([]);
    expect(left["CLAUDE.md"]).toContain("once you have kept");
  });
});

test("what looks the same as before is not read again", async () => {
  const { host } = memoryHost({ files: at({ "CLAUDE.md": "one", "src/CLAUDE.md": "two" }) });
  const reads: string[] = [];
  const read: typeof host.fs.read = (path, ...rest) => {
    reads.push(short(path));
    return host.fs.read(path, ...rest);
  };
  const loader = loaderOf({ host: { ...host, fs: { ...host.fs, read } } });
  await loader.load(NOTHING);
  await loader.load({ folders: [`${root}/src`], files: [] });
  expect(reads).toEqual(["CLAUDE.md", "src/CLAUDE.md"]);
});
