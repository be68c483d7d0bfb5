import { createHmac } from "node:crypto";
import { ApiError, refuseRequest } from "./api-error.ts";
import type { ModelProfile } from "./models.ts";
import type { WireBlock } from "./schema.ts";
import { sha, type Unit } from "./units.ts";

const SECRET = "fake-api";
const mac = (...parts: readonly string[]): string =>
  createHmac("sha1", SECRET).update(parts.join("\0")).digest("base64").slice(0, 16);

/** What a signed summary stands for: all that a later thought may be bound to. */
interface SummarySignature {
  readonly text: string;
  /** Tools and system. */
  readonly base: string;
  readonly hash: string;
  readonly previous: string;
  readonly lastRole: string;
  readonly proof: string;
}
interface Signature {
  readonly model: string;
  readonly text: string;
  readonly prefix: string;
}

/**
 * What a thought is bound to: tools, system and every block before it, thoughts and cache markers left out, as
 * one running hash; and the thought before it.
 */
export class Binding {
  #hash = "";
  #previous = "";
  #base: string | undefined;
  #lastRole = "";

  add(role: string, block: WireBlock, json: string): void {
    if (role !== "") this.#base ??= this.#hash;
    if (role !== "") this.#lastRole = role;
    if (block.type === "compaction") return;
    // Blank text is sent by the API but refused when it comes back, so nothing can be bound to it.
    const isBlank = block.type === "text" && String(block["text"]).trim() === "";
    if (isBlank || block.type === "thinking" || block.type === "redacted_thinking") return;
    this.#hash = sha(this.#hash, role, essence(block, json));
  }
  /** Signs a summary of everything so far. */
  signSummary(content: string): string {
    const { lastRole, previous, hash, base } = {
      ...{ lastRole: this.#lastRole, previous: this.#previous, hash: this.#hash },
      base: this.#base ?? "",
    };
    const text = mac("summary", content);
    const proof = mac("proof", text, base, hash, previous, lastRole);
    const signature: SummarySignature = { text, base, hash, previous, lastRole, proof };
    return Buffer.from(JSON.stringify(signature)).toString("base64");
  }
  /** Goes on behind a summary: thoughts that follow it directly are bound to what it stands for. */
  continueFrom(
    content: string,
    sent: string,
    nextRole: string | undefined,
  ): "compaction_signature_invalid" | "compaction_content_mismatch" | undefined {
    const signature = decodeSummary(sent);
    if (!signature) return "compaction_signature_invalid";
    const { text, base, hash, previous, lastRole, proof } = signature;
    if (proof !== mac("proof", text, base, hash, previous, lastRole)) return "compaction_signature_invalid";
    if (text !== mac("summary", content)) return "compaction_content_mismatch";
    const follows = nextRole !== undefined && nextRole !== lastRole && nextRole !== "system";
    // Thoughts behind anything else are bound to another conversation.
    const isSame = base === this.#hash && follows;
    this.#base = base;
    this.#hash = isSame ? hash : sha(this.#hash, "summary", content);
    this.#previous = isSame ? previous : "";
    return undefined;
  }
  /** Signs a thought of `model` that stands here. */
  sign(model: string, text: string): string {
    const signature: Signature = {
      model,
      text: mac(model, text),
      prefix: mac(model, this.#hash, this.#previous),
    };
    this.#previous = Buffer.from(JSON.stringify(signature)).toString("base64");
    return this.#previous;
  }
  /** Undefined when the thought is what we once said, here. */
  verify(model: string, text: string, sent: string): "altered" | "moved" | undefined {
    const signature = decode(sent);
    if (!signature) return "altered";
    // A thought of another model is dropped, not judged.
    if (signature.model !== model) return undefined;
    const expected = mac(model, this.#hash, this.#previous);
    this.#previous = sent;
    if (signature.text !== mac(model, text)) return "altered";
    return signature.prefix === expected ? undefined : "moved";
  }
}

/** Checks every replayed thought and returns the binding at the end of the request, to sign the next one with. */
export function checkThinking(units: readonly Unit[], profile: ModelProfile): Binding {
  const binding = new Binding();
  const latest = units.findLast(({ role }) => role === "assistant")?.path.split(".")[1];
  for (const [i, { path, role, block, json }] of units.entries()) {
    if (block.type === "compaction" && role === "assistant") {
      const next = units[i + 1]?.role;
      const code = binding.continueFrom(String(block["content"]), String(block["signature"]), next);
      if (code) throw new ApiError(400, "invalid_request_error", `${path}: invalid compaction block.`, code);
    }
    if (block.type === "thinking" && role === "assistant") {
      const found = binding.verify(profile.id, String(block["thinking"]), String(block["signature"]));
      if (found === "altered") refuseAltered(path, path.split(".")[1] === latest);
      if (found === "moved" && profile.checksPrefix) {
        refuseRequest(
          `${path}: Invalid \`signature\` in \`thinking\` block. The block is bound to a different conversation. Remove the block, or set \`thinking.block_binding.prefix_mismatch_behavior\` to "drop_block".`,
        );
      }
    }
    binding.add(role, block, json);
  }
  return binding;
}

function refuseAltered(path: string, isLatest: boolean): never {
  return refuseRequest(
    isLatest
      ? `${path}: \`thinking\` or \`redacted_thinking\` blocks in the latest assistant message cannot be modified. These blocks must remain as they were in the original response.`
      : `${path}: Invalid \`signature\` in \`thinking\` block`,
  );
}

function decodeSummary(sent: string): SummarySignature | undefined {
  try {
    const value: SummarySignature = JSON.parse(Buffer.from(sent, "base64").toString());
    return typeof value.proof === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

function decode(sent: string): Signature | undefined {
  try {
    const value: Signature = JSON.parse(Buffer.from(sent, "base64").toString());
    return typeof value.model === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The fields that make a block what it is: the order of its own keys does not matter, that of a call's input does. */
function essence(block: WireBlock, json: string): string {
  switch (block.type) {
    case "text":
      return JSON.stringify(["text", block["text"]]);
    case "tool_use":
      return JSON.stringify(["tool_use", block["id"], block["name"], block["input"]]);
    default:
      return json;
  }
}
