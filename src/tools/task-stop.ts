import * as z from "zod";
import { AgentError } from "../core/errors.ts";
import { defineTool } from "../core/tool.ts";

export const taskStop = defineTool({
  name: "TaskStop",
  isDeferred: true,
  brings: "own words",
  description: "Stops a background command.",
  input: z.strictObject({ task_id: z.string() }),
  title: ({ task_id }) => `Stop ${task_id}`,
  accesses: () => [], // It can only end what this conversation was allowed to start.
  async run({ task_id }, { host }) {
    if (!(await host.shell.stop(task_id))) {
      throw new AgentError("invalid_input", `No task ${task_id} is running; it may have ended already.`);
    }
    return `Stopped ${task_id}.`;
  },
});
