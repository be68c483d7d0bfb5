import * as z from "zod";

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
