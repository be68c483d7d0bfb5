import { familyOf, textTokens } from "../../context/token-sizes.ts";
import type { Agent } from "../../core/agent.ts";
import { within } from "../../core/async.ts";
import { lastPrefix } from "../../core/conversation.ts";
import { MAIN } from "../../core/event.ts";
import { sha256 } from "../../core/hash.ts";
import type { LeftInstruction } from "../../core/instructions.ts";
import { lineageOf } from "../../core/lineage.ts";
import type { Secrets } from "../../core/secrets.ts";
import type { Session } from "../../core/session.ts";
import { instructionFrame } from "../../prompts/instructions.ts";
import type { InstructionFacts } from "../../prompts/section.ts";
import { type Candidate, type Due, Given } from "./given.ts";
import { InstructionLoader } from "./loader.ts";
import { filesTouched, TouchedPlaces } from "./nested.ts";
import { shownPlace } from "./shown-place.ts";
import type { InstructionText, LoadedTexts, LoaderParts, Touched } from "./texts.ts";
import { pointerTo, wordsFor } from "./words.ts";

/** A file system that hangs must not hang the conversation: what was known then holds on. In milliseconds. */
const LOOK_MS = 10_000;
/** What the frame of a copy costs. */
const FRAME_TOKENS = 20;

export interface DeskParts extends LoaderParts {
  readonly session: Session;
  /** `soon`: resolves once secrets can be told from the rest. */
  readonly secrets: Pick<Secrets, "hide"> & { soon(): Promise<void> };
  /** Whether agents of that name are told about instructions. */
  readonly heeds: (agentName: string) => boolean;
  /** How long may be looked for files, in milliseconds. Default 10,000. */
  readonly lookMs?: number | undefined;
}

/** What is known of one agent. */
interface Reader {
  readonly given: Given;
  readonly touched: TouchedPlaces;
  /** How much of the log has been looked at. */
  at: number;
  /** It touched something since instructions were looked for. */
  isStale: boolean;
  turnSeq: number;
  now: Loaded;
}
interface Loaded {
  readonly texts: ReadonlyMap<string, InstructionText>;
  readonly candidates: readonly Candidate[];
  readonly left: readonly LeftInstruction[];
  readonly isWhole: boolean;
  readonly hasConditional: boolean;
}
const NOTHING: Loaded = { texts: new Map(), candidates: [], left: [], isWhole: true, hasConditional: false };

/**
 * Gives agents the instructions of user and project: what counts from the beginning goes into their prefix, and whatever
 * changes, is touched, was compacted away or has become distant is put beside the newest message.
 */
export class InstructionDesk {
  readonly #parts: DeskParts;
  readonly #readers = new Map<string, Reader>();
  readonly #loader: InstructionLoader;

  constructor(parts: DeskParts) {
    this.#parts = parts;
    this.#loader = new InstructionLoader(parts);
  }

  /** What counts from the beginning, without its secrets. Never rejects. */
  async standing(): Promise<readonly InstructionFacts[]> {
    const texts = (await this.#load({ folders: [], files: [] }))?.texts ?? [];
    if (texts.length === 0) return [];
    const { secrets } = this.#parts;
    await secrets.soon();
    return texts.map(({ path, text, scope }) => {
      const isOwn = scope === "managed" || scope === "user";
      return { path, text: secrets.hide(text), isOwn };
    });
  }

  /** Before each request: appends what the agent should know by now. Rejects only when aborted or when the log cannot be written. */
  async tell({ id, name, model }: Agent, signal: AbortSignal): Promise<void> {
    if (!this.#parts.heeds(name)) return;
    const reader = this.#reader(id);
    if (reader.isStale || reader.turnSeq !== reader.given.turnSeq) {
      await this.#look(reader, model);
      signal.throwIfAborted();
    }
    const { given, now } = reader;
    if (!given.hasBegun) this.#begin(id, reader);
    const due = given.due(now.candidates, now.isWhole);
    if (due.length > 0) await this.#parts.secrets.soon();
    signal.throwIfAborted();
    for (const one of due) this.#put(id, one, reader);
    const isNews = given.hasBegun || now.left.length > 0;
    if (isNews && !isSame(given.left, now.left)) this.#say(id, reader, "changed", []);
    if (id === MAIN && given.pointer) {
      const text = pointerTo(given.pointer, (path) => this.#shown(path));
      this.#parts.session.append(id, { type: "reminder", text });
      this.#read(id, reader);
    }
  }

  #reader(id: string): Reader {
    const known = this.#readers.get(id);
    if (known) {
      this.#read(id, known);
      return known;
    }
    const { session, roots, host } = this.#parts;
    const touched = new TouchedPlaces(roots, host.paths);
    const reader: Reader = { given: new Given(), touched, at: 0, isStale: true, turnSeq: -1, now: NOTHING };
    for (const event of lineageOf(session.events, id)) {
      reader.given.apply(event);
      for (const path of filesTouched(event)) touched.add(path);
    }
    reader.at = session.events.length;
    this.#readers.set(id, reader);
    return reader;
  }

  #read(id: string, reader: Reader): void {
    const { events } = this.#parts.session;
    for (; reader.at < events.length; reader.at += 1) {
      const event = events[reader.at];
      if (event?.agentId !== id) continue;
      reader.given.apply(event);
      for (const path of filesTouched(event)) {
        const { isNewFolder, isNewFile } = reader.touched.add(path);
        if (isNewFolder || (isNewFile && reader.now.hasConditional)) reader.isStale = true;
      }
    }
  }

  #load(touched: Touched): Promise<LoadedTexts | undefined> {
    const loading = this.#loader.load(touched);
    return within(this.#parts.lookMs ?? LOOK_MS, loading).catch(() => undefined);
  }

  async #look(reader: Reader, model: string): Promise<void> {
    const { folders, files } = reader.touched;
    reader.isStale = false;
    reader.turnSeq = reader.given.turnSeq;
    const loaded = await this.#load({ folders, files });
    if (!loaded) return;
    const { texts, ...rest } = loaded;
    const family = familyOf(model);
    const candidates = await Promise.all(
      texts.map(async ({ path, scope, because, text, isTouched = false }): Promise<Candidate> => {
        const tokens = Math.ceil(textTokens(text, family)) + FRAME_TOKENS;
        return { path, scope, because, tokens, hash: await sha256(text), isTouched };
      }),
    );
    reader.now = { ...rest, candidates, texts: new Map(texts.map((text) => [text.path, text])) };
  }

  /** What stands in the agent's prefix was given with it; an older prefix may have been made of something else. */
  #begin(id: string, reader: Reader): void {
    const { session, secrets } = this.#parts;
    const system = lastPrefix(session.events, id)?.system ?? [];
    const isGiven = ({ path }: Candidate): boolean => {
      const text = reader.now.texts.get(path);
      const frame = text && instructionFrame({ path, text: secrets.hide(text.text) });
      return frame !== undefined && system.some((part) => part.includes(frame));
    };
    const files = reader.now.candidates.filter(isGiven);
    if (files.length > 0) this.#say(id, reader, "start", files);
  }

  #put(id: string, due: Due, reader: Reader): void {
    const text = wordsFor(due, reader.now.texts, !reader.given.hasBegun);
    this.#parts.session.append(id, { type: "reminder", text });
    this.#say(id, reader, due.cause, due.files);
  }

  #say(id: string, reader: Reader, cause: string, files: readonly Candidate[]): void {
    const left = isSame(reader.given.left, reader.now.left) ? undefined : [...reader.now.left];
    this.#parts.session.append(id, {
      type: "instructions",
      cause,
      files: files.map(({ isTouched, ...file }) => file),
      ...(left && { left }),
    });
    this.#read(id, reader);
  }

  #shown(path: string): string {
    const { host, cwd, home } = this.#parts;
    return shownPlace(path, { paths: host.paths, cwd, home });
  }
}

const isSame = (a: readonly LeftInstruction[], b: readonly LeftInstruction[]): boolean =>
  a.length === b.length &&
  a.every(({ path, because }, i) => path === b[i]?.path && because === b[i]?.because);
