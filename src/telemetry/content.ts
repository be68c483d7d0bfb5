import { type Block, isText, isToolResult, isToolUse } from "../core/message.ts";
import { CONTENT } from "./gen-ai.ts";
import type { Attributes } from "./signals.ts";

/** Of one text, in characters: what is longer is for the log, not for a collector. */
const MAX_CHARS = 8_000;

type Part = Readonly<Record<string, unknown>>;
export interface Said {
  readonly role: "user" | "assistant" | "tool";
  readonly parts: readonly Part[];
}

/**
 * What was said, asked for and brought, in the shape of the conventions, for those who want it told. The log keeps what a person
 * typed and a model said as it was, so `hide` takes the secrets out of everything here.
 */
export class Content {
  readonly #hide: (text: string) => string;

  constructor(hide: (text: string) => string) {
    this.#hide = hide;
  }

  said(role: Said["role"], blocks: readonly Block[]): Said {
    return { role, parts: blocks.flatMap((block) => this.#partOf(block)) };
  }

  #partOf(block: Block): Part[] {
    if (isText(block)) return [{ type: "text", content: this.#shown(block.text) }];
    if (isToolUse(block))
      return [{ type: "tool_call", id: block.id, name: block.name, arguments: this.#json(block.input) }];
    if (isToolResult(block)) return [this.#result(block.tool_use_id, block.content)];
    const { thinking } = block;
    return typeof thinking === "string" && thinking !== ""
      ? [{ type: "reasoning", content: this.#shown(thinking) }]
      : [];
  }

  #result(callId: string, content: readonly Block[]): Part {
    return { type: "tool_call_response", id: callId, response: this.#shown(textOf(content)) };
  }

  /** What a call brought, as it is said to the model. */
  brought(callId: string, content: readonly Block[]): Said {
    return { role: "tool", parts: [this.#result(callId, content)] };
  }

  input(said: readonly Said[]): Attributes {
    return said.length > 0 ? { [CONTENT.input]: JSON.stringify(said) } : {};
  }

  output(blocks: readonly Block[], finishReason: string): Attributes {
    const said = { ...this.said("assistant", blocks), finish_reason: finishReason };
    return { [CONTENT.output]: JSON.stringify([said]) };
  }

  arguments(input: unknown): Attributes {
    return { [CONTENT.arguments]: this.#json(input) };
  }

  result(content: readonly Block[]): Attributes {
    return { [CONTENT.result]: this.#shown(textOf(content)) };
  }

  /** Secrets are found in the texts themselves: escaped, some do not look like one. */
  #json(value: unknown): string {
    if (typeof value === "string") return this.#shown(value);
    return cut(
      JSON.stringify(value ?? null, (_key, one: unknown) =>
        typeof one === "string" ? this.#hide(one) : one,
      ),
    );
  }

  #shown(text: string): string {
    return cut(this.#hide(text));
  }
}

const textOf = (content: readonly Block[]): string =>
  content.flatMap((block) => (isText(block) ? block.text : [])).join("\n");

function cut(text: string): string {
  if (text.length <= MAX_CHARS) return text;
  return `${text.slice(0, MAX_CHARS).toWellFormed()}… (${text.length - MAX_CHARS} more characters)`;
}
