import type { AgentEvent } from "../../core/event.ts";
import type { InstructionCopy } from "../../core/events/context.ts";

import type { LeftInstruction } from "../../core/instructions.ts";

/** How much an agent may have read since the last copy of a file before it gets another one. In tokens. */
const FAR = 30_000;
/** Long instructions are put again more rarely, so that they never are more than a tenth of what is read. */
const SHARE = 10;
/** How a line begins that takes the place of a copy. */
export const POINTER = "Project instructions given above still hold:";

export interface Candidate extends InstructionCopy {
  readonly isTouched: boolean;
}
/** What is to be put beside the newest message, and why. Of files with the hash "" nothing but that they are gone. */
export interface Due {
  readonly cause: "changed" | "touched" | "compacted" | "again";
  readonly files: readonly Candidate[];
}

interface Copy {
  readonly file: InstructionCopy;
  /** Tokens in the window when it was put there. */
  readonly at: number;
  /** The conversation was compacted since. */
  readonly isLost?: true;
}

/** What one agent has got of the instructions, where, and what it should get next: a fold over the log. */
export class Given {
  readonly #copies = new Map<string, Copy>();
  /** Tokens of the last request and its reply. */
  #window = 0;
  /** Of the newest message of a person. */
  #turnSeq = -1;
  /** Of the newest message behind which something was said about instructions. */
  #toldSeq = -1;
  #hasBegun = false;
  #left: readonly LeftInstruction[] = [];

  /** Whether the agent was ever told about instructions, also that there are none that count. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** What was said last about what does not count. */
  get left(): readonly LeftInstruction[] {
    return this.#left;
  }

  /** Changes with every message of a person. */
  get turnSeq(): number {
    return this.#turnSeq;
  }

  /** For the agent's own events, and those of the agent it was forked from before that. */
  apply(event: AgentEvent): void {
    switch (event.type) {
      case "user":
        if (event.origin !== "task") this.#turnSeq = event.seq;
        return;
      case "assistant": {
        const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens } = event.usage;
        this.#window = inputTokens + cacheReadTokens + cacheWriteTokens + outputTokens;
        return;
      }
      case "compacted":
        for (const [path, copy] of this.#copies) this.#copies.set(path, { ...copy, isLost: true });
        // How much is left will be known with the next reply: until then nothing is far away.
        this.#window = 0;
        return;
      case "instructions":
        this.#take(event.cause, event.files);
        this.#left = event.left ?? this.#left;
        return;
      case "reminder":
        if (event.text.startsWith(POINTER)) this.#toldSeq = this.#turnSeq;
        return;
      default:
    }
  }

  #take(cause: string, files: readonly InstructionCopy[]): void {
    const at = cause === "start" ? 0 : this.#window;
    for (const file of files) {
      this.#copies.delete(file.path);
      if (file.hash !== "") this.#copies.set(file.path, { file, at });
    }
    this.#hasBegun = true;
    this.#toldSeq = this.#turnSeq;
  }

  /** In the order in which it is to be put. `isWhole`: whether what is not among `now` is gone. */
  due(now: readonly Candidate[], isWhole: boolean): readonly Due[] {
    const hasChanged = (file: Candidate): boolean => this.#copies.get(file.path)?.file.hash !== file.hash;
    const news = now.filter(hasChanged);
    const gone = isWhole ? this.#gone(now) : [];
    const isNew = (file: Candidate): boolean => file.isTouched && !this.#copies.has(file.path);
    const old = now.filter((file) => !hasChanged(file));
    const total = now.reduce((sum, { tokens }) => sum + tokens, 0);
    const isLost = ({ path }: Candidate): boolean => this.#copies.get(path)?.isLost === true;
    const again = old.filter((file) => isLost(file) || this.#isFar(file.path, total));
    const all: readonly Due[] = [
      { cause: "changed", files: [...gone, ...news.filter((file) => !isNew(file))] },
      { cause: "touched", files: news.filter(isNew) },
      { cause: again.some(isLost) ? "compacted" : "again", files: again },
    ];
    return all.filter(({ files }) => files.length > 0);
  }

  #gone(now: readonly Candidate[]): Candidate[] {
    const known = new Set(now.map(({ path }) => path));
    return [...this.#copies.values()]
      .filter(({ file }) => !known.has(file.path))
      .map(({ file }) => ({
        ...file,
        hash: "",
        tokens: 0,
        because: "it does not count any longer",
        isTouched: false,
      }));
  }

  #isFar(path: string, total: number): boolean {
    const at = this.#copies.get(path)?.at ?? 0;
    return this.#window - at >= Math.max(FAR, SHARE * total);
  }

  /** Paths for a line that recalls what was given: once behind each message of a person, if nothing else is said there. */
  get pointer(): readonly string[] | undefined {
    const isSaid = this.#turnSeq <= this.#toldSeq;
    return isSaid || this.#copies.size === 0 ? undefined : [...this.#copies.keys()];
  }
}
