import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createRipgrepSearch, findRipgrep } from "../../../src/hosts/node/ripgrep-search.ts";
import { collect, never } from "../../contract/world.ts";
import { temporaryFolder } from "./temporary.ts";

const find = (given?: () => Promise<string | undefined>) =>
  findRipgrep({ given, roots: [], environment: { PATH: "" } });

test("the package's own program is found, also when the editor has none to give", async () => {
  const packaged = await find();
  expect(packaged).toMatch(/ripgrep-.*[\\/]bin[\\/]rg/);
  expect(await find(async () => undefined)).toBe(packaged);
  expect(await find(async () => "/nowhere/rg")).toBe(packaged);
  expect(await find(() => Promise.reject(new Error("no editor")))).toBe(packaged);
});

test("a program that the editor gives comes first", async () => {
  expect(await find(async () => process.execPath)).toBe(process.execPath);
});

test("without any ripgrep the answer says what is missing, and it is looked for again", async () => {
  let looks = 0;
  const search = createRipgrepSearch(async () => {
    looks += 1;
    return undefined;
  });
  for (const expected of [1, 2]) {
    await expect(collect(search.ripgrep(["x"], { cwd: "/" }, never()))).rejects.toMatchObject({
      kind: "failed",
      message: expect.stringContaining("ripgrep"),
    });
    expect(looks).toBe(expected);
  }
});

test("the user's ripgrep configuration does not change what is found", async () => {
  const folder = await temporaryFolder();
  const config = join(folder, "config");
  await writeFile(config, "--max-count=1\n");
  await writeFile(join(folder, "a.txt"), "needle\nneedle\n");
  const search = createRipgrepSearch(() => find(), { ...process.env, RIPGREP_CONFIG_PATH: config });
  const lines = await collect(search.ripgrep(["needle", "a.txt"], { cwd: folder }, never()));
  expect(lines).toEqual(["needle", "needle"]);
});

test("a file that is missing is an error only when nothing else was found", async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "a.txt"), "needle\n");
  const search = createRipgrepSearch(() => find());
  const run = (...args: string[]) => collect(search.ripgrep(args, { cwd: folder }, never()));
  expect(await run("-I", "needle", "a.txt", "none.txt")).toEqual(["needle"]);
  await expect(run("needle", "none.txt")).rejects.toMatchObject({ kind: "invalid_input" });
});
