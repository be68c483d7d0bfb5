/** An "@" that is being typed: where it stands, and what follows it up to the caret. */
export type Mention = { readonly at: number; readonly query: string };

export function mentionAt(text: string, caret: number): Mention | undefined {
  const before = text.slice(0, caret);
  const match = /(?:^|[\s(])@([^\s@]{0,200})$/.exec(before);
  return match ? { at: caret - (match[1]?.length ?? 0) - 1, query: match[1] ?? "" } : undefined;
}

/** The text with the mention completed, and where the caret goes. */
export function completeMention(
  text: string,
  mention: Mention,
  label: string,
): { text: string; caret: number } {
  const end = mention.at + 1 + mention.query.length;
  const word = `@${label}`;
  const rest = text.slice(end);
  const gap = /^\s/.test(rest) ? "" : " ";
  return { text: text.slice(0, mention.at) + word + gap + rest, caret: mention.at + word.length + 1 };
}
