import type { BudgetLimits, PriceOf } from "../../core/cost.ts";
import type { Detail } from "../../core/detail.ts";
import type { AgentEvent, Outcome } from "../../core/event.ts";
import type { HunkMark } from "../../core/events/talk.ts";
import type { InstructionChoices } from "../../core/instruction-choices.ts";
import type { Block } from "../../core/message.ts";
import type { Mode } from "../../core/mode.ts";
import type { ModelInfo, ModelProvider } from "../../core/model.ts";
import type { RulesCheck } from "../../core/offered-rules.ts";
import type { Host, Spending, Storage } from "../../core/ports.ts";
import type { Whereabouts } from "../../core/presence.ts";
import type { Session } from "../../core/session.ts";
import type { TelemetryChoice } from "../../core/telemetry-choice.ts";
import type { Transcript } from "../../core/transcript.ts";
import type { ContextReport } from "../../protocol/context-report.ts";
import type { SlashCommand } from "../../protocol/slash.ts";
import type { SessionSummary } from "../../protocol/view.ts";
import type { FileReview, ReviewHunk } from "../../review/hunks.ts";
import type { Ledger } from "../../review/ledger.ts";
import type { RuleFile } from "../../safety/rule-files/places.ts";
import type { RuleDesk } from "./permissions/desk.ts";
import type { WrittenRule } from "./settings.ts";

/** One conversation as the window sees it: what the application layer offers, and nothing of how. */
export interface Chat {
  readonly session: Session;
  readonly transcript: Transcript;
  readonly ledger: Pick<Ledger, "edit" | "file" | "pendingFiles">;
  readonly isRunning: boolean;
  readonly mode: Mode;
  readonly readOnlyBecause: string | undefined;
  readonly permissions: ChatPermissions;
  /** Where a person looks at rules, tries them and changes them. */
  ruleDesk(): Promise<RuleDesk>;
  onRunning(listener: (isRunning: boolean) => void): () => void;
  prompt(content: Block[], when: "now" | "queue", about?: HunkMark): Promise<Outcome | "queued">;
  resume(): Promise<Outcome | "idle">;
  stop(): void;
  setQueue(ids: readonly string[], edited?: { id: string; text: string }): void;
  answerPermission(answer: PermissionCard): boolean;
  /** What there is to say against rules on a card. Undefined when it is no longer open. Never rejects. */
  checkRules(callId: string, hash: string, rules: readonly string[]): Promise<RulesCheck | undefined>;
  answerQuestions(callId: string, answers: readonly string[]): boolean;
  readonly proposals: {
    /** The change of a file that a card asks about. Undefined when it is settled, or about something else. */
    find(callId: string): Promise<OpenProposal | undefined>;
    /** What the card shows when the user has made `amended` of it. */
    detailOf(proposal: OpenProposal, amended: string): Promise<Detail>;
  };
  /** Decides about a question that was put off. False when it is no longer there. */
  decideLater(answer: LaterAnswer): boolean;
  setMode(mode: Mode): void;
  setModel(model: string, effort: string): void;
  /** `mixed`: what an undo does with lines that the user changed as well. */
  review(
    verdict: "keep" | "undo",
    editIds: readonly string[] | "all",
    mixed?: "take" | "leave",
  ): Promise<ReviewReport>;
  readonly checkpoints: ChatCheckpoints;
  readonly contextDesk: ChatContextDesk;
  readonly budget: ChatBudget;
  /** What there is to decide in a file, hunk by hunk. Undefined when nothing is, or the file is gone. */
  pendingFile(path: string): Promise<PendingFile | undefined>;
  /** Keeps or undoes hunks. Rejects with `stale` when the file is no longer as it was looked at. */
  reviewHunks(path: string, choice: HunkChoice): Promise<void>;
  /** A file has another path now: what is pending in it follows. */
  fileMoved(from: string, to: string): void;
  /** Somebody writes: what is cached of the conversation must not expire under them. Never rejects. */
  readonly warmUp: { typing(): Promise<void> };
  close(): Promise<void>;
}
/** What a person does about what the model sees. Rejects or throws with `locked` where the conversation can only be read. */
export interface ChatContextDesk {
  /** Makes room; while a turn runs, before its next request. Rejects also with what the provider said, or when it was stopped. */
  compact(
    keep?: string,
  ): Promise<{ readonly kind: "done" } | { readonly kind: "nothing"; readonly because: string }>;
  /** A message by its number, or a result by its call: never cleared, never summarised. False when it is so already. */
  pin(target: number | string, isPinned?: boolean): boolean;
  /** Takes results out of what is sent from now on. Returns how many. */
  drop(callIds: readonly string[]): number;
  /** Puts other words in the place of the newest summary. Throws `not_found` when there is none. */
  editSummary(words: string): void;
}
/** What a conversation costs and may cost, in US dollars. */
export interface ChatBudget {
  figures(): Promise<{
    readonly session: { readonly dollars: number };
    /** Of all conversations; undefined when nobody keeps it. */
    readonly today: number | undefined;
    readonly limits: readonly { readonly scope: "run" | "session" | "day"; readonly dollars: number }[];
  }>;
  /** The person lets it cost more than a limit of theirs. */
  raise(scope: "run" | "session" | "day", dollars: number): void;
}
/** The rules of a conversation, from the settings and from files. */
export interface ChatPermissions {
  /** Rules that could not be understood, in words. */
  readonly problems: readonly string[];
  /** Looks at the settings files again, `anew` whatever their dates say; true when they say something else. */
  refresh(anew?: boolean): Promise<boolean>;
  /** Other settings of the editor: they count from the next call on. */
  setGiven(rules: readonly WrittenRule[]): void;
  /** What files of the repository would loosen, and nobody has agreed to yet. */
  readonly waiting: readonly WaitingRules[];
  /** The user agrees to what they were shown. Rejects with `storage`. */
  approve(path: string, shown: readonly string[]): Promise<void>;
}
export interface WaitingRules {
  readonly file: RuleFile;
  readonly added: readonly string[];
  readonly removed: readonly string[];
}
/** Going back to a message, forking from it, and taking decisions back. */
export interface ChatCheckpoints {
  /** The messages a person has sent, oldest first. */
  list(): readonly Checkpoint[];
  /** What going back to before a message (-1: the beginning) would do. Changes nothing. Rejects with `not_found`. */
  preview(seq: number): Promise<RewindPreview>;
  /** Rejects with `locked` while a turn runs. Files that cannot be changed are reported. */
  rewind(choice: {
    readonly seq: number;
    readonly what: "conversation" | "files" | "both";
    readonly clashes: "leave" | "take";
  }): Promise<Rewound>;
  readonly lastRewind: { readonly rewind: string; readonly text: string } | undefined;
  undoRewind(rewind?: string): Promise<TakenBack | undefined>;
  /** Takes the last decision about edits back. Undefined when there is none. */
  takeBack(): Promise<TakenBack | undefined>;
  /** A new conversation that begins like this one, up to a message or with all of it. */
  fork(seq?: number): Promise<{ readonly sessionId: string; readonly content: readonly Block[] }>;
}
export interface Checkpoint {
  readonly seq: number;
  readonly title: string;
  /** Epoch milliseconds. */
  readonly at: number;
}
export interface RewindPreview {
  readonly title: string;
  readonly files: readonly RewindFile[];
  /** Messages that go with the conversation. */
  readonly messages: number;
}
export interface RewindFile {
  readonly path: string;
  /** Where it goes besides. */
  readonly moveTo?: string;
  /** What it holds now and will hold: blobs, "" for no file. */
  readonly from: string;
  readonly to: string;
  readonly added: number;
  readonly removed: number;
  /** Places where the user changed the same lines. */
  readonly clashes: number;
  /** Why it will be left as it is, in words. */
  readonly problem: string | undefined;
}
export interface Rewound {
  readonly rewind: string;
  readonly sessionId: string | undefined;
  readonly files: number;
  readonly conflicts: ReviewReport["conflicts"];
  readonly content: readonly Block[];
}
export interface TakenBack {
  readonly what: "kept" | "undone" | "rewound";
  readonly files: readonly string[];
  readonly conflicts: ReviewReport["conflicts"];
}
export interface LaterAnswer {
  readonly callId: string;
  readonly hash: string;
  readonly verdict: "allow" | "deny";
  readonly feedback?: string;
}
export interface PermissionCard {
  readonly callId: string;
  readonly hash: string;
  readonly verdict: "allow" | "deny";
  readonly scope: "once" | "session" | "workspace";
  readonly feedback?: string;
  /** With a scope beyond this once: the rules as they were on screen. */
  readonly rules?: readonly string[];
  /** Of a plan that is approved: the mode in which it is carried out. */
  readonly mode?: "ask" | "acceptEdits" | "auto";
  /** What the user made of the proposed text. */
  readonly amended?: string;
  /** Which hunks of that text are accepted, by their places in its diff; all when left out. */
  readonly hunks?: readonly number[];
}
export interface OpenProposal {
  readonly callId: string;
  /** Of its card. */
  readonly hash: string;
  readonly path: string;
  /** Undefined when the file is created. */
  readonly before: string | undefined;
  readonly after: string;
  /** A plan: a document, but no file. */
  readonly isPlan?: true;
}
export interface PendingFile extends FileReview {
  readonly path: string;
  /** SHA-256 of `current`: decisions about these hunks hold for this text only. */
  readonly currentHash: string;
  /** Where it would be without what is pending, when that is somewhere else. */
  readonly movedFrom?: string;
}
export interface HunkChoice {
  readonly verdict: "keep" | "undo";
  /** Of the file whose hunks were looked at. */
  readonly currentHash: string;
  readonly hunks: readonly ReviewHunk[];
}
export interface ReviewReport {
  readonly done: readonly string[];
  readonly conflicts: readonly { readonly editId: string; readonly path: string; readonly why: string }[];
}

export interface ChatOptions {
  readonly host: Host;
  readonly storage: Storage;
  readonly provider: ModelProvider;
  readonly cwd: string;
  readonly roots: readonly string[];
  /** Folders of our own that may be read without asking. */
  readonly readable: readonly string[];
  readonly version: string;
  readonly isTrusted: () => boolean;
  /** Whether the person of this window is at it. */
  readonly whereabouts: Whereabouts;
  readonly runsGit: boolean;
  readonly redactsSecrets: () => boolean;
  /** Which instruction files count. */
  readonly instructions: () => InstructionChoices;
  readonly keepsWarm: () => boolean;
  readonly mayBypass: () => boolean;
  /** Who judges commands in the mode Auto; "" for a fast model. */
  readonly classifier: { readonly model: () => string };
  readonly model: string;
  readonly effort: string;
  readonly mode: Mode;
  /** Whether the user chose the mode; where not, a settings file may. */
  readonly isModeChosen: boolean;
  readonly maxSteps: number;
  readonly checksBeforeFinishing: () => boolean;
  /** From which share of the window older turns are summarised by themselves, in percent; 0 for never. */
  readonly compactAt: () => number;
  /** What may be spent, as the user wants it now. */
  readonly budget: () => BudgetLimits;
  readonly priceOf: PriceOf;
  /** What all conversations of the user cost today. */
  readonly spending: Spending;
  /** Whether and where the user wants measurements sent. */
  readonly telemetry: {
    readonly choice: () => TelemetryChoice | undefined;
    readonly isOn: () => boolean;
    readonly sending: (rest: Promise<string | undefined>) => Promise<unknown>;
  };
  readonly rules: readonly WrittenRule[];
  /** Settings files in which rules may stand besides. */
  readonly ruleFiles: readonly RuleFile[];
  readonly isThere: (path: string) => boolean;
  /** An existing session to go on with; a new one when left out. */
  readonly sessionId: string | undefined;
}

export interface Tour {
  readonly url: string;
  readonly apiKey: string;
  close(): Promise<void>;
}

/** Something of a conversation in which words were found. */
export interface ChatEntry {
  /** The `seq` of its event. */
  readonly seq: number;
  /** Epoch milliseconds. */
  readonly at: number;
  /** As the agent is told: "User" is the person, "You" the agent. */
  readonly who: string;
  readonly text: string;
  readonly excerpt: string;
}

/** What the extension's entry plugs in. Every member loads its code on first use. */
export interface Engine {
  openChat(options: ChatOptions): Promise<Chat>;
  listSessions(storage: Storage): Promise<readonly SessionSummary[]>;
  createProvider(account: { apiKey: string; baseUrl: string | undefined }): Promise<ModelProvider>;
  startTour(): Promise<Tour>;
  /** The commands that can be typed behind a slash, in the order in which they are offered. */
  slashCommands(): Promise<readonly SlashCommand[]>;
  /** What fills the window of a conversation's model, and what it costs. */
  contextReport(of: {
    readonly events: readonly AgentEvent[];
    readonly models: readonly ModelInfo[];
    /** Of the next turn. */
    readonly model: string;
    /** What the user says that models cost, which goes before what we know. */
    readonly priceOf: PriceOf;
  }): Promise<ContextReport>;
  /** Looks for words in all of a conversation; the newest come first. */
  searchChat(events: readonly AgentEvent[]): Promise<(query: string) => readonly ChatEntry[]>;
  /** What to try when the provider cannot be asked for its models. */
  fallbackModel(): Promise<string>;
}
