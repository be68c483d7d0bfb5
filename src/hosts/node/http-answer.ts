import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { PlainHeaders } from "./plain-headers.ts";

const NULL_BODY = [204, 205, 304];

/** What a server answered, as the web's `Response` is used; its bytes are read once. */
export class HttpAnswer implements Response {
  readonly headers: PlainHeaders;
  readonly status: number;
  readonly statusText: string;
  readonly ok: boolean;
  readonly url: string;
  readonly type = "basic";
  readonly redirected = false;
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>> | null;

  constructor(message: IncomingMessage, bytes: Readable, url: string) {
    this.headers = new PlainHeaders(
      Object.entries(message.headers).map(([name, value = ""]): [string, string] => [name, String(value)]),
    );
    this.status = message.statusCode ?? 0;
    this.statusText = message.statusMessage ?? "";
    this.ok = this.status >= 200 && this.status < 300;
    this.url = url;
    this.body = NULL_BODY.includes(this.status) ? null : streamOf(bytes);
  }

  get bodyUsed(): boolean {
    return this.body?.locked ?? false;
  }

  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.body ?? []) chunks.push(chunk);
    return Uint8Array.from(Buffer.concat(chunks));
  }

  async text(): Promise<string> {
    return new TextDecoder().decode(await this.bytes());
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return (await this.bytes()).buffer;
  }

  async blob(): Promise<Blob> {
    return new Blob([await this.bytes()], { type: this.headers.get("content-type") ?? "" });
  }

  formData(): Promise<FormData> {
    return Promise.reject(new TypeError("An answer of the Messages API is no form."));
  }

  clone(): Response {
    throw new TypeError("The answer is read once.");
  }
}

/** Bytes are taken from the connection when they are read: so many at once as are there, and no more than that. */
function streamOf(bytes: Readable): ReadableStream<Uint8Array<ArrayBuffer>> {
  // Before somebody reads, nobody else listens. Who reads is told.
  bytes.on("error", () => undefined);
  const reading = bytes[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        const { done, value } = await reading.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: () => void bytes.destroy(),
    },
    { highWaterMark: 0 },
  );
}
