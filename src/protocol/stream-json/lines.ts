/** Longer lines are no messages. */
const MAX_LINE_CHARS = 64 * 1024 * 1024;

/**
 * Takes decoded text apart at line feeds, and at nothing else that somewhere counts as the end of a line; blank lines and
 * carriage returns before a line feed are left out. Throws a RangeError for a line beyond 64 million characters.
 */
export async function* linesOf(chunks: AsyncIterable<string>): AsyncIterable<string> {
  let parts: string[] = [];
  let chars = 0;
  for await (const chunk of chunks) {
    const pieces = chunk.split("\n");
    for (const [at, piece] of pieces.entries()) {
      parts.push(piece);
      chars += piece.length;
      if (chars > MAX_LINE_CHARS) throw new RangeError("A line is too long.");
      if (at === pieces.length - 1) continue;
      const line = parts.join("").trim();
      parts = [];
      chars = 0;
      if (line !== "") yield line;
    }
  }
  const last = parts.join("").trim();
  if (last !== "") yield last;
}
