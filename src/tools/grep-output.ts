export interface Found {
  readonly path: string;
  /** What follows the path in the result, e.g. `:12:text`; empty when only files are listed. */
  readonly rest: string;
  /** True when it does not follow the line before it in the file. */
  readonly beginsGroup: boolean;
}

const MAX_LINE_CHARS = 600;

/** Reads what ripgrep prints; in content mode a NUL stands behind each path, so that no file name can be misread. */
export async function* parseFound(
  output: AsyncIterable<string>,
  mode: "files_with_matches" | "content" | "count",
): AsyncGenerator<Found> {
  let beginsGroup = false;
  for await (const line of output) {
    if (line === "") continue;
    if (mode === "files_with_matches") {
      yield { path: line, rest: "", beginsGroup };
      continue;
    }
    const at = mode === "count" ? line.lastIndexOf(":") : line.indexOf("\0");
    if (at === -1) {
      // The separator between groups, or a remark such as "binary file matches".
      if (line === "--") beginsGroup = true;
      else yield remark(line);
      continue;
    }
    const after = mode === "count" ? line.slice(at) : contentText(line.slice(at + 1));
    yield { path: line.slice(0, at), rest: after, beginsGroup };
    beginsGroup = false;
  }
}

/** `12:text` is a match and `12-text` its surroundings; without line numbers the two look alike. */
function contentText(text: string): string {
  const separator = /^\d+-/.test(text) ? "-" : ":";
  return `${separator}${text.length > MAX_LINE_CHARS ? `${text.slice(0, MAX_LINE_CHARS).toWellFormed()}… [line cut]` : text}`;
}

function remark(line: string): Found {
  const at = line.indexOf(": ");
  return at === -1
    ? { path: line, rest: "", beginsGroup: false }
    : { path: line.slice(0, at), rest: line.slice(at), beginsGroup: false };
}
