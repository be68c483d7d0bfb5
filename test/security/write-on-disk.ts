import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { toAgentError } from "../../src/core/errors.ts";
import { openLogFile } from "../../src/hosts/node/log-file.ts";
import { createDocuments } from "../../src/hosts/node/node-documents.ts";
import { createFileSystem } from "../../src/hosts/node/node-file-system.ts";

/** Edits, creates and logs more than fits on a disk of 1 MB; prints what was said and what is there. */
const folder = process.argv[2] ?? "";
const documents = createDocuments(createFileSystem());
const { signal } = new AbortController();
const path = join(folder, "a.txt");
const words = (thrown: unknown): string =>
  /There is no space left|is on a read-only file system|is read-only/.exec(
    toAgentError(thrown).message,
  )?.[0] ?? String(thrown);
const big = "x".repeat(3_000_000);
const { hash } = await documents.open(path, signal);
const edit = await documents.save(path, big, hash, signal).then(() => "saved", words);
const create = await documents
  .save(join(folder, "new/b.txt"), big, undefined, signal)
  .then(() => "saved", words);
let log = "written";
try {
  const file = openLogFile(join(folder, "log"), { isLost: () => false, release: async () => undefined });
  file.append("whole");
  try {
    file.append(big);
  } finally {
    await file.close();
  }
} catch (thrown) {
  log = toAgentError(thrown).kind;
}
const text = readFileSync(path, "utf8");
const files = readdirSync(folder).toSorted();
let after: string | undefined;
if (files.includes("log")) {
  rmSync(join(folder, "log"));
  const base = await documents.open(path, signal);
  await documents.save(path, "small again\n", base.hash, signal);
  after = readFileSync(path, "utf8");
}
process.stdout.write(JSON.stringify({ edit, create, log, text, files, after }));
