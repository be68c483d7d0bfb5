import * as z from "zod";
import { FileForm, FolderMove } from "../file-form.ts";

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

/** Changed files, and what was decided about them. */
export const edits = () =>
  [
    /**
     * One change of one file. Hashes name blobs; "" stands for a file that is not there. What an agent does is written
     * before the file is; what a command or a formatter did (`by`), once it was found.
     */
    z.object({
      type: z.literal("edit"),
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
    z.object({ type: z.literal("edit.failed"), editId: z.string() }),
    /** A decision about edits. `after` is what an undone file holds now ("" when removed). */
    z.object({
      type: z.literal("reviewed"),
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
      type: z.literal("hunks.reviewed"),
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
      type: z.literal("decided"),
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
      type: z.literal("reverted"),
      decision: z.string(),
      path: z.string(),
      was: z.string(),
      now: ReviewState,
    }),
    /** The person went back to before the message `toSeq` (0: everything). `session`: where the conversation goes on. */
    z.object({
      type: z.literal("rewound"),
      rewind: z.string(),
      toSeq: z.number(),
      text: z.string(),
      files: z.number(),
      session: z.string().optional(),
    }),
    z.object({ type: z.literal("rewound.back"), rewind: z.string() }),
    /**
     * A file got another path: what is pending in it, and what is known of it, is about the new one. `by`: a decision, or
     * an agent whose own move did not happen; left out where it was a person.
     */
    z.object({
      type: z.literal("moved"),
      from: z.string(),
      to: z.string(),
      by: z.enum(["agent", "review"]).optional(),
    }),
  ] as const;
