import * as z from "zod";
import { LineChange, LineRange } from "./line-ranges.ts";

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

/** What an agent was told a file holds ("" for no file) without having been shown all of it. */
export const Told = z.object({ path: z.string(), hash: z.string() });
export type Told = z.infer<typeof Told>;
