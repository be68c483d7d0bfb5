import type { Links, Token } from "marked";
import { asText, CappedLexer } from "./capped-lexer.ts";
import { mend } from "./mend.ts";

/** Blocks of a document. `refs` counts the link definitions they were read with: more of them, other links. */
export interface Parsed {
  readonly tokens: readonly Token[];
  readonly refs: number;
}

type Fence = { readonly closer: RegExp; readonly info: string; readonly bodyAt: number; scannedTo: number };

const NONE: Parsed = { tokens: [], refs: 0 };

/** Parses a whole document. Never throws: what the parser cannot take is shown as it is. */
export function parse(text: string, known: Links = {}): { tokens: Token[]; links: Links } {
  const lexer = new CappedLexer({ gfm: true });
  try {
    Object.assign(lexer.tokens.links, known);
    return { tokens: [...lexer.lex(text)], links: lexer.tokens.links };
  } catch {
    return { tokens: [asText(text)], links: known };
  }
}

/**
 * Parses a document that grows at its end. A block is committed, and never parsed again, once another block follows
 * it in the text up to the last line break: a line that is still being written can change what stands before it
 * (a half-typed "2" ends a numbered list), so it is parsed for display only.
 */
export class MarkdownStream {
  #text = "";
  #isOpen = true;
  #committed: Token[] = [];
  #links: Links = {};
  /** Where the first block that may still change begins. */
  #tailAt = 0;
  /** Up to where the text has been looked at for blocks to commit. */
  #stableAt = 0;
  #fence: Fence | undefined;
  #parsed: Parsed = NONE;

  /** `raw` must extend what was given before; anything else starts again. Same input, same result object. */
  update(raw: string, isOpen: boolean): Parsed {
    const text = normalise(raw, isOpen);
    if (text === this.#text && isOpen === this.#isOpen) return this.#parsed;
    if (!isOpen) {
      // Definitions may have come after what refers to them, so the finished text is read once as a whole.
      const { tokens, links } = parse(text);
      this.#parsed = { tokens, refs: Object.keys(links).length };
    } else {
      if (!this.#isOpen || !text.startsWith(this.#text)) this.#reset();
      this.#commit(text);
      this.#parsed = {
        tokens: [...this.#committed, ...this.#tail(text)],
        refs: Object.keys(this.#links).length,
      };
    }
    this.#text = text;
    this.#isOpen = isOpen;
    return this.#parsed;
  }

  #reset(): void {
    this.#committed = [];
    this.#links = {};
    this.#tailAt = 0;
    this.#stableAt = 0;
    this.#fence = undefined;
  }

  #commit(text: string): void {
    const stableAt = text.lastIndexOf("\n") + 1;
    if (stableAt <= this.#stableAt) return;
    this.#stableAt = stableAt;
    if (this.#fence && !closes(this.#fence, text, stableAt)) return;
    this.#fence = undefined;
    const { tokens, links } = parse(text.slice(this.#tailAt, stableAt), this.#links);
    const last = tokens.findLastIndex((token) => token.type !== "space");
    for (const token of tokens.slice(0, Math.max(0, last))) {
      this.#committed.push(token);
      this.#tailAt += token.raw.length;
    }
    this.#links = links;
    this.#fence = openFence(text, this.#tailAt, stableAt);
  }

  #tail(text: string): Token[] {
    const tail = text.slice(this.#tailAt);
    if (this.#fence) return [openCode(tail, text.slice(this.#fence.bodyAt), this.#fence.info)];
    if (tail.trim() === "") return [];
    return parse(mend(tail), this.#links).tokens;
  }
}

/** A carriage return may be half of a line end, so the last one waits for what follows it. */
function normalise(raw: string, isOpen: boolean): string {
  if (!raw.includes("\r")) return raw;
  const settled = isOpen && raw.endsWith("\r") ? raw.slice(0, -1) : raw;
  return settled.replaceAll(/\r\n?/g, "\n");
}

/** An unclosed fence at the start of the tail: from now on only its closing line matters. */
function openFence(text: string, tailAt: number, stableAt: number): Fence | undefined {
  const match = /^\n*(`{3,}(?=[^`\n]*\n)|~{3,})([^\n]*)\n/.exec(text.slice(tailAt, stableAt));
  if (!match) return undefined;
  const bodyAt = tailAt + match[0].length;
  const fence: Fence = {
    closer: new RegExp(`^ {0,3}${match[1]}[~\`]* *$`, "m"),
    info: (match[2] ?? "").trim(),
    bodyAt,
    scannedTo: bodyAt,
  };
  return closes(fence, text, stableAt) ? undefined : fence;
}

function closes(fence: Fence, text: string, stableAt: number): boolean {
  const isClosed = fence.closer.test(text.slice(fence.scannedTo, stableAt));
  fence.scannedTo = stableAt;
  return isClosed;
}

function openCode(raw: string, body: string, lang: string): Token {
  // A closing fence that is half typed is not shown as code.
  return { type: "code", raw, lang, text: body.replace(/(?:^|\n) {0,3}[`~]*$/, "") };
}
