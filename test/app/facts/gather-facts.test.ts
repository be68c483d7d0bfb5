import { describe, expect, test } from "vitest";
import { gatherWorkspace } from "../../../src/app/facts/gather-facts.ts";
import { memoryHost } from "../../support/memory-host.ts";

const world = (files: Record<string, string>) => {
  const at = Object.fromEntries(Object.entries(files).map(([path, text]) => [`/w/${path}`, text]));
  return memoryHost({ files: at }).host;
};
const hanging = <T>(): Promise<T> => new Promise(() => undefined);

describe("what a folder says of itself", () => {
  test("is what lies at its top, folders first, and its commands", async () => {
    const host = world({
      ...{
        "src/a.ts": "",
        "docs/b.md": "",
        "node_modules/x/y": "",
        ".git/HEAD": "",
        ".github/x": "",
        ".gitignore": "",
      },
      ...{ "README.md": "", "package.json": '{"scripts":{"test":"x"}}' },
    });
    expect(await gatherWorkspace(host, "/w")).toEqual({
      git: undefined,
      top: ["docs/", "src/", "README.md", "package.json", ".github/", ".gitignore"],
      more: 0,
      commands: ["npm test"],
    });
  });

  test("is brief, however much there is", async () => {
    const many = Object.fromEntries(
      Array.from({ length: 400 }, (_, i) => [`${"long".repeat(30)}${i}/x`, ""]),
    );
    const { top, more } = await gatherWorkspace(world(many), "/w");
    expect(top.join(" ").length).toBeLessThan(400);
    expect(top.length + more).toBe(400);
    const git = { branch: "b".repeat(200), isDirty: true, commits: ["c".repeat(500)] };
    const found = await gatherWorkspace({ ...world({}), gitState: async () => git }, "/w");
    expect(found.git?.branch).toHaveLength(72);
    expect(found.git?.commits[0]).toHaveLength(72);
  });

  test("has nothing in it that looks drawn at random", async () => {
    const commits = ["rotate AKIAIOSFODNN7EXAMPLE0", "a-very-long-and-ordinary-branch-name", "fix #12"];
    const git = { branch: "main", isDirty: false, commits };
    const found = await gatherWorkspace({ ...world({}), gitState: async () => git }, "/w");
    expect(found.git?.commits).toEqual(["rotate …", "a-very-long-and-ordinary-branch-name", "fix #12"]);
  });

  test("is not waited for when it hangs or fails", async () => {
    const host = world({ "a.txt": "" });
    const fails = async (): Promise<never> => {
      throw new Error("no");
    };
    const gone = { git: undefined, top: [], more: 0, commands: [] };
    const nothing = { ...host, fs: { ...host.fs, list: fails }, gitState: fails };
    expect(await gatherWorkspace(nothing, "/w")).toEqual(gone);
    const endless = {
      ...host,
      fs: { ...host.fs, list: () => hanging<never>() },
      gitState: () => hanging<undefined>(),
    };
    expect(await gatherWorkspace(endless, "/w", 5)).toEqual(gone);
    expect((await gatherWorkspace({ ...host, gitState: () => hanging<undefined>() }, "/w", 5)).top).toEqual([
      "a.txt",
    ]);
  });
});
