import * as z from "zod";
import { Verdict } from "./access.ts";
import { Detail, Question, Todo } from "./detail.ts";
import { QueueItem } from "./events/talk.ts";
import { Usage } from "./message.ts";
import { Mode } from "./mode.ts";

/** What the user sees of a conversation, as it crosses processes: the panel, the command line and exports render these. */
const Keyed = { key: z.string(), agentId: z.string() };
export const ToolState = z.enum([
  "writing",
  "waiting",
  "asking",
  "running",
  "done",
  "failed",
  "denied",
  "interrupted",
  "later",
]);
export type ToolState = z.infer<typeof ToolState>;

export const Approval = z.object({
  because: z.string(),
  detail: Detail,
  hash: z.string(),
  suggestions: z.array(z.string()),
  wider: z.array(z.array(z.string())).optional(),
});
export type Approval = z.infer<typeof Approval>;

/** A question that was put off while its person was away. */
export const LaterCard = z.object({
  callId: z.string(),
  number: z.number(),
  name: z.string(),
  title: z.string(),
  approval: Approval,
});
export type LaterCard = z.infer<typeof LaterCard>;

/** Why a call was let through or not, as it was decided then. */
export const Decided = z.object({
  verdict: Verdict,
  by: z.enum(["user", "rule", "nobody"]),
  because: z.string(),
  scope: z.enum(["once", "session", "workspace"]).optional(),
});
export type Decided = z.infer<typeof Decided>;

/** One change of one file as the panel shows it; `kept` and `undone` can still be read, but are settled. */
export const EditState = z.object({
  editId: z.string(),
  path: z.string(),
  state: z.enum(["pending", "kept", "undone", "failed"]),
  added: z.number(),
  removed: z.number(),
  /** Whose work it is, when not the agent's own. */
  by: z.enum(["shell", "formatter"]).optional(),
  /** Where the file was, when the edit gave it another path. */
  from: z.string().optional(),
});
export type EditState = z.infer<typeof EditState>;

const PromptRow = z.object({
  kind: z.literal("prompt"),
  ...Keyed,
  text: z.string(),
  images: z.number(),
  origin: z.enum(["user", "task"]),
  seq: z.number(),
});
const ReplyRow = z.object({
  kind: z.literal("reply"),
  ...Keyed,
  markdown: z.string(),
  isStreaming: z.boolean(),
  wasCut: z.boolean(),
});
const ThinkingRow = z.object({
  kind: z.literal("thinking"),
  ...Keyed,
  text: z.string(),
  isStreaming: z.boolean(),
});
const NoticeRow = z.object({ kind: z.literal("notice"), ...Keyed, notice: z.string(), text: z.string() });
/** Room that was made in the model's window. */
const CompactionRow = z.object({
  kind: z.literal("compaction"),
  ...Keyed,
  strategy: z.string(),
  /** What the model reads in place of the turns before; "" where only results were cleared. */
  summary: z.string(),
  /** The beginnings of what stays word for word. */
  kept: z.array(z.string()),
  /** How many results were cleared. */
  results: z.number(),
  tokensBefore: z.number().optional(),
  tokensAfter: z.number().optional(),
  /** What the person wanted to be kept. */
  focus: z.string().optional(),
  isEdited: z.boolean().optional(),
  canEdit: z.boolean(),
});
export type CompactionRow = z.infer<typeof CompactionRow>;
const FinishedRow = z.object({
  kind: z.literal("finished"),
  ...Keyed,
  outcome: z.enum(["done", "cancelled", "failed", "step_limit"]),
  error: z.object({ kind: z.string(), message: z.string(), hint: z.string() }).optional(),
});
export interface ToolRow {
  kind: "tool";
  key: string;
  agentId: string;
  name: string;
  title: string;
  state: ToolState;
  /** What it printed or returned, cut to `MAX_ROW_CHARS`. */
  output: string;
  /** Epoch milliseconds; 0 until it runs. */
  startedAt: number;
  endedAt: number;
  detail?: Detail | undefined;
  /** The whole command, which the detail of how it ended takes the place of. */
  command?: string | undefined;
  approval?: Approval | undefined;
  decided?: Decided | undefined;
  questions?: Question[] | undefined;
  answers?: string[] | undefined;
  edits: EditState[];
  /** Rows of the sub-agent this call runs. */
  children: Row[];
}
export const ToolRow: z.ZodType<ToolRow> = z.object({
  kind: z.literal("tool"),
  ...Keyed,
  name: z.string(),
  title: z.string(),
  state: ToolState,
  output: z.string(),
  startedAt: z.number(),
  endedAt: z.number(),
  detail: Detail.optional(),
  command: z.string().optional(),
  approval: Approval.optional(),
  decided: Decided.optional(),
  questions: z.array(Question).optional(),
  answers: z.array(z.string()).optional(),
  edits: z.array(EditState),
  children: z.lazy(() => z.array(Row)),
});
export type Row =
  | z.infer<typeof PromptRow>
  | z.infer<typeof ReplyRow>
  | z.infer<typeof ThinkingRow>
  | z.infer<typeof NoticeRow>
  | CompactionRow
  | z.infer<typeof FinishedRow>
  | ToolRow;
export const Row: z.ZodType<Row> = z.lazy(() =>
  z.union([PromptRow, ReplyRow, ThinkingRow, NoticeRow, CompactionRow, FinishedRow, ToolRow]),
);

/** Everything about a conversation that is not a row. */
export const Status = z.object({
  title: z.string(),
  mode: Mode,
  /** False until the session has chosen a mode of its own. */
  modeWasSet: z.boolean(),
  model: z.string(),
  effort: z.string(),
  todos: z.array(Todo),
  queue: z.array(QueueItem),
  /** Sums over all replies, sub-agents included. */
  total: Usage,
  /** Tokens the main agent's next request starts from. */
  contextTokens: z.number(),
  pendingEdits: z.array(EditState),
  /** Calls that wait for a person, oldest first. */
  openQuestions: z.array(z.string()),
  /** Questions that were put off, oldest first. */
  later: z.array(LaterCard),
  /** The main agent's conversation is being summarised. */
  isMakingRoom: z.boolean().optional(),
  retry: z
    .object({ atMs: z.number(), attempt: z.number(), maxAttempts: z.number(), reason: z.string() })
    .optional(),
});
export type Status = z.infer<typeof Status>;
