import { readFile, writeFile } from "node:fs/promises";

/** Writes webview/src/ui/icon-paths.generated.ts: the outlines of the codicons the panel uses, and no others. */
const USED = (
  "add agent arrow-down arrow-right arrow-up book check checklist chevron-down chevron-right circle-large-outline circle-slash clock close comment-discussion copy debug-stop diff-multiple discard edit error eye " +
  "file file-add file-media folder globe info key list-tree loading mortar-board pass-filled question repo-forked report search selection send shield terminal thinking tools trash warning"
).split(" ");

const sprite = await readFile("node_modules/@vscode/codicons/dist/codicon.svg", "utf8");
type Outline = readonly [size: number, d: string];

const outlineOf = (attributes: string, body: string): Outline => [
  Number(/viewBox="0 0 (\d+)/.exec(attributes)?.[1] ?? 16),
  [...body.matchAll(/ d="([^"]+)"/g)].map(([, d = ""]) => d).join(""),
];
const symbols = new Map<string, Outline>();
for (const [, attributes = "", body = ""] of sprite.matchAll(/<symbol([^>]*)>(.*?)<\/symbol>/gs)) {
  symbols.set(/id="([^"]+)"/.exec(attributes)?.[1] ?? "", outlineOf(attributes, body));
}
// Not in the sprite.
for (const name of ["repo-forked", "warning"]) {
  const outline = await readFile(`node_modules/@vscode/codicons/src/icons/${name}.svg`, "utf8");
  symbols.set(name, outlineOf(outline, outline));
}
const missing = USED.filter((name) => !symbols.has(name));
if (missing.length > 0) throw new Error(`codicons has no ${missing.join(", ")}`);
const lines = USED.map((name) => `  ${JSON.stringify(name)}: ${JSON.stringify(symbols.get(name))},`);
await writeFile(
  "webview/src/ui/icon-paths.generated.ts",
  `// Outlines from @vscode/codicons (CC BY 4.0, Microsoft), each with the size of its box. Made by test/webview/make-icons.ts.\nexport const ICON_PATHS = {\n${lines.join("\n")}\n} as const;\n`,
);
