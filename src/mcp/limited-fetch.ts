import type { FetchLike } from "@modelcontextprotocol/client";

/** Of one answer, or of one event in a stream of them. In bytes. */
const MOST_BYTES = 16 * 1024 * 1024;

export interface EndedAnswer {
  /** Of the message that was answered; undefined when it wants no answer. */
  readonly id: string | number | undefined;
  /** Whether what is missing of the answer can be asked for again. */
  readonly isResumable: boolean;
}

/**
 * Answers that never end would fill our memory: such a one fails. `ended` is told when a stream of events is over, wholly or
 * cut: whatever it was to bring besides does not come any more.
 */
export const limitedFetch =
  (fetch: FetchLike, ended: (answer: EndedAnswer) => void): FetchLike =>
  async (url, init) => {
    const response = await fetch(url, init);
    const { body, status, statusText, headers } = response;
    if (!body || !response.ok) return response;
    const isStream = headers.get("content-type")?.includes("text/event-stream") === true;
    const whenOver = (isResumable: boolean): void => {
      if (isStream) ended({ id: idOf(init?.body), isResumable });
    };
    const chunks = counting(body, isStream, whenOver);
    const counted = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const next = await chunks.next();
        if (next.done === true) controller.close();
        else controller.enqueue(next.value);
      },
      cancel: async () => void (await chunks.return()),
    });
    return new Response(counted, { status, statusText, headers });
  };

async function* counting(
  body: ReadableStream<Uint8Array>,
  isStream: boolean,
  whenOver: (isResumable: boolean) => void,
): AsyncGenerator<Uint8Array, void> {
  let size = 0;
  let hasIds = false;
  try {
    for await (const chunk of body) {
      size = isStream && endsEvent(chunk) ? 0 : size + chunk.byteLength;
      if (size > MOST_BYTES) throw new Error(`The answer is longer than ${MOST_BYTES} bytes.`);
      hasIds ||= isStream && /(?:^|[\r\n])id:/.test(new TextDecoder("latin1").decode(chunk));
      yield chunk;
    }
  } finally {
    whenOver(hasIds);
  }
}

const LF = 10;
const CR = 13;

/** Whether there is an empty line in it. */
function endsEvent(chunk: Uint8Array): boolean {
  for (let at = chunk.indexOf(LF); at >= 0; at = chunk.indexOf(LF, at + 1)) {
    const next = chunk[at + 1];
    if (next === LF || next === CR) return true;
  }
  return false;
}

function idOf(body: unknown): EndedAnswer["id"] {
  if (typeof body !== "string") return undefined;
  const message: unknown = JSON.parse(body);
  const id = typeof message === "object" && message !== null && "id" in message ? message.id : undefined;
  return typeof id === "string" || typeof id === "number" ? id : undefined;
}
