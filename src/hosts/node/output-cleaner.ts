/** Longest unfinished escape sequence that is waited for; whatever is longer is no sequence but noise. */
const MAX_HELD = 4096;
/** Longest line that rewrites itself; beyond, it is passed on as it is. */
const MAX_LINE = 64 * 1024;

const ESC = "\\u001B";
const BELL = "\\u0007";
const C1_END = "\\u009C";
const SEQUENCES = new RegExp(
  [
    // Titles, links, clipboard and other strings for the terminal, with their terminators.
    `(?:${ESC}\\]|\\u009D)[^${BELL}${ESC}${C1_END}]*(?:${BELL}|${ESC}\\\\|${C1_END})`,
    `(?:${ESC}[PX^_]|[\\u0090\\u0098\\u009E\\u009F])[^${ESC}${C1_END}]*(?:${ESC}\\\\|${C1_END})`,
    // Colours and cursor movements; then the short ones.
    `(?:${ESC}\\[|\\u009B)[0-?]*[ -/]*[@-~]`,
    `${ESC}[ -/]*[0-OQ-WYZ\\\\\`a-~]`,
  ].join("|"),
  "g",
);
/** A sequence that may go on in the next chunk. */
const UNFINISHED = new RegExp(
  `(?:${ESC}(?:[PX^_\\]][^${BELL}${ESC}${C1_END}]*${ESC}?|\\[[0-?]*[ -/]*|[ -/]*)|\\u009B[0-?]*[ -/]*)$`,
);
const BACKSPACE = "\\u0008";
const OVERSTRIKE = new RegExp(`[^\\n${BACKSPACE}]${BACKSPACE}`, "g");
const CONTROLS = /(?![\n\r\t])\p{Cc}/gu;
/** The same with CR, as a plain class: it runs over every byte a command prints. */
const SUSPECT = new RegExp(["[\\u0000-\\u0008", "\\u000B-\\u001F", "\\u007F-\\u009F]"].join(""));

export interface OutputCleaner {
  push(chunk: string): string;
  /** What was held back. */
  end(): string;
}

/**
 * Turns what a program writes to a terminal into plain text, chunk by chunk: no escape sequences, no other control
 * characters, CRLF as LF. Of a line that rewrites itself (a progress bar) only its last state comes out, when the
 * line ends.
 */
export function createOutputCleaner(): OutputCleaner {
  let held = "";
  const lines = createLineRewriter();
  const clean = (text: string): string =>
    SUSPECT.test(text)
      ? lines.push(
          text.replaceAll("\r\n", "\n").replace(SEQUENCES, "").replace(OVERSTRIKE, "").replace(CONTROLS, ""),
        )
      : lines.push(text);
  return {
    push(chunk) {
      const text = held + chunk;
      const unfinished = text.endsWith("\r") ? "\r" : (UNFINISHED.exec(text.slice(-MAX_HELD))?.[0] ?? "");
      held = unfinished;
      return clean(text.slice(0, text.length - unfinished.length));
    },
    end() {
      const rest = clean(held.replace(UNFINISHED, "").replace(/\r$/, ""));
      held = "";
      return rest + lines.end();
    },
  };
}

/** Understands a carriage return as a terminal does: what follows takes the place of the line so far. */
function createLineRewriter(): OutputCleaner {
  /** Newest state of a line that rewrites itself; undefined while the current line never did. */
  let rewriting: string | undefined;
  let isMidLine = false;

  const emit = (text: string): string => {
    if (text !== "") isMidLine = !text.endsWith("\n");
    return text;
  };
  const take = (piece: string): string => {
    const isFirst = rewriting === undefined;
    if (isFirst && !piece.includes("\r")) return emit(piece);
    // What was shown of this line cannot be taken back, so its newest state gets a line of its own.
    const gap = isFirst && isMidLine ? emit("\n") : "";
    rewriting = newestState((rewriting ?? "") + piece);
    if (!rewriting.endsWith("\n") && rewriting.length <= MAX_LINE) return gap;
    const line = emit(rewriting);
    rewriting = undefined;
    return gap + line;
  };
  return {
    push(text) {
      if (rewriting === undefined && !text.includes("\r")) return emit(text);
      return text
        .split(/(?<=\n)/)
        .map(take)
        .join("");
    },
    end() {
      const rest = rewriting ?? "";
      rewriting = undefined;
      return rest;
    },
  };
}

/** The last state that shows something: many programs clear the line by writing nothing over it. */
function newestState(line: string): string {
  const ending = line.endsWith("\n") ? "\n" : "";
  const states = line.slice(0, line.length - ending.length).split("\r");
  return (states.findLast((state) => state.trim() !== "") ?? "") + ending;
}
