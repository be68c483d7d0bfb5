// The bundler gives this file a zod of its own: of the shared one, only what is used anywhere is loaded at the start, and what
// reads a schema uses all of it.
import { fromJSONSchema, prettifyError } from "zod";

/** What is wrong with a value by a schema, in words; undefined when it fits. Throws for a schema that cannot be checked. */
export function checkerOf(schema: Record<string, unknown>): (value: unknown) => string | undefined {
  const checked = fromJSONSchema(schema);
  return (value) => {
    const { success, error } = checked.safeParse(value);
    return success ? undefined : prettifyError(error);
  };
}
