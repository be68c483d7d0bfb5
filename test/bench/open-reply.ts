import {
  inPieces,
  messageEnd,
  messageStart,
  textBlock,
  toolUseBlock,
  type WireEvent,
} from "../../src/tour/sse-writer.ts";
import type { Part } from "../support/fake-api/replies.ts";
import type { usage } from "../support/fake-api/stream.ts";

/** A reply with everything that goes over the wire. */
export interface Spoken {
  readonly parts: readonly Part[];
  /** One for each part. */
  readonly ids: readonly string[];
  readonly model: string;
  readonly use: ReturnType<typeof usage>;
}
const hasCall = (parts: readonly Part[]): boolean => parts.some(({ kind }) => kind === "call");
const stopOf = (parts: readonly Part[]): string => (hasCall(parts) ? "tool_use" : "end_turn");
let idsGiven = 0;
export const nextId = (prefix: string): string => {
  idsGiven += 1;
  return `${prefix}_${String(idsGiven).padStart(24, "0")}`;
};

export function* asEvents({ parts, ids, model, use }: Spoken): Generator<WireEvent> {
  yield messageStart(nextId("msg"), model, use);
  for (const [i, part] of parts.entries()) {
    if (part.kind === "text") yield* textBlock(i, inPieces(part.text, part.pieceChars));
    else if (part.kind === "call")
      yield* toolUseBlock(i, { id: ids[i] ?? "", name: part.name }, inPieces(part.json, part.pieceChars));
    else throw new Error(`The open stand-in has no ${part.kind}.`);
  }
  yield* messageEnd(stopOf(parts), use);
}

export const asMessage = ({ parts, ids, model, use }: Spoken): object => ({
  ...{ id: nextId("msg"), type: "message", role: "assistant", model, stop_sequence: null, usage: use },
  stop_reason: stopOf(parts),
  content: parts.map((part, i) =>
    part.kind === "call"
      ? { type: "tool_use", id: ids[i], name: part.name, input: JSON.parse(part.json) }
      : { type: "text", text: part.kind === "text" ? part.text : "" },
  ),
});
