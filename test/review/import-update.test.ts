import { expect, test } from "vitest";
import { isImportUpdate } from "../../src/review/import-update.ts";

const moved = { from: "/w/src/area.ts", to: "/w/src/shapes/square.ts" };
const main = (before: string, after: string, path = "/w/src/main.ts") => ({
  path,
  before: `${before}\nrest();\n`,
  after: `${after}\nrest();\n`,
});

test.each([
  ["with its extension", main('import { a } from "./area.ts";', 'import { a } from "./shapes/square.ts";')],
  ["without it", main("export * from './area';", "export * from './shapes/square';")],
  ["of several on a line", main('x("./area", "./other");', 'x("./shapes/square", "./other");')],
  [
    "of the moved file itself",
    main('import "./other.ts";', 'import "../other.ts";', "/w/src/shapes/square.ts"),
  ],
])("an import that follows a move is known as that: %s", (_what, change) => {
  expect(isImportUpdate(change, moved)).toBe(true);
});

test("the files of a folder are followed, and its index as well", () => {
  const folder = { from: "/w/lib", to: "/w/src/lib" };
  expect(isImportUpdate(main('import "../lib/a.js";', 'import "./lib/a.js";'), folder)).toBe(true);
  expect(isImportUpdate(main('import "../lib";', 'import "./lib";'), folder)).toBe(true);
});

test.each([
  ["another word", main("let a = 1;", "let b = 1;")],
  ["another module", main('import "./area.ts";', 'import "./shapes/circle.ts";')],
  ["an import and a word", main('import { a } from "./area.ts";', 'import { b } from "./shapes/square.ts";')],
  ["a line more", main('import "./area.ts";', 'import "./shapes/square.ts";\nmore();')],
  ["nothing", main("a", "a")],
])("what somebody types is not: %s", (_what, change) => {
  expect(isImportUpdate(change, moved)).toBe(false);
});
