import * as z from "zod";
import { defineTool } from "../core/tool.ts";

export const todoWrite = defineTool({
  name: "TodoWrite",
  brings: "own words",
  description:
    "Shows the user your list of steps; send all of it each time. For work of several steps, with one in_progress.",
  input: z.strictObject({
    todos: z.array(
      z.object({
        content: z.string(),
        status: z.enum(["pending", "in_progress", "completed"]),
        activeForm: z.string(),
      }),
    ),
  }),
  title: ({ todos }) => {
    const done = todos.filter(({ status }) => status === "completed").length;
    const now = todos.find(({ status }) => status === "in_progress");
    return now === undefined ? `Steps: ${done} of ${todos.length} done` : now.activeForm;
  },
  accesses: () => [],
  preview: async ({ todos }) => ({ kind: "todos", todos }),
  run: async ({ todos }) => ({ content: "The list is shown.", detail: { kind: "todos", todos } }),
});
