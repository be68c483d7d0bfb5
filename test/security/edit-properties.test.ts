import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createDocuments } from "../../src/hosts/node/node-documents.ts";
import { createFileSystem } from "../../src/hosts/node/node-file-system.ts";
import { applyEdit } from "../../src/review/apply-edit.ts";
import { temporaryFolder } from "../hosts/node/temporary.ts";

const LINE = fc.constantFrom(
  "a",
  "b b",
  "\tc",
  "日本語",
  "e\u0301",
  "👩‍💻",
  "$&",
  "\\1",
  "",
  "x".repeat(200),
  "\u2028",
);
/** Lines with any ends, the same ones or mixed, with or without one at the end. */
const anyText = fc
  .array(fc.tuple(LINE, fc.constantFrom("\n", "\r\n", "\r", "")), { maxLength: 30 })
  .map((lines) => lines.map(([line, end]) => line + end).join(""));
const oneEnd = fc
  .tuple(fc.array(LINE, { maxLength: 30 }), fc.constantFrom("\n", "\r\n"))
  .map(([lines, end]) => ({ text: lines.join(end), end }));
const form = fc.constantFrom("utf8", "utf8 with mark", "utf-16le", "utf-16be");

function bytesOf(text: string, as: string): Buffer {
  if (as === "utf8") return Buffer.from(text, "utf8");
  if (as === "utf8 with mark") return Buffer.from(`\uFEFF${text}`, "utf8");
  const little = Buffer.from(`\uFEFF${text}`, "utf16le");
  return as === "utf-16le" ? little : little.swap16();
}

test("an edit and then its inverse leave every byte as it was", async () => {
  const folder = await temporaryFolder();
  const documents = createDocuments(createFileSystem());
  const { signal } = new AbortController();
  const path = join(folder, "a.txt");
  await fc.assert(
    fc.asyncProperty(anyText, anyText, form, async (before, after, as) => {
      const bytes = bytesOf(before, as);
      writeFileSync(path, bytes);
      const opened = await documents.open(path, signal);
      expect(opened.text).toBe(before);
      const changed = await documents.save(path, after, opened.hash, signal);
      expect(readFileSync(path).equals(bytesOf(after, as))).toBe(true);
      await documents.save(path, before, changed.hash, signal);
      expect(readFileSync(path).equals(bytes)).toBe(true);
    }),
    { numRuns: 150 },
  );
});

test("replacing a text and replacing it back leaves the rest, wherever it stands", () => {
  fc.assert(
    fc.property(
      oneEnd,
      fc.nat(),
      fc.array(LINE, { minLength: 1, maxLength: 5 }),
      ({ text, end }, at, lines) => {
        // Marks that no text holds, so that there is one place and it is known.
        const [old, put] = [`«old»`, `«new»${lines.join(end)}«/new»`];
        const cut = [...text].slice(0, at % (text.length + 1)).join("");
        const before = cut.replace(/\r$/, "") + old + text.slice(cut.length).replace(/^\n/, "");
        const there = applyEdit(before, [{ old, new: put, replaceAll: false }], { hasBom: false });
        if ("error" in there) throw new Error(there.error.kind);
        const back = applyEdit(there.text, [{ old: put, new: old, replaceAll: false }], { hasBom: false });
        expect(back).toMatchObject({ text: before });
      },
    ),
    { numRuns: 500 },
  );
});
