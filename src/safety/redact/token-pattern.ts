/**
 * How one kind of token is recognised. A pattern is tried only where one of its anchors stands, so its cost does not
 * depend on the length of the text. Every repetition in it is bounded, which keeps the worst input linear.
 */
export interface TokenPattern {
  /** What a person is told was there, e.g. "github token". */
  readonly kind: string;
  /** Lower-case literals of at least three characters; found in any case, the pattern decides about case. */
  readonly anchors: readonly string[];
  /** Sticky. What group 1 matched is the secret, without a group 1 all of it is. */
  readonly pattern: RegExp;
  /** How many characters before the anchor the match begins, likeliest first; 0 when absent. */
  readonly offsets?: readonly number[];
  /** The prefix is also an ordinary word: the rest has to look random, not merely varied. */
  readonly isWeak?: true;
}

export const token = (
  kind: string,
  anchors: readonly string[],
  pattern: RegExp,
  more: Pick<TokenPattern, "offsets" | "isWeak"> = {},
): TokenPattern => ({ kind, anchors, pattern, ...more });

/** For prefixes that are an ordinary word as well, such as `key-`. */
export const weakToken = (kind: string, anchors: readonly string[], pattern: RegExp): TokenPattern =>
  token(kind, anchors, pattern, { isWeak: true });
