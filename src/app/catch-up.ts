import { type Access, decide } from "../core/access.ts";
import type { Agent } from "../core/agent.ts";
import { AgentError } from "../core/errors.ts";
import { type AgentEvent, type EventOf, MAIN } from "../core/event.ts";
import { followed } from "../core/followed.ts";
import { type Knowledge, knownFiles } from "../core/last-seen.ts";
import type { FileStat, Host } from "../core/ports.ts";
import type { Seen } from "../core/seen.ts";
import type { Session } from "../core/session.ts";
import type { FileNews, Shown } from "../review/news.ts";
import { linesOf } from "../review/text-lines.ts";

interface Parts {
  readonly host: Host;
  readonly session: Session;
  readonly cwd: string;
}
/** How a file stood when it was last looked at. */
interface Look {
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  readonly isUnsaved: boolean;
  readonly hash: string;
  /** Epoch milliseconds. */
  readonly at: number;
}
interface Current {
  /** "" for no file. */
  readonly hash: string;
  /** Undefined when it did not have to be read. */
  readonly text: string | undefined;
}

interface Changed {
  readonly news: FileNews;
  readonly hash: string;
  readonly before: Seen;
}

/** What an agent was shown by a patch of what it had seen. */
function seenByPatch({ news: { path, after }, hash, before }: Changed, { lines, changes }: Shown): Seen {
  const lineCount = after === "gone" ? 0 : linesOf(after.text).length;
  return {
    ...{ path, hash, isPartial: before.isPartial },
    ...(lines &&
      changes && { lines: [...lines], lineCount, from: { hash: before.hash, changes: [...changes] } }),
  };
}

/** The newest of them; who reads more than this in one conversation looks again before editing. */
const MOST_FILES = 500;
/** What is longer is not kept for a patch: the model is told to read it again. */
const MOST_KEPT_CHARS = 1_000_000;
/** Only a file that is opened right after is of interest. */
const MOST_STATS = 100;
/** An editor may take as long to notice that a file changed on the disk. */
const SETTLED_MS = 2_000;
/** A file changed as recently as this may change again without looking any different. */
const STILL_FRESH_MS = 50;

/**
 * Before each request: tells an agent once, as a compact patch, what others changed in the files it has seen: the user
 * who undoes or edits, a command, another agent, another program. Only appends, so that what was sent stays as it is.
 */
export class CatchUp {
  readonly #parts: Parts;
  readonly #looks = new Map<string, Look>();
  /** Files that could not be opened, as they were then. */
  readonly #unreadable = new Map<string, string>();
  /** Texts that are kept, or are being written, by hash. */
  readonly #stored = new Map<string, Promise<void>>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The host as tools get it: what they open need not be opened once more to know how it stands. */
  noting(host: Host): Host {
    const stats = new Map<string, { readonly stat: FileStat; readonly at: number }>();
    return {
      ...host,
      fs: {
        ...host.fs,
        stat: async (path) => {
          const at = host.clock.now();
          const stat = await host.fs.stat(path);
          if (stats.size >= MOST_STATS) stats.clear();
          stats.set(path, { stat, at });
          return stat;
        },
      },
      documents: {
        ...host.documents,
        open: async (path, signal) => {
          const before = stats.get(path);
          stats.delete(path);
          const file = await host.documents.open(path, signal);
          const { sizeBytes = 0, modifiedMs = Number.POSITIVE_INFINITY } = before?.stat ?? {};
          if (before && !file.isDirty && modifiedMs < before.at - SETTLED_MS) {
            this.#looks.set(path, {
              sizeBytes,
              modifiedMs,
              isUnsaved: false,
              hash: file.hash,
              at: before.at,
            });
            this.#keep(file.hash, file.text);
          }
          return file;
        },
      },
    };
  }

  /** Rejects only when aborted or when the log cannot be written. */
  async tell(agent: Agent, signal: AbortSignal): Promise<void> {
    const { session } = this.#parts;
    const known = knownFiles(agent.id, session.events);
    const decided = decisionsSince(agent.id, session.events);
    const unsaved = new Set(this.#parts.host.editor.unsaved());
    const isAsked = isAnsweringPerson(agent.id, session.events);
    const looked = await Promise.all(
      [...known].slice(-MOST_FILES).map(async ([path, knowledge]) => {
        const isUnsaved = unsaved.has(path);
        const before = this.#looks.get(path);
        const now = await this.#look(path, isUnsaved, signal);
        // Somebody is typing: half a word is no news until it rests, or until they say something.
        const isTyping = isUnsaved && !isAsked && before?.hash !== now?.hash;
        return now && !isTyping ? this.#compare(path, knowledge, now, agent, decided) : undefined;
      }),
    );
    signal.throwIfAborted();
    const changed = looked.filter((one) => one !== undefined);
    const isNews = new Set(changed.map(({ news }) => news.path));
    const shown = (path: string): string => this.#shown(path);
    const moved = decided.moved.map(({ from, to }) => ({ from: shown(from), to: shown(to) }));
    if (changed.length + decided.undone.size + moved.length === 0) return;
    const { describeNews } = await import("../review/news.ts");
    const told = describeNews({
      files: changed.map(({ news }) => news),
      undoneElsewhere: [...decided.undone].filter((path) => !isNews.has(path)).map(shown),
      kept: [...decided.kept].map(shown),
      moved,
    });
    if (!told) return;
    session.append(agent.id, {
      type: "reminder",
      text: told.text,
      seen: changed.flatMap((one) => {
        const shown = told.whole.get(one.news.path);
        return shown ? [seenByPatch(one, shown)] : [];
      }),
      told: changed.flatMap(({ news, hash }) =>
        told.whole.has(news.path) ? [] : [{ path: news.path, hash }],
      ),
    });
  }

  async #compare(
    path: string,
    { seen, told }: Knowledge,
    now: Current,
    agent: Agent,
    { undone }: Decisions,
  ): Promise<Changed | undefined> {
    if (now.hash === seen.hash && now.text !== undefined) this.#keep(now.hash, now.text);
    if (now.hash === (told ?? seen.hash)) return undefined;
    const isShown = now.hash !== "" && (await this.#mayShow(path, agent));
    const before = isShown ? await this.#textOf(seen.hash) : undefined;
    const text = now.text ?? (isShown ? await this.#textOf(now.hash) : undefined);
    const news: FileNews = {
      path,
      shownPath: this.#shown(path),
      before: text === undefined ? undefined : before,
      after: now.hash === "" ? "gone" : { text: text ?? "" },
      isUndone: undone.has(path),
    };
    return { news, hash: now.hash, before: seen };
  }

  /** Undefined when it cannot be told: too large by now, binary, no longer readable. */
  async #look(path: string, isUnsaved: boolean, signal: AbortSignal): Promise<Current | undefined> {
    const { host } = this.#parts;
    try {
      const stat = await host.fs.stat(path).catch(ifMissing);
      if (!stat && !isUnsaved) return { hash: "", text: undefined };
      const before = this.#looks.get(path);
      const { sizeBytes = 0, modifiedMs = 0 } = stat ?? {};
      const isSame = before?.sizeBytes === sizeBytes && before.modifiedMs === modifiedMs;
      const isFresh = before !== undefined && modifiedMs > before.at - STILL_FRESH_MS;
      if (before && isSame && !isFresh && !isUnsaved && !before.isUnsaved)
        return { hash: before.hash, text: undefined };
      const stamp = `${sizeBytes} ${modifiedMs}`;
      // A picture, say: until it is another one nobody has to try again.
      if (this.#unreadable.get(path) === stamp && !isUnsaved) return undefined;
      this.#unreadable.set(path, stamp);
      const { text, hash } = await host.documents.open(path, signal);
      this.#unreadable.delete(path);
      this.#looks.set(path, { sizeBytes, modifiedMs, isUnsaved, hash, at: host.clock.now() });
      return { hash, text };
    } catch {
      signal.throwIfAborted();
      return undefined;
    }
  }

  /** So that a later change can be shown as a patch, after a restart as well. No request waits for it. */
  #keep(hash: string, text: string): void {
    if (this.#stored.has(hash) || text.length > MOST_KEPT_CHARS) return;
    const done = (): void => undefined;
    // Without it a change is told without a patch.
    this.#stored.set(hash, this.#parts.host.blobs.put(text).then(done, done));
  }

  /** Resolves once nothing is being written any more. Never rejects. */
  async settled(): Promise<void> {
    await Promise.all(this.#stored.values());
  }

  async #textOf(hash: string): Promise<string | undefined> {
    await this.#stored.get(hash);
    return this.#parts.host.blobs.get(hash).catch(() => undefined);
  }

  /** Reading it once may have been a favour: what stands in it now is shown only where it could be read without asking. */
  async #mayShow(path: string, { policy }: Agent): Promise<boolean> {
    try {
      const real = await this.#parts.host.fs.canonical(path);
      const reads: readonly Access[] = [path, real].map((target) => ({ kind: "read", target }));
      return decide(reads, policy).verdict === "allow";
    } catch {
      return false;
    }
  }

  #shown(path: string): string {
    const { host, cwd } = this.#parts;
    return host.paths.within(cwd, path) || path;
  }
}

function ifMissing(thrown: unknown): undefined {
  if (!(thrown instanceof AgentError) || thrown.kind !== "not_found") throw thrown;
}

interface Decisions {
  readonly undone: ReadonlySet<string>;
  readonly kept: ReadonlySet<string>;
  readonly moved: readonly EventOf<"moved">[];
}

/** Where the user has decided since the agent was told last. Decisions are about the whole conversation, so its main agent hears of them. */
function decisionsSince(agentId: string, events: readonly AgentEvent[]): Decisions {
  if (agentId !== MAIN) return { undone: new Set(), kept: new Set(), moved: [] };
  const { reviews, moved } = untoldIn(events);
  const undone = new Set<string>();
  const kept = new Set<string>();
  for (const { verdict, path } of reviews.toReversed()) (verdict === "undone" ? undone : kept).add(path);
  for (const path of undone) kept.delete(path);
  return { undone, kept, moved: [...moved] };
}

interface Untold {
  reviews: EventOf<"reviewed" | "hunks.reviewed">[];
  moved: EventOf<"moved">[];
}
const untoldIn = followed<Untold>(
  () => ({ reviews: [], moved: [] }),
  (untold, event) => {
    if (event.agentId === MAIN && isTelling(event)) {
      untold.reviews = [];
      untold.moved = [];
    } else if (event.type === "moved" && event.by !== "agent") untold.moved.push(event);
    else if (event.type === "reviewed" || event.type === "hunks.reviewed") untold.reviews.push(event);
  },
);

/** Older logs have these words instead of the list. */
const isTelling = (event: AgentEvent): boolean =>
  event.type === "reminder" && (event.told !== undefined || event.text.startsWith("The user undid "));

/** True when the newest of what the agent has not answered was said by a person. */
function isAnsweringPerson(agentId: string, events: readonly AgentEvent[]): boolean {
  const last = events.findLast(
    ({ agentId: owner, type }) =>
      owner === agentId && (type === "user" || type === "assistant" || type === "tool.finished"),
  );
  return last?.type === "user";
}
