import fc from "fast-check";
import { expect, test } from "vitest";
import { createSseParser, type ServerSentEvent } from "../../src/models/sse.ts";

function parse(chunks: readonly Uint8Array[]): ServerSentEvent[] {
  const parser = createSseParser();
  return [...chunks.flatMap((chunk) => parser.push(chunk)), ...parser.end()];
}
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const line = fc.string({ unit: "grapheme", maxLength: 20 }).map((text) => text.replace(/[\r\n]/g, ""));
const anEvent = fc.record({ name: line, data: fc.array(line, { minLength: 1, maxLength: 3 }) });

test("a stream cut at any byte gives the same events, whatever its line ends", () => {
  fc.assert(
    fc.property(
      fc.array(anEvent, { maxLength: 6 }),
      fc.constantFrom("\n", "\r\n", "\r"),
      fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
      (events, end, sizes) => {
        const wire = bytes(
          events
            .map(({ name, data }) => [`event: ${name}`, ...data.map((d) => `data: ${d}`), "", ""].join(end))
            .join(""),
        );
        const chunks: Uint8Array[] = [];
        for (let at = 0; at < wire.length; ) {
          const size = sizes.next().value ?? 1;
          chunks.push(wire.subarray(at, at + size));
          at += size;
        }
        expect(parse(chunks)).toEqual(events.map(({ name, data }) => ({ name, data: data.join("\n") })));
      },
    ),
  );
});

test("comments, unknown fields and events without data are skipped", () => {
  expect(parse([bytes(": hello\n\nretry: 3\nevent: nothing\n\nevent: x\nid: 7\ndata:1\ndata\n\n")])).toEqual([
    { name: "x", data: "1\n" },
  ]);
});

test("an event whose last blank line is missing still counts", () => {
  expect(parse([bytes("data: a\n\ndata: b")])).toEqual([
    { name: "", data: "a" },
    { name: "", data: "b" },
  ]);
});
