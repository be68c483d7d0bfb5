import { epochOf, pinsOf } from "../core/epoch.ts";
import { type AgentEvent, MAIN } from "../core/event.ts";
import { type Block, isText, isToolResult, isToolUse, type Message } from "../core/message.ts";
import type { ModelRequest } from "../core/model.ts";
import { PART_GROUPS, type PartGroup } from "../core/part-groups.ts";
import { titleOf } from "../core/row-text.ts";
import { Estimator } from "./estimate.ts";
import { blockTokens, familyOf, textTokens, toolTokens } from "./token-sizes.ts";

/** One part of the window. */
export interface ContextPart {
  /** The same for as long as the part is there. */
  readonly id: string;
  readonly group: PartGroup;
  /** A path, the title of a call, the first words of a message, or the name of a tool; else what the group is about. */
  readonly label: string;
  readonly tokens: number;
  /** What the next request is smaller by when the part is dropped; 0 when it cannot be. */
  readonly dropTokens: number;
  readonly canDrop: boolean;
  readonly canPin: boolean;
  readonly isPinned: boolean;
  /** Calls whose results it holds, oldest first: dropping and pinning is about these. */
  readonly callIds: readonly string[];
  /** Of a message of the person: its event, which pinning is about. */
  readonly seq?: number;
}
export interface ContextParts {
  /** Of the next request without its reply; the parts add up to it exactly. */
  readonly tokens: number;
  /** Of these, what the provider counted itself; the rest is estimated. */
  readonly countedTokens: number;
  /** By group, in the order of the window. */
  readonly parts: readonly ContextPart[];
}

/** Calls and messages that are treated specially, by call id or by `seq`. */
interface Marks {
  readonly pinned: ReadonlySet<string | number>;
  /** Results that are a note by now. */
  readonly cleared: ReadonlyMap<string, unknown>;
}

/**
 * What fills the window, part by part: the next request of an agent taken apart with what the log knows of its blocks.
 * The whole is what the provider counted last and an estimate of what came since; shares in it are estimates.
 */
export function contextParts(
  log: readonly AgentEvent[],
  request: ModelRequest,
  { agentId = MAIN, estimator = Estimator.of(log) }: { agentId?: string; estimator?: Estimator } = {},
): ContextParts {
  const { tokens, countedTokens } = estimator.next(agentId, request);
  const own = log.filter((event) => event.agentId === agentId);
  const drafts = new Drafts(own, request.model);
  drafts.addPrefix(request);
  const newest = request.messages.findLastIndex(({ role }) => role === "assistant");
  for (const [i, message] of request.messages.entries()) drafts.addMessage(message, i > newest);
  const parts = drafts.all();
  const marks = { pinned: pinsOf(own), cleared: epochOf(own).cleared };
  const shares = shared(parts, tokens, countedTokens);
  const built = parts.map((draft, i) => finished(draft, shares[i] ?? 0, marks));
  const place = ({ group }: ContextPart): number => PART_GROUPS.indexOf(group);
  return { tokens, countedTokens, parts: built.toSorted((a, b) => place(a) - place(b)) };
}

interface Draft {
  readonly id: string;
  readonly group: PartGroup;
  readonly label: string;
  /** Expected tokens that the provider has counted, and that it has not. */
  old: number;
  fresh: number;
  /** Of these, results. */
  results: number;
  readonly callIds: string[];
  readonly seq: number | undefined;
}

function finished(draft: Draft, tokens: number, { pinned, cleared }: Marks): ContextPart {
  const { id, group, label, callIds, seq } = draft;
  const expected = draft.old + draft.fresh;
  const live = callIds.filter((callId) => !cleared.has(callId));
  const isPinned = callIds.some((callId) => pinned.has(callId)) || (seq !== undefined && pinned.has(seq));
  const canDrop = live.length > 0 && !isPinned && draft.old > 0;
  return {
    ...{ id, group, label, tokens, canDrop, isPinned, callIds },
    dropTokens: canDrop && expected > 0 ? Math.floor((tokens * draft.results) / expected) : 0,
    canPin: live.length > 0 || seq !== undefined,
    ...(seq !== undefined && { seq }),
  };
}

/** Whole tokens for each part that add up to the whole: what was counted is shared among the old, the rest among the new. */
function shared(parts: readonly Draft[], tokens: number, countedTokens: number): number[] {
  const old = parts.reduce((sum, part) => sum + part.old, 0);
  const fresh = parts.reduce((sum, part) => sum + part.fresh, 0);
  // With nothing to share it among, one part of the window has to answer for the other.
  const forOld = old === 0 ? 0 : fresh === 0 ? tokens : isAnchored(countedTokens) ? countedTokens : undefined;
  const oldShare = forOld ?? (tokens * old) / (old + fresh || 1);
  const exact = parts.map(
    (part) =>
      (old > 0 ? (part.old * oldShare) / old : 0) +
      (fresh > 0 ? (part.fresh * (tokens - oldShare)) / fresh : 0),
  );
  return wholeNumbers(exact, tokens);
}
const isAnchored = (countedTokens: number): boolean => countedTokens > 0;

/** Rounds down, and gives what is missing to those that lost most by it. */
function wholeNumbers(exact: readonly number[], total: number): number[] {
  const floors = exact.map(Math.floor);
  const missing = total - floors.reduce((sum, value) => sum + value, 0);
  const byLoss = exact
    .map((value, i) => ({ i, loss: value - Math.floor(value) }))
    .toSorted((a, b) => b.loss - a.loss);
  for (let given = 0; given < missing && byLoss.length > 0; given += 1) {
    const at = byLoss[given % byLoss.length]?.i ?? 0;
    floors[at] = (floors[at] ?? 0) + 1;
  }
  return floors;
}

/** `<instructions path="…">…</instructions>` and the like: parts of a text that came from files. */
const FRAMES = /<(instructions|memory)\b(?:[^>\n]*?\bpath="([^"\n]*)")?[^>\n]*>\n[\s\S]*?\n<\/\1>/g;

class Drafts {
  readonly #model: string;
  readonly #drafts = new Map<string, Draft>();
  readonly #calls = new Map<string, { title: string; path: string | undefined }>();
  readonly #said: { seq: number; content: readonly Block[] }[] = [];

  constructor(own: readonly AgentEvent[], model: string) {
    this.#model = model;
    for (const event of own) this.#note(event);
  }

  all(): Draft[] {
    return [...this.#drafts.values()];
  }

  #note(event: AgentEvent): void {
    if (event.type === "user" && event.origin !== "task")
      this.#said.push({ seq: event.seq, content: event.content });
    else if (event.type === "tool.started") {
      const { callId, title, name, accesses } = event;
      const isFile = FILE_TOOLS.has(name);
      const path = isFile
        ? accesses.find(({ kind }) => kind === "read" || kind === "write")?.target
        : undefined;
      this.#calls.set(callId, { title, path });
    } else if (event.type === "tool.finished" && event.seen?.length === 1) {
      const call = this.#calls.get(event.callId);
      if (call) this.#calls.set(event.callId, { ...call, path: event.seen[0]?.path });
    }
  }

  addPrefix({ tools, system }: ModelRequest): void {
    const family = familyOf(this.#model);
    for (const tool of tools.filter((one) => !one.defer_loading))
      this.#add(
        { id: `tool:${tool.name}`, group: "tools", label: tool.name },
        toolTokens(tool, family),
        false,
      );
    for (const part of system)
      this.#addText(part, { id: "system", group: "system", label: "System prompt" }, false);
  }

  addMessage({ role, content }: Message, isFresh: boolean): void {
    for (const block of content) this.#addBlock(role, block, isFresh);
  }

  #addBlock(role: Message["role"], block: Block, isFresh: boolean): void {
    const tokens = blockTokens(block, familyOf(this.#model));
    if (isToolUse(block)) {
      this.#addCall(block.id, block.name, tokens, { isFresh, isResult: false });
    } else if (isToolResult(block)) {
      this.#addCall(block.tool_use_id, "", tokens, { isFresh, isResult: true });
    } else if (role === "assistant") {
      const isThought = block.type === "thinking" || block.type === "redacted_thinking";
      const kind = isThought ? "thoughts" : "replies";
      const label = isThought ? "Thinking" : "Replies";
      this.#add({ id: kind, group: "conversation", label }, tokens, isFresh);
    } else this.#addSaid(block, tokens, isFresh);
  }

  #addSaid(block: Block, tokens: number, isFresh: boolean): void {
    const own = this.#said.find(({ content }) => content.includes(block));
    if (own) {
      const label = titleOf(own.content) || "Message";
      this.#add({ id: `message:${own.seq}`, group: "conversation", label, seq: own.seq }, tokens, isFresh);
      return;
    }
    const value = isText(block) ? block.text : "";
    if (value.startsWith(SUMMARY)) {
      this.#add({ id: "summary", group: "conversation", label: "Summary" }, tokens, isFresh);
    } else if (isText(block)) {
      this.#addText(value, { id: "notes", group: "conversation", label: "Notes of Plumb" }, isFresh);
    } else this.#add({ id: "other", group: "conversation", label: "Attachments" }, tokens, isFresh);
  }

  /** What stands in frames belongs to the files it came from, the rest to `rest`. */
  #addText(value: string, rest: Named, isFresh: boolean): void {
    const family = familyOf(this.#model);
    let left = textTokens(value, family);
    for (const [frame, kind, path = ""] of value.matchAll(FRAMES)) {
      const tokens = Math.min(left, textTokens(frame, family));
      left -= tokens;
      const group = kind === "memory" ? "memory" : "instructions";
      this.#add({ id: `${group}:${path}`, group, label: path || group }, tokens, isFresh);
    }
    this.#add(rest, left, isFresh);
  }

  #addCall(
    callId: string,
    name: string,
    tokens: number,
    { isFresh, isResult }: { isFresh: boolean; isResult: boolean },
  ): void {
    const call = this.#calls.get(callId);
    const draft =
      call?.path === undefined
        ? this.#add({ id: `call:${callId}`, group: "results", label: call?.title ?? name }, tokens, isFresh)
        : this.#add({ id: `file:${call.path}`, group: "files", label: call.path }, tokens, isFresh);
    if (!isResult) return;
    draft.results += tokens;
    draft.callIds.push(callId);
  }

  #add({ id, group, label, seq }: Named, tokens: number, isFresh: boolean): Draft {
    let draft = this.#drafts.get(id);
    if (!draft) {
      draft = { id, group, label, seq, old: 0, fresh: 0, results: 0, callIds: [] };
      this.#drafts.set(id, draft);
    }
    draft[isFresh ? "fresh" : "old"] += tokens;
    return draft;
  }
}
type Named = Pick<Draft, "id" | "group" | "label"> & { readonly seq?: number };

/** What these bring or say is the text of one file. */
const FILE_TOOLS = new Set(["Read", "Edit", "Write", "NotebookEdit"]);
const SUMMARY = "Summary of the conversation so far:";
