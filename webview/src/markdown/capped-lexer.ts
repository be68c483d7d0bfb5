import { Lexer, type Token, type TokensList } from "marked";

/** Beyond this, the time emphasis takes grows with the square of the length, and nobody writes such a paragraph. */
const MAX_INLINE_CHARS = 16_000;
const MAX_DEPTH = 24;

/** What could not be parsed within bounds, as it stands. */
export const asText = (raw: string): Token => ({
  type: "paragraph",
  raw,
  text: raw,
  tokens: [{ type: "text", raw, text: raw }],
});

/** Marked's lexer with a bound on nesting and on the length of one run of inline text. */
export class CappedLexer extends Lexer {
  #depth = 0;

  override blockTokens(src: string, tokens?: Token[], lastParagraphClipped?: boolean): Token[];
  override blockTokens(src: string, tokens?: TokensList, lastParagraphClipped?: boolean): TokensList;
  override blockTokens(src: string, tokens: Token[] = [], lastParagraphClipped?: boolean): Token[] {
    if (this.#depth >= MAX_DEPTH) {
      tokens.push(asText(src));
      return tokens;
    }
    this.#depth += 1;
    try {
      return super.blockTokens(src, tokens, lastParagraphClipped);
    } finally {
      this.#depth -= 1;
    }
  }

  override inlineTokens(src: string, tokens: Token[] = []): Token[] {
    if (src.length <= MAX_INLINE_CHARS) return super.inlineTokens(src, tokens);
    tokens.push({ type: "text", raw: src, text: src });
    return tokens;
  }
}
