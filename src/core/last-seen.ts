import type { AgentEvent } from "./event.ts";
import { followed } from "./followed.ts";
import { afterChanges, coversRange, joinRanges, type LineRange } from "./line-ranges.ts";
import { moveOf } from "./move-of.ts";
import type { Seen, Told } from "./seen.ts";

/** What an agent knows of a file: what it has read, and what it was told since without having been shown it. */
export interface Knowledge {
  readonly seen: Seen;
  /** "" for a file that is gone. */
  readonly told: string | undefined;
}

/** One text of a file of which an agent still has lines before it. */
export interface HeldText {
  readonly hash: string;
  /** One-based and joined; never empty. Cells where the file is a notebook. */
  readonly lines: readonly LineRange[];
  /** True when it was not read like this, but is what was read with what was changed since. */
  readonly isPatched: boolean;
}

/** What an agent has before it of one file. */
export interface HeldFile {
  /** The newest first; of one that is no longer what the file holds, an agent has a stale copy. */
  readonly texts: readonly HeldText[];
  /** How often in a row it was only told, most recently, that it has the text already. */
  readonly repeats: number;
}

interface Sighting {
  readonly seq: number;
  /** The call whose result showed it; undefined for a word of ours. */
  readonly callId: string | undefined;
  readonly seen: Seen;
}
/** What one agent was shown of one file since its window began, in order. */
interface Sightings {
  readonly all: readonly Sighting[];
  readonly told: string | undefined;
  /** What was worked out last, from so many of them, when so many results were cleared. */
  known?: { readonly held: HeldFile; readonly upTo: number; readonly cleared: number };
}
/** By path, the file that was seen last at the end. */
type AgentFiles = Map<string, Sightings>;
interface Windows {
  readonly files: Map<string, AgentFiles>;
  /** Calls whose results are a note by now. */
  readonly cleared: Set<string>;
}

/** Older texts of a file are of no use for telling what changed. */
const MOST_TEXTS = 4;
const NOTHING: HeldFile = { texts: [], repeats: 0 };

const windowsIn = followed<Windows>(() => ({ files: new Map(), cleared: new Set() }), take);

/**
 * The newest that an agent was shown of a file. What was compacted away has not been seen: the model no longer has the text.
 * What was cleared has been seen, but only in part: it may be edited where a text still matches, and not written anew.
 */
export function lastSeen(path: string, agentId: string, log: readonly AgentEvent[]): Seen | undefined {
  const windows = windowsIn(log);
  const known = windows.files.get(agentId)?.get(path);
  const last = known?.all.at(-1);
  if (!known || !last) return undefined;
  const { seen } = last;
  return { ...seen, path, isPartial: seen.isPartial || hasLost(known, last, windows) };
}

/** True where the lines that a record counts on are no longer before the agent. Old records do not say which these are. */
function hasLost(known: Sightings, { seen, callId }: Sighting, windows: Windows): boolean {
  const { hash, lineCount } = seen;
  if (lineCount === undefined) return callId !== undefined && windows.cleared.has(callId);
  if (lineCount === 0) return false;
  const text = held(known, windows.cleared).texts.find((one) => one.hash === hash);
  return text === undefined || !coversRange(text.lines, [1, lineCount]);
}

/**
 * What an agent still has of a file before it: read in this window and not cleared since, its own edits and what it was told
 * of others' included. The one place that answers this: nothing may be called unchanged, or told as a change of something,
 * that is not in here.
 */
export function heldFile(path: string, agentId: string, log: readonly AgentEvent[]): HeldFile {
  const windows = windowsIn(log);
  const known = windows.files.get(agentId)?.get(path);
  return known ? held(known, windows.cleared) : NOTHING;
}

function held(known: Sightings, cleared: ReadonlySet<string>): HeldFile {
  const before = known.known?.cleared === cleared.size ? known.known : undefined;
  let { texts, repeats } = before?.held ?? NOTHING;
  for (const { seen, callId } of known.all.slice(before?.upTo ?? 0)) {
    if (callId !== undefined && cleared.has(callId)) continue;
    repeats = seen.lines?.length === 0 && seen.from === undefined ? repeats + 1 : 0;
    texts = withShown(texts, seen);
  }
  const held = { texts, repeats };
  known.known = { held, upTo: known.all.length, cleared: cleared.size };
  return held;
}

function withShown(texts: readonly HeldText[], { hash, lines = [], from }: Seen): readonly HeldText[] {
  const before = from && texts.find((text) => text.hash === from.hash);
  const same = texts.find((text) => text.hash === hash);
  const now = joinRanges([
    ...(same?.lines ?? []),
    ...(before && from ? afterChanges(before.lines, from.changes) : []),
    ...lines,
  ]);
  if (now.length === 0) return texts;
  const isPatched = before !== undefined || same?.isPatched === true;
  return [{ hash, lines: now, isPatched }, ...texts.filter((text) => text.hash !== hash)].slice(
    0,
    MOST_TEXTS,
  );
}

/** All files an agent has seen, the newest last, with what it knows of them. */
export function knownFiles(agentId: string, log: readonly AgentEvent[]): ReadonlyMap<string, Knowledge> {
  const known = new Map<string, Knowledge>();
  for (const [path, { all, told }] of windowsIn(log).files.get(agentId) ?? []) {
    const last = all.at(-1);
    if (last) known.set(path, { seen: { ...last.seen, path }, told });
  }
  return known;
}

function take(windows: Windows, event: AgentEvent): void {
  const move = moveOf(event);
  if (move) for (const files of windows.files.values()) follow(move, files);
  if (event.type === "cleared") for (const callId of event.callIds) windows.cleared.add(callId);
  if (event.type === "agent.started" && event.fork) inherit(event.fork, filesOf(event, windows), windows);
  if (event.type === "compacted") forget(event.keepFromSeq, filesOf(event, windows));
  for (const sighting of sightingsIn(event)) learn(sighting, filesOf(event, windows));
  if (event.type === "reminder") for (const told of event.told ?? []) beTold(told, filesOf(event, windows));
}

/** A change that was shown whole has been seen, like a file that was read. */
function sightingsIn(event: AgentEvent): readonly Sighting[] {
  if (event.type !== "tool.finished" && event.type !== "reminder") return [];
  const callId = event.type === "reminder" ? undefined : event.callId;
  return (event.seen ?? []).map((seen) => ({ seq: event.seq, callId, seen }));
}

/** A fork has before it what it was forked from had. */
function inherit({ from, seq }: { from: string; seq: number }, files: AgentFiles, windows: Windows): void {
  for (const [path, { all, told }] of windows.files.get(from) ?? []) {
    const before = all.filter((one) => one.seq <= seq);
    if (before.length > 0) files.set(path, { all: before, told });
  }
}

function filesOf({ agentId }: AgentEvent, { files }: Windows): AgentFiles {
  const known = files.get(agentId);
  if (known) return known;
  const made: AgentFiles = new Map();
  files.set(agentId, made);
  return made;
}

function beTold({ path, hash }: Told, files: AgentFiles): void {
  const before = files.get(path);
  if (before) files.set(path, { ...before, told: hash });
}

function follow({ from, to }: { from: string; to: string }, files: AgentFiles): void {
  const moved = files.get(from);
  if (!moved) return;
  files.delete(from);
  files.delete(to);
  files.set(to, moved);
}

function learn(sighting: Sighting, files: AgentFiles): void {
  const { path } = sighting.seen;
  const before = files.get(path);
  files.delete(path);
  const known = before?.known;
  files.set(path, { all: [...(before?.all ?? []), sighting], told: undefined, ...(known && { known }) });
}

function forget(keepFromSeq: number, files: AgentFiles): void {
  for (const [path, { all, told }] of files) {
    const kept = all.filter(({ seq }) => seq >= keepFromSeq);
    if (kept.length === 0) files.delete(path);
    else files.set(path, { all: kept, told });
  }
}
