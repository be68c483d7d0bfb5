import * as z from "zod";
import { Access, Verdict } from "./access.ts";
import { Detail, Question } from "./detail.ts";
import { LineChange, LineRange } from "./line-ranges.ts";
import { Block, Usage } from "./message.ts";
import { Source } from "./untrusted.ts";

/** In the order in which they are offered. */
export const MODES = ["ask", "acceptEdits", "plan", "auto", "dontAsk", "bypass"] as const;
export const Mode = z.enum(MODES);
export type Mode = z.infer<typeof Mode>;
/** What one key goes through. Nobody gets to the others by pressing it once too often. */
const CYCLE: readonly Mode[] = ["ask", "acceptEdits", "plan", "auto"];
export const nextMode = (mode: Mode): Mode => CYCLE[(CYCLE.indexOf(mode) + 1) % CYCLE.length] ?? "ask";

export const ToolSpec = z.object({
  name: z.string(),
  description: z.string(),
  input_schema: z.record(z.string(), z.unknown()),
  /** No part of the prompt before a result refers to it by a `tool_reference`. */
  defer_loading: z.boolean().optional(),
});
export type ToolSpec = z.infer<typeof ToolSpec>;

/** What an agent has read, so that an edit of something it never saw, or that changed since, can be refused. */
export const Seen = z.object({
  path: z.string(),
  hash: z.string(),
  isPartial: z.boolean(),
  /** The lines of that text which the record itself shows, or the cells of a notebook. Left out: not known. */
  lines: z.array(LineRange).optional(),
  /** How many lines, or cells, there are. */
  lineCount: z.number().optional(),
  /** The text it says a change of, by hash, with all that was changed in it. */
  from: z
    .object({
      hash: z.string(),
      changes: z.array(LineChange),
    })
    .optional(),
});
export type Seen = z.infer<typeof Seen>;

/** The hunk that a message is about. `removed` and `added` are (the beginning of) its lines, so that it is found again. */
export const HunkMark = z.object({
  /** Messages about one hunk, and their answers, are one thread. */
  thread: z.string(),
  path: z.string(),
  /** One-based, at the time. */
  line: z.number(),
  removed: z.string(),
  added: z.string(),
});
export type HunkMark = z.infer<typeof HunkMark>;

/**
 * An instruction file as an agent got it. `scope` and `because` are words of the program that wrote them: where it comes from
 * (`managed`, `user`, `project`, `local`, `imported`), and why it counts, for people.
 */
export const InstructionCopy = z.object({
  path: z.string(),
  scope: z.string(),
  /** SHA-256 (hex) of the text the model got; "" for a file that no longer counts. */
  hash: z.string(),
  tokens: z.number(),
  because: z.string(),
});
export type InstructionCopy = z.infer<typeof InstructionCopy>;

/** What an agent was told a file holds ("" for no file) without having been shown all of it. */
export const Told = z.object({ path: z.string(), hash: z.string() });
export type Told = z.infer<typeof Told>;

/** An error that a call brought into a file: its words and those of its line, because lines move. */
export const NewProblem = z.object({
  path: z.string(),
  message: z.string(),
  source: z.string(),
  lineText: z.string(),
});
export type NewProblem = z.infer<typeof NewProblem>;

/** What a file is besides its text, where that is not what a new file gets: for putting back one that is gone. */
export const FileForm = z.object({
  /** Permission bits; left out where there are none. */
  mode: z.number().optional(),
  hasBom: z.boolean().optional(),
  /** Left out for UTF-8. */
  encoding: z.enum(["utf-16le", "utf-16be"]).optional(),
});
export type FileForm = z.infer<typeof FileForm>;

/** A folder that was moved, with the folders in it that held nothing, by their paths in it ("" is the folder itself). */
export const FolderMove = z.object({ from: z.string(), to: z.string(), empty: z.array(z.string()) });
export type FolderMove = z.infer<typeof FolderMove>;

/** How a file stands in review. Texts are blobs, "" for no file; `baseline` is what is pending is compared with. */
export const ReviewState = z.object({
  pending: z.array(z.string()),
  /** Edits that count as kept, of those that the decision is about. */
  kept: z.array(z.string()),
  baseline: z.string(),
  text: z.string(),
  isPartlyKept: z.boolean(),
  form: FileForm.optional(),
});
export type ReviewState = z.infer<typeof ReviewState>;

export const QueueItem = z.object({ id: z.string(), content: z.array(Block) });
export type QueueItem = z.infer<typeof QueueItem>;

const type = <const T extends string>(value: T) => z.literal(value);
/** What was said, and under which frozen prefix. */
const talk = () =>
  [
    z.object({
      type: type("session"),
      version: z.string(),
      cwd: z.string(),
      roots: z.array(z.string()),
      /** Drawn for this conversation: what results bring stands between marks with it. */
      boundary: z.string().optional(),
      /** It begins with that session's events before `seq`; `rewind` names the rewind that made it. */
      forkedFrom: z
        .object({ sessionId: z.string(), seq: z.number(), rewind: z.string().optional() })
        .optional(),
    }),
    /** Begins an epoch of its agent: model, system and tools as they are sent, byte for byte, until the next one. */
    z.object({
      type: type("prefix"),
      model: z.string(),
      system: z.array(z.string()),
      tools: z.array(ToolSpec),
      effort: z.string().optional(),
    }),
    z.object({
      type: type("user"),
      content: z.array(Block),
      /** Who speaks: a person, or a finished background task (data, not authority). */
      origin: z.enum(["user", "task"]).optional(),
      about: HunkMark.optional(),
    }),
    /** Everything that waits to be sent after this turn; replaces what waited before. */
    z.object({ type: type("queue"), items: z.array(QueueItem) }),
    /** `sawSeq` is the newest event the model had seen: what the user typed meanwhile is still unanswered. */
    z.object({
      type: type("assistant"),
      content: z.array(Block),
      usage: Usage,
      model: z.string(),
      stopReason: z.string(),
      sawSeq: z.number(),
      durationMs: z.number().optional(),
      /** The provider's name for it. */
      messageId: z.string().optional(),
    }),
    /** What a reply had said when it was stopped or cut. It is not part of the conversation, only quoted in it. */
    z.object({
      type: type("partial"),
      text: z.string(),
      thinking: z.string(),
      reason: z.enum(["cancelled", "failed"]),
    }),
  ] as const;

/** What became of tool calls and of the questions they raised. */
const calls = () =>
  [
    z.object({
      type: type("permission.asked"),
      callId: z.string(),
      name: z.string(),
      title: z.string(),
      access: Access,
      because: z.string(),
      detail: Detail,
      hash: z.string(),
      /** Rules that "for this session / workspace" would add, in the rule grammar; empty when only once is possible. */
      suggestions: z.array(z.string()),
      /** Further sets of rules that would do instead, each wider than the one before. */
      wider: z.array(z.array(z.string())).optional(),
      /** What the person made of the call's input: the question is answered already. */
      input: z.unknown().optional(),
    }),
    z.object({
      type: type("permission.decided"),
      callId: z.string(),
      verdict: Verdict,
      by: z.enum(["user", "rule", "nobody"]),
      because: z.string(),
      hash: z.string(),
      scope: z.enum(["once", "session", "workspace"]).optional(),
      feedback: z.string().optional(),
      /** The text the user accepted in place of the proposed one: a blob. */
      amended: z.string().optional(),
      /** Put off, because the person was away: the number of the question in their queue. */
      later: z.number().optional(),
      /** Allowed because the person had allowed that call, which was put off. */
      grant: z.string().optional(),
    }),
    /** What the person decided about a call that was put off. */
    z.object({
      type: type("later.decided"),
      callId: z.string(),
      hash: z.string(),
      verdict: z.enum(["allow", "deny"]),
      feedback: z.string().optional(),
    }),
    z.object({
      type: type("rules"),
      scope: z.enum(["session", "workspace"]),
      allow: z.array(z.string()),
      /** Of this session: what the user took back. */
      removed: z.array(z.string()).optional(),
    }),
    /** Written before the tool runs: a call with this and without `tool.finished` was interrupted and never runs again. */
    z.object({
      type: type("tool.started"),
      callId: z.string(),
      name: z.string(),
      title: z.string(),
      accesses: z.array(Access),
      detail: Detail.optional(),
    }),
    z.object({
      type: type("tool.finished"),
      callId: z.string(),
      isError: z.boolean(),
      content: z.array(Block),
      /** The call whose result was the same, to the letter: the model is told so as long as it has that before it. */
      sameAs: z.string().optional(),
      /** Where the text comes from; left out where it is our own. */
      source: Source.optional(),
      detail: Detail.optional(),
      seen: z.array(Seen).optional(),
      problems: z.array(NewProblem).optional(),
      /** What kind of error it is, where it is one of ours. */
      errorKind: z.string().optional(),
      /** `denied` and `interrupted` calls did not run (to the end); everything else did. */
      outcome: z.enum(["done", "failed", "denied", "interrupted"]),
    }),
  ] as const;

/** Changed files, and what was decided about them. */
const edits = () =>
  [
    /**
     * One change of one file. Hashes name blobs; "" stands for a file that is not there. What an agent does is written
     * before the file is; what a command or a formatter did (`by`), once it was found.
     */
    z.object({
      type: type("edit"),
      editId: z.string(),
      callId: z.string(),
      path: z.string(),
      before: z.string(),
      after: z.string(),
      added: z.number(),
      removed: z.number(),
      by: z.enum(["agent", "shell", "formatter"]).optional(),
      /** Of a file that is gone. */
      form: FileForm.optional(),
      /** Where the file was until then: the edit gave it its path, and left its text alone. */
      from: z.string().optional(),
      /** With `from`: the folder that was there before; what lies between it and the file was made on the way. */
      below: z.string().optional(),
      /** Of the first file of a folder that moved, this folder. */
      folder: FolderMove.optional(),
    }),
    z.object({ type: type("edit.failed"), editId: z.string() }),
    /** A decision about edits. `after` is what an undone file holds now ("" when removed). */
    z.object({
      type: type("reviewed"),
      path: z.string(),
      editIds: z.array(z.string()),
      verdict: z.enum(["kept", "undone"]),
      after: z.string().optional(),
    }),
    /**
     * A decision about parts of what is pending in a file. `baseline` is what is left to decide is compared with, `after`
     * what the file holds: blobs, "" for no file. When both are the same, a `reviewed` follows that settles the edits.
     */
    z.object({
      type: type("hunks.reviewed"),
      path: z.string(),
      verdict: z.enum(["kept", "undone"]),
      count: z.number(),
      baseline: z.string(),
      after: z.string(),
    }),
    /**
     * What it takes to take a decision back: how a file stood before it and after it. Files that were decided about at
     * once share a `decision` and are taken back at once. Of a rewind it is written before the file is.
     */
    z.object({
      type: type("decided"),
      decision: z.string(),
      what: z.enum(["kept", "undone", "rewound"]),
      /** Where it was before the decision. */
      path: z.string(),
      /** Where it is since, if the decision was about its path too. */
      movedTo: z.string().optional(),
      /** Where it really was, if it had to make room for another file first, and `path` is where it waited. */
      cameFrom: z.string().optional(),
      before: ReviewState,
      after: ReviewState,
    }),
    /** A decision was taken back in this file, which now stands like this. `was`: what the file held just before. */
    z.object({
      type: type("reverted"),
      decision: z.string(),
      path: z.string(),
      was: z.string(),
      now: ReviewState,
    }),
    /** The person went back to before the message `toSeq` (0: everything). `session`: where the conversation goes on. */
    z.object({
      type: type("rewound"),
      rewind: z.string(),
      toSeq: z.number(),
      text: z.string(),
      files: z.number(),
      session: z.string().optional(),
    }),
    z.object({ type: type("rewound.back"), rewind: z.string() }),
    /**
     * A file got another path: what is pending in it, and what is known of it, is about the new one. `by`: a decision, or
     * an agent whose own move did not happen; left out where it was a person.
     */
    z.object({
      type: type("moved"),
      from: z.string(),
      to: z.string(),
      by: z.enum(["agent", "review"]).optional(),
    }),
  ] as const;

/** Choices of the user, and the course of a turn. */
const bookkeeping = () =>
  [
    z.object({ type: type("mode"), mode: Mode }),
    z.object({ type: type("title"), title: z.string() }),
    z.object({
      type: type("agent.started"),
      name: z.string(),
      description: z.string(),
      parentCallId: z.string(),
      /** It has before it what `from` had, up to the reply `seq` that started it. */
      fork: z.object({ from: z.string(), seq: z.number() }).optional(),
    }),
    /**
     * Begins an epoch: what came before `keepFromSeq` is no longer sent, but for what this event holds. Another one with the
     * same `keepFromSeq` and the strategy `edited` puts other words in the place of the summary.
     */
    z.object({
      type: type("compacted"),
      summary: z.string(),
      keepFromSeq: z.number(),
      strategy: z.string(),
      /** What stays word for word though it came earlier: the first message, what is pinned, plan, todo list, mode, … */
      kept: z.array(Block).optional(),
      /** The provider's own signed summary: replayed first and as it is; thoughts of what is kept stay valid behind it. */
      signed: Block.optional(),
      /** Estimates of what a request is made of, in tokens. */
      tokensBefore: z.number().optional(),
      tokensAfter: z.number().optional(),
      /** Of the request that wrote the summary. */
      usage: Usage.optional(),
      /** What somebody wanted to be kept, in their words. */
      focus: z.string().optional(),
    }),
    /** Begins an epoch: from now on a note stands in place of what these calls brought. By hand, its strategy is `user`. */
    z.object({
      type: type("cleared"),
      callIds: z.array(z.string()),
      strategy: z.string(),
      /** As in `compacted`. */
      tokensBefore: z.number().optional(),
      tokensAfter: z.number().optional(),
    }),
    /** A message (by its `seq`) or a result (by its call) that is never cleared and never summarised, or no longer so. */
    z.object({ type: type("pinned"), target: z.union([z.number(), z.string()]), isPinned: z.boolean() }),
    /** A word of ours to the model beside the newest user turn: a mode change, an edit the user undid, … */
    z.object({
      type: type("reminder"),
      text: z.string(),
      /** Files whose whole change since the agent saw them is in the text. */
      seen: z.array(Seen).optional(),
      told: z.array(Told).optional(),
      /** The habit of ours that says it, and what about: so that it is said once. */
      habit: z.object({ id: z.string(), about: z.array(z.string()) }).optional(),
      /** The agent goes on because of it, though nobody has said anything. */
      wantsReply: z.boolean().optional(),
    }),
    /**
     * Instruction files the agent got: with its prefix (`start`), or with the `reminder` before it. `cause` is `start`,
     * `changed`, `touched`, `compacted`, `again`, or one of a newer Plumb; `left` is what was found and does not count, and why.
     */
    z.object({
      type: type("instructions"),
      cause: z.string(),
      files: z.array(InstructionCopy),
      left: z.array(z.object({ path: z.string(), because: z.string() })).optional(),
    }),
    /** A small model judged a command that the rules of Auto leave open; `reason` is its own. Where it had no answer there is none. */
    z.object({
      type: type("classified"),
      command: z.string(),
      cwd: z.string(),
      isHarmless: z.boolean(),
      reason: z.string(),
      model: z.string(),
      usage: Usage,
    }),
    z.object({ type: type("notice"), kind: z.string(), text: z.string() }),
    /**
     * A request found less in the provider's cache than the one before it had left there. `cause` is a `CacheBreakCause`,
     * or one of a newer Plumb; `place` is where it differs (`tools.Bash`, `system.1`, `messages.12.content.0`, a setting).
     */
    z.object({
      type: type("cache.broken"),
      cause: z.string(),
      place: z.string(),
      /** Tokens that had to be processed anew, as the provider counted them. */
      lostTokens: z.number(),
      /** Somebody wanted what caused it: a compaction, another model. */
      isIntended: z.boolean().optional(),
    }),
    z.object({
      type: type("finished"),
      outcome: z.enum(["done", "cancelled", "failed", "step_limit"]),
      error: z.object({ kind: z.string(), message: z.string(), hint: z.string() }).optional(),
    }),
    /** A record of a newer Plumb, or one that does not parse: kept on disk, ignored here. */
    z.object({ type: type("unknown"), was: z.string() }),
  ] as const;

const questions = () =>
  [
    z.object({
      type: type("question.asked"),
      callId: z.string(),
      questions: z.array(Question),
      /** What it is about, where it is ours and no call of the model's asks; `tool.finished` of the same id ends it. */
      title: z.string().optional(),
    }),
    z.object({ type: type("question.answered"), callId: z.string(), answers: z.array(z.string()) }),
  ] as const;

/** Money that is in no reply, and leave to spend it. */
const money = () =>
  [
    /** What a request cost whose reply is not in the log: it was stopped, or failed half-way. Estimated. */
    z.object({ type: type("spent"), model: z.string(), usage: Usage, because: z.string() }),
    /** The person lets it cost more than a limit of theirs: up to so many US dollars. `day` (2026-01-31) is the one they mean. */
    z.object({
      type: type("budget.raised"),
      scope: z.enum(["run", "session", "day"]),
      dollars: z.number(),
      day: z.string().optional(),
    }),
  ] as const;

/**
 * What happened, in order. Written once, never edited: disk, UI and model context are all read from it.
 * The schema is built when something is first checked against it: a program that only writes a log never needs it, and building it
 * would be a tenth of its start.
 */
export const EventBody = z.lazy(() =>
  z.discriminatedUnion("type", [
    ...talk(),
    ...calls(),
    ...questions(),
    ...edits(),
    ...money(),
    ...bookkeeping(),
  ]),
);
export type EventBody = z.infer<typeof EventBody>;

/** `at` is epoch milliseconds. `seq` increases within a session, without gaps unless a record was lost. */
export type AgentEvent = { readonly seq: number; readonly at: number; readonly agentId: string } & EventBody;
export const AgentEvent: z.ZodType<AgentEvent> = z.lazy(() =>
  z.intersection(z.object({ seq: z.number(), at: z.number(), agentId: z.string() }), EventBody),
);

/** Shown while it happens, then superseded by a durable event. Never written to disk. */
export const LiveEvent = z.lazy(() =>
  z.discriminatedUnion("type", [
    z.object({ type: type("text"), agentId: z.string(), delta: z.string() }),
    z.object({ type: type("thinking"), agentId: z.string(), delta: z.string() }),
    /** A call whose arguments still stream. `preview` is what can already be said about it (a path, a command). */
    z.object({
      type: type("call"),
      agentId: z.string(),
      callId: z.string(),
      name: z.string(),
      preview: z.string(),
      chars: z.number(),
      /** What arrived of its arguments since the last such event, as it was on the wire. */
      json: z.string().optional(),
    }),
    z.object({ type: type("progress"), agentId: z.string(), callId: z.string(), text: z.string() }),
    /** The request failed and will be sent again at `atMs` (epoch milliseconds). */
    z.object({
      type: type("retry"),
      agentId: z.string(),
      atMs: z.number(),
      attempt: z.number(),
      maxAttempts: z.number(),
      reason: z.string(),
      /** Of the error. */
      kind: z.string().optional(),
    }),
    /** The conversation so far is being summarised, so that the next request has room. */
    z.object({ type: type("room"), agentId: z.string() }),
    /** The attempt that streamed so far is void; what it showed is taken back. */
    z.object({ type: type("discarded"), agentId: z.string() }),
  ]),
);
export type LiveEvent = z.infer<typeof LiveEvent>;

export type EventOf<T extends EventBody["type"]> = Extract<AgentEvent, { type: T }>;
export type Outcome = EventOf<"finished">["outcome"];
export const MAIN = "main";

/** The call an agent works for: a sub-agent is named after its parent and that call. Undefined for the main agent. */
export const parentCallOf = (agentId: string): string | undefined =>
  agentId === MAIN ? undefined : agentId.slice(agentId.lastIndexOf("/") + 1);
