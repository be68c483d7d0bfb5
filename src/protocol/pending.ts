import * as z from "zod";
import { Hunk } from "../core/detail.ts";

/** Files told in one message; more come as several. */
export const MAX_FILES = 500;
/** Hunks of a file told at once; more are asked for. */
export const HUNKS_A_PAGE = 50;
/** Lines of one hunk, and characters of one line, that are worth sending to a panel. */
export const MAX_HUNK_LINES = 40;

const Path = z.string().max(4096);
const Hash = z.string().max(200);
const Count = z.int().nonnegative();
const Verdict = z.enum(["keep", "undo"]);

/** Which hunk of a file is meant, as the one who decides saw it. Lines are one-based. */
export const HunkPlace = z.object({ baseStart: Count, baseCount: Count, start: Count, count: Count });
export type HunkPlace = z.infer<typeof HunkPlace>;

/** Why a file can only be settled as a whole. */
export const WholeReason = z.enum(["deleted", "empty", "gone", "moved", "binary", "unreadable"]);
export type WholeReason = z.infer<typeof WholeReason>;

/** A file with something to decide. */
export const PendingEntry = z.object({
  path: Path,
  /** Its place among the others. */
  order: z.number(),
  /** SHA-256 of its text, "" where it is settled as a whole: decisions hold for this text only. */
  hash: Hash,
  /** Counts up whenever its text or its hunks are others. */
  version: z.number(),
  hunks: Count,
  added: Count,
  removed: Count,
  whole: WholeReason.optional(),
  /** Where it was, if it has been moved: all of its changes are decided together with that. */
  movedFrom: Path.optional(),
});
export type PendingEntry = z.infer<typeof PendingEntry>;

export const PendingTotal = z.object({ files: Count, hunks: Count, added: Count, removed: Count });
export type PendingTotal = z.infer<typeof PendingTotal>;

/** A pending hunk with its lines, as many as are worth showing. */
export const PendingHunk = z.object({
  ...HunkPlace.shape,
  /** Where the editor shows it. */
  line: z.int().positive(),
  /** True when the person changed some of its lines as well. */
  isMixed: z.boolean(),
  hunk: Hunk,
  hiddenLines: Count,
});
export type PendingHunk = z.infer<typeof PendingHunk>;

/** What became of one hunk of an edit. */
export const EditHunkState = z.enum(["pending", "kept", "undone", "changed"]);
export type EditHunkState = z.infer<typeof EditHunkState>;

const type = <const T extends string>(value: T) => z.literal(value);

/** What is pending in the open conversation, from the host's one model of it. */
export const pendingToView = [
  /** What changed since the message before; everything there is when `isAll`. */
  z.object({
    type: type("pending"),
    sessionId: z.string(),
    isAll: z.boolean(),
    files: z.array(PendingEntry).max(MAX_FILES),
    gone: z.array(Path).max(MAX_FILES),
    total: PendingTotal,
    /** What the last turn did can be undone with one command. */
    canUndoTurn: z.boolean(),
  }),
  z.object({
    type: type("hunks"),
    path: Path,
    hash: Hash,
    version: z.number(),
    from: Count,
    hunks: z.array(PendingHunk).max(HUNKS_A_PAGE),
  }),
  /** What became of an edit, hunk by hunk, in the order of its own diff. */
  z.object({
    type: type("edit"),
    editId: z.string(),
    hash: Hash,
    states: z.array(EditHunkState).max(1000),
    /** The lines of its hunks, when they were asked for. */
    hunks: z.array(Hunk).max(HUNKS_A_PAGE).optional(),
    hiddenLines: Count,
  }),
] as const;

/** What a person asks about what is pending, and decides. */
export const pendingToHost = [
  /** Asks for the hunks of a file, a page from `from` on. */
  z.strictObject({ type: type("hunks"), path: Path, from: Count }),
  /** `hash` and `hunks` as they were told. Refused when the file no longer has these changes. */
  z.strictObject({
    type: type("decide"),
    path: Path,
    hash: Hash,
    verdict: Verdict,
    hunks: z.union([z.array(z.strictObject(HunkPlace.shape)).max(1000), z.literal("all")]),
  }),
  z.strictObject({ type: type("openChanges"), path: Path }),
  z.strictObject({ type: type("reviewChanges") }),
  z.strictObject({ type: type("undoTurn") }),
  /** Asks what became of an edit. */
  z.strictObject({ type: type("edit"), editId: z.string().max(200), withLines: z.boolean() }),
  /** Decides about hunks of an edit that are still pending, by their places in its own diff. */
  z.strictObject({
    type: type("decideEdit"),
    editId: z.string().max(200),
    hash: Hash,
    verdict: Verdict,
    hunks: z.array(Count).max(1000),
  }),
] as const;
