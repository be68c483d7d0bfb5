import { randomBytes } from "node:crypto";
import { toAgentError } from "../../../src/core/errors.ts";
import { sha256 } from "../../../src/core/hash.ts";
import { createBlobs } from "../../../src/hosts/node/node-blobs.ts";

/** Puts a text that does not fit, and prints the kind of error and whether the text is there nevertheless. */
const blobs = createBlobs(process.argv[2] ?? "");
// Noise, which cannot be packed.
const text = randomBytes(1_500_000).toString("base64");
const kind = await blobs.put(text).then(
  () => "put",
  (thrown: unknown) => toAgentError(thrown).kind,
);
const isThere = (await blobs.get(await sha256(text))) !== undefined;
process.stdout.write(JSON.stringify({ kind, isThere }));
