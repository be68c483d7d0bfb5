import * as z from "zod";

/** One contiguous change, as unified diff lines: each line starts with " ", "+" or "-". */
export const Hunk = z.object({
  oldStart: z.number(),
  oldLines: z.number(),
  newStart: z.number(),
  newLines: z.number(),
  lines: z.array(z.string()),
  /** The cell of a notebook that it is in, from 1 (0: what is around the cells). Its lines count from there. */
  cell: z.object({ at: z.number(), type: z.string(), id: z.string().optional() }).optional(),
});
export type Hunk = z.infer<typeof Hunk>;

export const Todo = z.object({
  content: z.string(),
  status: z.enum(["pending", "in_progress", "completed"]),
  activeForm: z.string(),
});
export type Todo = z.infer<typeof Todo>;

export const Question = z.object({
  question: z.string(),
  header: z.string(),
  options: z.array(z.object({ label: z.string(), description: z.string() })),
  multiSelect: z.boolean(),
});
export type Question = z.infer<typeof Question>;

/** What a person needs to see of a call: before it runs (the thing to approve) and after it (what came of it). */
export const Detail = z.lazy(() =>
  z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("diff"),
      path: z.string(),
      op: z.enum(["create", "modify", "delete"]),
      added: z.number(),
      removed: z.number(),
      hunks: z.array(Hunk),
      /** Lines left out of `hunks` because the change is too big to show in a row; 0 when everything is there. */
      hiddenLines: z.number(),
      /** SHA-256 of the text before ("" when created) and after: the approval is bound to both. */
      beforeHash: z.string(),
      afterHash: z.string(),
    }),
    z.object({
      kind: z.literal("command"),
      command: z.string(),
      cwd: z.string(),
      description: z.string(),
      /** Why what it changes cannot be taken back, when that is known beforehand. */
      lasting: z.string().optional(),
      /** Where it runs, when that is not simply this machine. */
      runs: z.string().optional(),
      /** It ran in the sandbox, which stopped it, and is to run again outside of it. */
      isOutside: z.boolean().optional(),
      /** How risky it is, as far as its text tells, and the words that say so: the riskiest first, not all of them. */
      risk: z
        .object({
          level: z.enum(["low", "medium", "high"]),
          reasons: z.array(z.object({ text: z.string(), words: z.string() })),
        })
        .optional(),
      /** Its simple commands, when there are several, each with its own risk; and how many there are besides. */
      parts: z
        .array(
          z.object({
            text: z.string(),
            hiddenChars: z.number().optional(),
            level: z.enum(["low", "medium", "high"]),
            reasons: z.array(z.object({ text: z.string(), words: z.string() })),
          }),
        )
        .optional(),
      hiddenParts: z.number().optional(),
      /** Files it writes and hosts it names, as far as its text says so. */
      writes: z.array(z.string()).optional(),
      hosts: z.array(z.string()).optional(),
    }),
    z.object({ kind: z.literal("url"), url: z.string() }),
    /** A host that a running command wants to reach. */
    z.object({ kind: z.literal("host"), host: z.string(), command: z.string() }),
    z.object({
      kind: z.literal("exit"),
      code: z.number().nullable(),
      taskId: z.string().optional(),
      /** Of a command that ran in the sandbox: what it was kept from. */
      refused: z.array(z.object({ kind: z.enum(["write", "read", "host"]), target: z.string() })).optional(),
    }),
    z.object({ kind: z.literal("todos"), todos: z.array(Todo) }),
    z.object({ kind: z.literal("questions"), questions: z.array(Question) }),
    z.object({ kind: z.literal("input"), json: z.string() }),
    z.object({
      kind: z.literal("move"),
      from: z.string(),
      to: z.string(),
      /** How many files go with it; 1 for a file itself. */
      files: z.number(),
      isFolder: z.boolean(),
    }),
    /** A plan that needs the user's approval. `path` names its document, which is on no disk. */
    z.object({
      kind: z.literal("plan"),
      path: z.string(),
      markdown: z.string(),
      /** Characters at its end that are left out here. */
      hiddenChars: z.number(),
      /** SHA-256 of the whole: the approval is bound to it. */
      afterHash: z.string(),
    }),
    z.object({ kind: z.literal("note"), text: z.string() }),
  ]),
);
export type Detail = z.infer<typeof Detail>;
