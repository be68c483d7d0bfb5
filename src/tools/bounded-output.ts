import type { Blobs, Spill } from "../core/ports.ts";

const HEAD_CHARS = 15_000;
const TAIL_CHARS = 15_000;
/** What is kept to be read on; beyond it a command is stopped. */
export const MAX_SAVED_CHARS = 64 * 1024 * 1024;
const PIECE_CHARS = 256 * 1024;

/** Takes output of any length, keeps both ends of it in memory, and everything in a file once that is not all. */
export class BoundedOutput {
  readonly #blobs: Blobs;
  #head = "";
  #tail: string[] = [];
  #tailChars = 0;
  #total = 0;
  #spill: Spill | undefined;
  #unsaved: string[] = [];
  #unsavedChars = 0;

  constructor(blobs: Blobs) {
    this.#blobs = blobs;
  }

  /** False as soon as there is more than can be kept. Rejects with `storage` when the file cannot be written. */
  async add(text: string): Promise<boolean> {
    this.#total += text.length;
    if (this.#total > MAX_SAVED_CHARS) return false;
    this.#unsaved.push(text);
    this.#unsavedChars += text.length;
    if (this.#unsavedChars >= PIECE_CHARS) await this.#save();
    const room = HEAD_CHARS - this.#head.length;
    if (room > 0) this.#head += text.slice(0, room);
    this.#addToTail(room > 0 ? text.slice(room) : text);
    return true;
  }

  async #save(): Promise<Spill> {
    this.#spill ??= await this.#blobs.spill();
    this.#unsavedChars = 0;
    await this.#spill.write(this.#unsaved.splice(0).join(""));
    return this.#spill;
  }

  #addToTail(text: string): void {
    if (text === "") return;
    // A slice would keep the whole piece alive; what is longer than the tail is cut down right away.
    this.#tail.push(text.length > TAIL_CHARS ? text.slice(-TAIL_CHARS) : text);
    this.#tailChars += this.#tail.at(-1)?.length ?? 0;
    while (this.#tailChars - (this.#tail[0]?.length ?? 0) >= TAIL_CHARS) {
      this.#tailChars -= this.#tail.shift()?.length ?? 0;
    }
  }

  /** What the model reads: everything, or both ends and where the rest can be read. */
  async finish(): Promise<string> {
    const tail = this.#tail.join("");
    if (this.#total <= HEAD_CHARS + TAIL_CHARS) return this.#head + tail;
    const spill = await this.#save();
    await spill.close();
    const shownHead = untilLineEnd(this.#head);
    const shownTail = fromLineStart(tail.slice(-TAIL_CHARS));
    const left = this.#total - shownHead.length - shownTail.length;
    return `${shownHead}\n[… ${left} characters left out. All of it is in ${spill.path}: Read it with offset and limit, or Grep it …]\n${shownTail}`;
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
