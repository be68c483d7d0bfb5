import { expect, test } from "vitest";
import { move } from "../../src/tools/move.ts";
import { toolWorld } from "./tool-world.ts";

const moving = (source: string, destination: string) => ({ source, destination });

test("both places are named beforehand, and each file is recorded under the new one", async () => {
  const { say, files, edits, accesses, title, preview } = toolWorld({
    files: { "/w/src/a.ts": "a\n", "/w/src/deep/b.ts": "b\n" },
  });
  const call = moving("src", "lib/src");
  expect(title(move, call)).toBe("Move src → lib/src");
  expect(accesses(move, call)).toEqual([
    { kind: "write", target: "/w/src" },
    { kind: "write", target: "/w/lib/src" },
  ]);
  expect(await preview(move, call)).toEqual({
    kind: "move",
    from: "/w/src",
    to: "/w/lib/src",
    files: 2,
    isFolder: true,
  });
  expect(await say(move, call)).toBe("Moved src to lib/src (2 files).");
  expect([...files.keys()].toSorted()).toEqual(["/w/lib/src/a.ts", "/w/lib/src/deep/b.ts"]);
  expect(edits).toMatchObject([
    { path: "/w/lib/src/a.ts", from: "/w/src/a.ts", beforeText: "a\n", afterText: "a\n" },
    { path: "/w/lib/src/deep/b.ts", from: "/w/src/deep/b.ts" },
  ]);
});

test("what the editor changed because of it is recorded as this call's work, and told", async () => {
  const ripple = { path: "/w/main.ts", before: 'import "./a.ts";\n', after: 'import "./b.ts";\n' };
  const { say, edits } = toolWorld({ files: { "/w/a.ts": "a\n" }, ripple: () => [ripple] });
  expect(await say(move, moving("a.ts", "b.ts"))).toBe(
    "Moved a.ts to b.ts.\nThe editor updated what refers to it in main.ts.",
  );
  expect(edits).toMatchObject([
    { path: "/w/b.ts" },
    { path: "/w/main.ts", beforeText: ripple.before, afterText: ripple.after },
  ]);
});

test("unsaved text goes along, and is what is recorded", async () => {
  const { run, unsaved, edits } = toolWorld({
    files: { "/w/a.ts": "saved\n" },
    unsaved: { "/w/a.ts": "typed\n" },
  });
  await run(move, moving("a.ts", "b.ts"));
  expect([...unsaved]).toEqual([["/w/b.ts", "typed\n"]]);
  expect(edits).toMatchObject([{ beforeText: "typed\n" }]);
});

test("a rule is offered only where one says all of it", async () => {
  const { suggestions } = toolWorld();
  expect(await suggestions(move, moving("src/a.ts", "src/b.ts"))).toEqual([["Edit(/src/**)"]]);
  expect(await suggestions(move, moving("src/a.ts", "lib/a.ts"))).toEqual([]);
});

test("more files than anybody reviews, workspace folders and what is protected are left alone", async () => {
  const many = Object.fromEntries(Array.from({ length: 401 }, (_, i) => [`/w/many/${i}.txt`, "x"]));
  const { fail, edits } = toolWorld({
    files: {
      ...many,
      "/w/conf/.env": "K=1\n",
      "/w/github/workflows/ci.yml": "on: push\n",
      "/w/cargo/config.toml": "x\n",
      "/w/git/hooks": "x\n",
      "/w/.config/gcloud/x": "x\n",
    },
  });
  expect(await fail(move, moving("many", "more"))).toMatch(/^failed: .*more than 400 files/);
  expect(await fail(move, moving("conf", "other"))).toMatch(/^denied: conf\/\.env is protected/);
  for (const [from, to] of [
    ["github", ".github"],
    ["cargo", ".cargo"],
    [".config/gcloud", "gcloud"],
    ["git", ".config/git"],
  ] as const)
    expect(await fail(move, moving(from, to))).toMatch(/^denied: .* is protected here or where it would go/);
  expect(await fail(move, moving("/w", "/x"))).toMatch(/^failed: .*workspace folder/);
  expect(edits).toEqual([]);
});
