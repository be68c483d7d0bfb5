import { ApiError, refuseRequest } from "./api-error.ts";
import type { ModelProfile } from "./models.ts";
import { blocksOf, type CountBody, type RequestBody } from "./schema.ts";

const refuse = (code: string, message: string): never => {
  throw new ApiError(400, "invalid_request_error", message, code);
};

/** Where a signed summary may stand, and what one can be asked for. Throws the API's own words. */
export function checkCompaction(body: CountBody & Partial<RequestBody>, profile: ModelProfile): void {
  const places = body.messages.flatMap((message, m) =>
    blocksOf(message).flatMap(({ type }, b) => (type === "compaction" ? [{ m, b, role: message.role }] : [])),
  );
  if (places.length > 1)
    refuse("compaction_block_ambiguous", "messages: at most one `compaction` block may be provided.");
  const [place] = places;
  if (place && (place.m !== 0 || place.b !== 0 || place.role !== "assistant")) {
    refuse(
      "compaction_block_misplaced",
      `messages.${place.m}.content.${place.b}: a \`compaction\` block must be the first block of the first message, in an assistant message.`,
    );
  }
  if (places.length > 0 && !profile.canCompact) refuseRequest("This model does not support compaction.");
  if (body.compaction) checkAsked(body, profile);
}

function checkAsked(body: CountBody & Partial<RequestBody>, profile: ModelProfile): void {
  if (!profile.canCompact) refuseRequest("compaction: This model does not support compaction.");
  const { stop_sequences: stops, output_config: output, tool_choice: choice } = body;
  if (stops && stops.length > 0) refuseRequest("compaction: cannot be combined with stop_sequences.");
  if (output?.format !== undefined)
    refuseRequest("compaction: cannot be combined with output_config.format.");
  if (choice?.type === "any" || choice?.type === "tool")
    refuseRequest("compaction: cannot be combined with a forced tool_choice.");
  const blocks = body.messages.flatMap((message) => blocksOf(message));
  if (blocks.every(({ type }) => type === "compaction"))
    refuse("compaction_nothing_to_summarize", "compaction: there is nothing to summarize.");
  const last = body.messages.at(-1);
  if (last?.role === "assistant" && blocksOf(last).some(({ type }) => type === "tool_use"))
    refuse(
      "compaction_incomplete_turn",
      "compaction: the last assistant turn has unresolved tool_use blocks.",
    );
}
