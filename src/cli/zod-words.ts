import type * as z from "zod";

/** What is wrong with a value, on one line, with the place of each thing in it; `at` is where the value itself stands. */
export const zodWords = (error: z.ZodError, at: readonly PropertyKey[] = []): string =>
  error.issues
    .map(({ path, message }) =>
      [[...at, ...path].join("."), message].filter((part) => part !== "").join(": "),
    )
    .join("; ");
