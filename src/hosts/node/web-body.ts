import type { IncomingMessage } from "node:http";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from "node:zlib";
import { AgentError } from "../../core/errors.ts";

const MAX_BYTES = 5 * 1024 * 1024;

/** The whole body, unpacked. Both as sent and unpacked it may have 5 MB; more rejects with `failed` at once. */
export async function readBody(response: IncomingMessage, url: URL): Promise<Uint8Array> {
  const encoding = (response.headers["content-encoding"] ?? "identity").trim().toLowerCase();
  const announced = Number(response.headers["content-length"] ?? 0);
  if (announced > MAX_BYTES) {
    response.destroy();
    throw tooLarge(url);
  }
  const chunks: Buffer[] = [];
  await pipeline(response, limited(url), unpack(encoding, url), limited(url), async (source) => {
    for await (const chunk of source) chunks.push(chunk);
  });
  return Buffer.concat(chunks);
}

type Bytes = AsyncIterable<Buffer>;

const limited = (url: URL) =>
  async function* count(source: Bytes): AsyncGenerator<Buffer, void> {
    let total = 0;
    for await (const chunk of source) {
      total += chunk.length;
      if (total > MAX_BYTES) throw tooLarge(url);
      yield chunk;
    }
  };

function unpack(encoding: string, url: URL) {
  return async function* decoded(source: Bytes): AsyncGenerator<Buffer, void> {
    if (encoding === "identity" || encoding === "") return yield* source;
    const chunks = source[Symbol.asyncIterator]();
    const first = await chunks.next();
    if (first.done) return;
    const decoder = decoderFor(encoding, first.value, url);
    const feeding = pipeline(async function* whole() {
      yield first.value;
      yield* { [Symbol.asyncIterator]: () => chunks };
    }, decoder);
    // Its failure also ends the loop below, which is where it is reported.
    feeding.catch(() => undefined);
    yield* decoder;
    await feeding;
  };
}

function decoderFor(encoding: string, first: Buffer, url: URL) {
  switch (encoding) {
    case "gzip":
    case "x-gzip":
      return createGunzip();
    case "br":
      return createBrotliDecompress();
    case "deflate":
      // Some servers leave the header out that "deflate" stands for.
      return ((first[0] ?? 0) & 0x0f) === 0x08 ? createInflate() : createInflateRaw();
    default:
      throw new AgentError("failed", `${url.href} is packed as ${encoding}, which was not asked for.`);
  }
}

const tooLarge = (url: URL): AgentError =>
  new AgentError("failed", `${url.href} has more than 5 MB, so it was not fetched.`);
