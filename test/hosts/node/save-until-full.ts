import { join } from "node:path";
import { toAgentError } from "../../../src/core/errors.ts";
import { createDocuments } from "../../../src/hosts/node/node-documents.ts";
import { createFileSystem } from "../../../src/hosts/node/node-file-system.ts";

/** Replaces a file, overwrites one in place and creates one, each with more than fits; prints the kinds of error. */
const folder = process.argv[2] ?? "";
const documents = createDocuments(createFileSystem());
const { signal } = new AbortController();
const kinds: string[] = [];
for (const name of ["plain", "shared", "new/deep/file"]) {
  const path = join(folder, name);
  const base = name.startsWith("new") ? undefined : (await documents.open(path, signal)).hash;
  await documents.save(path, "x".repeat(1_000_000), base, signal).then(
    () => kinds.push("saved"),
    (thrown: unknown) => kinds.push(toAgentError(thrown).kind),
  );
}
process.stdout.write(JSON.stringify(kinds));
