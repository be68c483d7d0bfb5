import type { Blobs, Spill } from "../core/ports.ts";
import type { Ends } from "../core/preview.ts";
import { countLineEnds } from "../review/text-lines.ts";

/** What is shown whole: about 5,000 tokens. Most outputs are much shorter; what is longer is a log, to be searched. */
const MAX_WHOLE_CHARS = 16_000;
/** Of what is longer, so much of both ends: how it began says little, and how it ended says most. */
const ENDS: Ends = { head: 3_000, tail: 5_000 };
/** What is kept to be read on; beyond it a command is stopped. */
export const MAX_SAVED_CHARS = 64 * 1024 * 1024;
const PIECE_CHARS = 256 * 1024;

/** Takes output of any length, keeps both ends of it in memory, and everything in a file once that is not all. */
export class BoundedOutput {
  readonly #blobs: Blobs;
  #head = "";
  #lines = 0;
  #endsLine = true;
  #tail: string[] = [];
  #tailChars = 0;
  #total = 0;
  #spill: Spill | undefined;
  /** Once: it may be shown in more than one length. */
  #saved: Promise<string> | undefined;
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
    if (text !== "") {
      this.#lines += countLineEnds(text);
      this.#endsLine = text.endsWith("\n");
    }
    const room = MAX_WHOLE_CHARS - this.#head.length;
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
    this.#tail.push(text.length > ENDS.tail ? text.slice(-ENDS.tail) : text);
    this.#tailChars += this.#tail.at(-1)?.length ?? 0;
    while (this.#tailChars - (this.#tail[0]?.length ?? 0) >= ENDS.tail) {
      this.#tailChars -= this.#tail.shift()?.length ?? 0;
    }
  }

  /** What the model reads: everything, or both ends and where the rest can be read, in about so many characters. */
  async finish(maxChars = MAX_WHOLE_CHARS): Promise<string> {
    const head = this.#head;
    if (this.#total <= Math.min(maxChars, MAX_WHOLE_CHARS)) return head;
    this.#saved ??= this.#saveAll();
    const path = await this.#saved;
    const part = Math.min(1, maxChars / (ENDS.head + ENDS.tail));
    const ends = { head: Math.floor(ENDS.head * part), tail: Math.floor(ENDS.tail * part) };
    const tail = (head + this.#tail.join("")).slice(-ENDS.tail * 2);
    const lines = this.#lines + (this.#endsLine ? 0 : 1);
    const { bothEnds } = await import("../core/preview.ts");
    return bothEnds({ head, tail, chars: this.#total, lines }, ends, path);
  }

  async #saveAll(): Promise<string> {
    const spill = await this.#save();
    await spill.close();
    return spill.path;
  }
}
