/** One server-sent event: its name ("" when the server gave none) and its data lines joined. */
export interface ServerSentEvent {
  readonly name: string;
  readonly data: string;
}

export interface SseParser {
  /** The events that these bytes complete. Bytes may be cut anywhere, also inside a character or a line end. */
  push(bytes: Uint8Array): ServerSentEvent[];
  /** An event that the end of the stream completes, when its last blank line is missing. */
  end(): ServerSentEvent[];
}

/** Reads `text/event-stream` incrementally. Comments and unknown fields are skipped, as the standard says. */
export function createSseParser(): SseParser {
  const decoder = new TextDecoder("utf-8");
  // A line that spans many chunks is joined once, when its end has arrived.
  let pending: string[] = [];
  let endedWithReturn = false;
  let name = "";
  let data: string[] = [];

  function takeLine(line: string, events: ServerSentEvent[]): void {
    if (line !== "") {
      takeField(line);
      return;
    }
    if (data.length > 0) events.push({ name, data: joined(data) });
    name = "";
    data = [];
  }

  function takeField(line: string): void {
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(line.startsWith(" ", colon + 1) ? colon + 2 : colon + 1);
    if (field === "data") data.push(value);
    else if (field === "event") name = value;
  }

  function takeText(decoded: string): ServerSentEvent[] {
    const events: ServerSentEvent[] = [];
    // The "\n" of a "\r\n" that was cut in two.
    const text = endedWithReturn && decoded.startsWith("\n") ? decoded.slice(1) : decoded;
    if (decoded !== "") endedWithReturn = decoded.endsWith("\r");
    let start = 0;
    for (const end of lineEnds(text)) {
      pending.push(text.slice(start, end.at));
      takeLine(joined(pending, ""), events);
      pending = [];
      start = end.at + end.length;
    }
    if (start < text.length) pending.push(text.slice(start));
    return events;
  }

  return {
    push: (bytes) => takeText(decoder.decode(bytes, { stream: true })),
    end: () => [...takeText(decoder.decode()), ...takeText("\n\n")],
  };
}

const joined = (parts: readonly string[], separator = "\n"): string =>
  parts.length === 1 ? (parts[0] ?? "") : parts.join(separator);

function* lineEnds(text: string): Generator<{ at: number; length: number }> {
  if (!text.includes("\r")) {
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) yield { at, length: 1 };
    return;
  }
  for (const match of text.matchAll(/\r\n|\n|\r/g)) yield { at: match.index, length: match[0].length };
}
