import * as z from "zod";
import { Detail } from "../core/detail.ts";
import { AgentEvent } from "../core/event.ts";
import { LiveEvent } from "../core/live-event.ts";
import { Mode } from "../core/mode.ts";
import { Row, Status } from "../core/rows.ts";
import { contextToHost, contextToView } from "./context.ts";
import { pendingToHost, pendingToView } from "./pending.ts";
import { SlashInfo } from "./slash.ts";

/** Bump on any incompatible change; a view that speaks another version asks to be loaded again. */
export const PROTOCOL = 1;

const type = <const T extends string>(value: T) => z.literal(value);
const Id = z.string().max(200);
const Rules = z.array(z.string().max(1000)).max(5);

/** Something attached to a message: a file, a part of one, or an image. Paths are absolute, lines one-based. */
export const Attachment = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("file"), path: z.string().max(4096), label: z.string().max(500) }),
  z.strictObject({
    kind: z.literal("selection"),
    path: z.string().max(4096),
    label: z.string().max(500),
    firstLine: z.int().positive(),
    lastLine: z.int().positive(),
    text: z.string().max(200_000),
  }),
  z.strictObject({
    kind: z.literal("image"),
    label: z.string().max(500),
    mediaType: z.enum(["image/png", "image/jpeg", "image/gif", "image/webp"]),
    base64: z.string().max(7_000_000),
  }),
]);
export type Attachment = z.infer<typeof Attachment>;

/** What the user did. Intents, not state: the view never tells the host what the state is. */
export const ViewToHost = z.discriminatedUnion("type", [
  z.strictObject({ type: type("ready"), protocol: z.number() }),
  /** `now`: send, or steer the running turn at its next step. `queue`: wait until the running turn has ended. */
  z.strictObject({
    type: type("prompt"),
    text: z.string().max(400_000),
    attachments: z.array(Attachment).max(20),
    when: z.enum(["now", "queue"]),
  }),
  z.strictObject({
    type: type("queue"),
    ids: z.array(Id),
    edited: z.strictObject({ id: Id, text: z.string().max(400_000) }).optional(),
  }),
  z.strictObject({ type: type("stop") }),
  /** Goes on after an interruption or an error, without a new message. */
  z.strictObject({ type: type("continue") }),
  /** `hash` must be the one of the card on screen. `feedback` is why not, for the model. */
  z.strictObject({
    type: type("permission"),
    callId: Id,
    hash: z.string(),
    verdict: z.enum(["allow", "deny"]),
    scope: z.enum(["once", "session", "workspace"]),
    feedback: z.string().max(10_000).optional(),
    /** With a scope beyond this once: the rules as they were on screen. Those the card offered first when left out. */
    rules: Rules.optional(),
    /** Of a plan that is approved. */
    mode: z.enum(["ask", "acceptEdits", "auto"]).optional(),
    /** For a change of a file: the text (its `afterHash`) that the card showed, and which of its hunks are wanted; all when left out. */
    of: z.string().max(100).optional(),
    hunks: z.array(z.int().nonnegative()).max(1000).optional(),
  }),
  /** What would these rules cover, and may the card give them? Answered by `rulesChecked`. */
  z.strictObject({ type: type("checkRules"), callId: Id, hash: z.string().max(100), rules: Rules }),
  /** About a question that was put off. */
  z.strictObject({
    type: type("later"),
    callId: Id,
    hash: z.string().max(100),
    verdict: z.enum(["allow", "deny"]),
    feedback: z.string().max(10_000).optional(),
  }),
  /** The person leaves, or is back. */
  z.strictObject({ type: type("away"), isAway: z.boolean() }),
  /** Opens the diff of what a card proposes, where it can be edited. */
  z.strictObject({ type: type("openProposal"), callId: Id }),
  /** Hunks that are not wanted, as long as the card shows the text `of`. */
  z.strictObject({
    type: type("leaveOut"),
    callId: Id,
    hash: z.string().max(100),
    of: z.string().max(100),
    left: z.array(z.int().nonnegative()).max(1000),
  }),
  z.strictObject({ type: type("answers"), callId: Id, answers: z.array(z.string().max(10_000)).max(4) }),
  z.strictObject({ type: type("mode"), mode: Mode }),
  z.strictObject({ type: type("model"), model: z.string().max(200), effort: z.string().max(20) }),
  z.strictObject({
    type: type("review"),
    verdict: z.enum(["keep", "undo"]),
    editIds: z.union([z.array(Id), z.literal("all")]),
  }),
  ...pendingToHost,
  ...contextToHost,
  z.strictObject({ type: type("openDiff"), editId: Id }),
  z.strictObject({ type: type("openFile"), path: z.string().max(4096), line: z.int().positive().optional() }),
  z.strictObject({ type: type("openLink"), url: z.string().max(8192) }),
  z.strictObject({ type: type("newChat") }),
  /** Back to before the message with this number. */
  z.strictObject({ type: type("rewind"), seq: z.int().nonnegative() }),
  /** A new conversation that begins like this one, up to that message; without one, with all of it. */
  z.strictObject({ type: type("fork"), seq: z.int().nonnegative().optional() }),
  z.strictObject({ type: type("undoRewind") }),
  z.strictObject({ type: type("openSession"), id: Id }),
  z.strictObject({ type: type("listSessions") }),
  z.strictObject({ type: type("deleteSession"), id: Id }),
  /** Asks for the rows before the oldest one the view has. */
  z.strictObject({ type: type("older"), beforeKey: z.string() }),
  z.strictObject({ type: type("files"), query: z.string().max(500), requestId: z.number() }),
  z.strictObject({ type: type("signIn") }),
  z.strictObject({ type: type("startTour") }),
  z.strictObject({ type: type("leaveTour") }),
  z.strictObject({ type: type("openSettings") }),
  z.strictObject({ type: type("openPermissions") }),
  z.strictObject({ type: type("openWalkthrough") }),
  z.strictObject({ type: type("selectModel") }),
  z.strictObject({ type: type("reloadWindow") }),
  z.strictObject({ type: type("copy"), text: z.string().max(1_000_000) }),
  z.strictObject({ type: type("dropAttachment"), index: z.int().nonnegative() }),
  /** What is typed and not sent, so that closing the panel loses nothing. */
  z.strictObject({ type: type("draft"), text: z.string().max(400_000) }),
  /** The keyboard came into the view or left it: the editor itself does not see that for a web page. */
  z.strictObject({ type: type("focused"), isFocused: z.boolean() }),
  z.strictObject({ type: type("problem"), message: z.string().max(10_000) }),
]);
export type ViewToHost = z.infer<typeof ViewToHost>;

export const SessionSummary = z.object({
  id: z.string(),
  title: z.string(),
  /** Epoch milliseconds of its last event. */
  at: z.number(),
  /** Set while this or another window writes it. */
  isLocked: z.boolean(),
  /** Somebody went back in it, and on in another one; or it begins as another one did. */
  mark: z.enum(["left", "forked"]).optional(),
});
export type SessionSummary = z.infer<typeof SessionSummary>;

export const ModelChoice = z.object({
  id: z.string(),
  name: z.string(),
  contextTokens: z.number(),
  efforts: z.array(z.string()),
});
export type ModelChoice = z.infer<typeof ModelChoice>;

/** Facts of the window around the conversation. */
export const Surroundings = z.object({
  /** `none`: nothing can be sent before signing in or starting the tour. */
  account: z.enum(["none", "key", "tour"]),
  isTrusted: z.boolean(),
  hasFolder: z.boolean(),
  platform: z.enum(["darwin", "linux", "win32"]),
  /** Workspace folders, for showing paths short. */
  roots: z.array(z.string()),
  canBypass: z.boolean(),
  /** The person is away, or said so: questions are put off. */
  isAway: z.boolean(),
  models: z.array(ModelChoice),
  /** What can be typed behind a slash. */
  slash: z.array(SlashInfo).optional(),
  /** What the next turn uses; "" while nothing is known. */
  model: z.string(),
  effort: z.string(),
  attachments: z.array(Attachment),
  /** Set when another window writes this session: it can be read here, not continued. */
  readOnlyBecause: z.string().optional(),
  price: z
    .object({ input: z.number(), output: z.number(), cacheRead: z.number(), cacheWrite: z.number() })
    .optional(),
});
export type Surroundings = z.infer<typeof Surroundings>;

/** What happened. The view folds events with the same `Transcript` the host uses. */
export const HostToView = z.discriminatedUnion("type", [
  z.object({
    type: type("snapshot"),
    protocol: z.number(),
    sessionId: z.string(),
    rows: z.array(Row),
    hasOlder: z.boolean(),
    status: Status,
    isRunning: z.boolean(),
    surroundings: Surroundings,
    draft: z.string(),
  }),
  z.object({ type: type("event"), event: AgentEvent }),
  /** Coalesced: many deltas arrive as one message. */
  z.object({ type: type("live"), events: z.array(LiveEvent) }),
  z.object({ type: type("running"), isRunning: z.boolean() }),
  ...pendingToView,
  ...contextToView,
  z.object({ type: type("surroundings"), surroundings: Surroundings }),
  z.object({ type: type("older"), rows: z.array(Row), hasOlder: z.boolean() }),
  z.object({ type: type("sessions"), sessions: z.array(SessionSummary) }),
  z.object({
    type: type("files"),
    requestId: z.number(),
    files: z.array(z.object({ path: z.string(), label: z.string() })),
  }),
  /** Put the text into the composer (after what is there) and focus it. */
  z.object({ type: type("compose"), text: z.string(), focus: z.boolean() }),
  /** Move to something that waits, or to the composer. */
  z.object({ type: type("focus"), target: z.enum(["composer", "question", "history"]) }),
  /** What the user has made of a card: the change as they amended it, and the hunks of the text `of` that they left out. */
  z.object({
    type: type("proposal"),
    callId: z.string(),
    hash: z.string(),
    detail: Detail.optional(),
    of: z.string().optional(),
    left: z.array(z.number()).optional(),
  }),
  /** Of the card with this hash. A rule with a problem, or a problem of them all, cannot be given. */
  z.object({
    type: type("rulesChecked"),
    callId: z.string(),
    hash: z.string(),
    rules: z.array(z.object({ text: z.string(), words: z.string(), problem: z.string().optional() })),
    problem: z.string().optional(),
  }),
  z.object({ type: type("toast"), level: z.enum(["info", "error"]), text: z.string() }),
]);
export type HostToView = z.infer<typeof HostToView>;

/** One end of a message pipe. Both ends validate, so neither trusts the other's build. */
export function receive<S extends z.ZodType>(
  schema: S,
  handle: (message: z.output<S>) => void,
  onBad: (why: string) => void,
) {
  return (raw: unknown): void => {
    const parsed = schema.safeParse(raw);
    if (parsed.success) handle(parsed.data);
    else onBad(z.prettifyError(parsed.error));
  };
}
