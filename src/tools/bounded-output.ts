import type { Blobs } from "../core/ports.ts";

const HEAD_CHARS = 15_000;
const TAIL_CHARS = 15_000;
/** What is kept to be read on; beyond it a command is stopped. */
export const MAX_SAVED_CHARS = 64 * 1024 * 1024;
const PIECE_CHARS = 64 * 1024;

/** Takes output of any length and keeps what the model sees of it, and for reading on at most 64 MB. */
export class BoundedOutput {
  #head = "";
  #tail: string[] = [];
  #tailChars = 0;
  #total = 0;
  #pieces: string[] = [];
  #piece = "";

  /** False as soon as there is more than can be kept. */
  add(text: string): boolean {
    this.#total += text.length;
    if (this.#total > MAX_SAVED_CHARS) return false;
    this.#piece += text;
    if (this.#piece.length >= PIECE_CHARS) {
      this.#pieces.push(this.#piece);
      this.#piece = "";
    }
    const room = HEAD_CHARS - this.#head.length;
    if (room > 0) this.#head += text.slice(0, room);
    this.#addToTail(room > 0 ? text.slice(room) : text);
    return true;
  }

  #addToTail(text: string): void {
    if (text === "") return;
    this.#tail.push(text);
    this.#tailChars += text.length;
    while (this.#tailChars - (this.#tail[0]?.length ?? 0) >= TAIL_CHARS) {
      this.#tailChars -= this.#tail.shift()?.length ?? 0;
    }
  }

  /** What the model reads: everything, or both ends and where the rest can be read. */
  async finish(blobs: Blobs): Promise<string> {
    const tail = this.#tail.join("");
    if (this.#total <= HEAD_CHARS + TAIL_CHARS) return this.#head + tail;
    this.#pieces.push(this.#piece);
    const all = this.#pieces.join("");
    // Let go of before the store makes its own copy, so that there are never three.
    this.#pieces = [];
    const path = blobs.pathOf(await blobs.put(all));
    const shownHead = untilLineEnd(this.#head);
    const shownTail = fromLineStart(tail.slice(-TAIL_CHARS));
    const left = this.#total - shownHead.length - shownTail.length;
    return `${shownHead}\n[… ${left} characters left out. All of it is in ${path}: Read it with offset and limit, or Grep it …]\n${shownTail}`;
  }
}

/** Cuts at a line end when one is near, else between characters. */
function untilLineEnd(text: string): string {
  const end = text.lastIndexOf("\n");
  return end > text.length - 2_000 ? text.slice(0, end) : text.toWellFormed();
}

function fromLineStart(text: string): string {
  const start = text.indexOf("\n") + 1;
  return start > 0 && start < 2_000 ? text.slice(start) : text.toWellFormed();
}
