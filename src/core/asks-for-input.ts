const LINE_CHARS = 300;

/** The end of a line that asks somebody for something. */
const ASKS = new RegExp(
  [
    String.raw`[[(]\s*y(?:es)?\s*[/|]\s*no?\b[^\])\n]*[\])]\??`,
    String.raw`pass(?:word|phrase|code)\b[^:\n]{0,60}`,
    String.raw`\b(?:user ?name|login|e-?mail|otp|token)\b[^:\n]{0,40}`,
    String.raw`\b(?:continue|proceed|overwrite|replace|remove|delete|install|sure|ok to|do you want|would you like)\b[^?\n]{0,120}\?`,
    String.raw`\bpress (?:any|enter|return|\S+ to)\b[^\n]{0,60}`,
    String.raw`^\? [^\n]{3,160}`,
  ].join("|"),
  "i",
);
const END = /(?:[:?>›»\])…]|continue|key)\s*(?:[[(][^\])\n]{0,40}[\])])?\s*[:>›»]?\s*$/i;

/** Whether output stops in the middle of a line that asks for something. */
export function asksForInput(tail: string): boolean {
  const line = tail.slice(tail.lastIndexOf("\n") + 1);
  return line.trim() !== "" && line.length <= LINE_CHARS && END.test(line) && ASKS.test(line);
}

/** Follows what a program prints, and says when it begins and ceases to stand at a question. */
export class Asking {
  #line = "";
  #isAsking = false;

  /** Undefined where nothing has changed. */
  add(text: string): boolean | undefined {
    this.#line = (this.#line + text).slice(-LINE_CHARS - 1);
    const isAsking = asksForInput(this.#line);
    // A question that was answered and asked again is another one.
    if (!isAsking && !this.#isAsking) return undefined;
    this.#isAsking = isAsking;
    return isAsking;
  }
}
