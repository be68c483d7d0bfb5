import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDocuments } from "../../../src/hosts/node/node-documents.ts";
import { createFileSystem } from "../../../src/hosts/node/node-file-system.ts";
import { failuresOf, readEditCorpus, WRITTEN_AS } from "../../support/edit-corpus.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "edits-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(WRITTEN_AS)(
  "every edit of the corpus is right on the disk, byte for byte: %s",
  async (writtenAs) => {
    const corpus = new URL("../../corpora/edit-apply.jsonl", import.meta.url);
    const cases = readEditCorpus(await readFile(corpus, "utf8"));
    expect(cases.length).toBeGreaterThan(100);
    const documents = createDocuments(createFileSystem());
    expect(await failuresOf(cases, writtenAs, { documents, folder })).toEqual([]);
  },
);
