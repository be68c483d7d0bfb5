import * as z from "zod";
import { AgentError } from "../../src/core/errors.ts";
import { defineTool } from "../../src/core/tool.ts";

export const countLines = defineTool({
  name: "CountLines",
  description: "Counts the lines of a text file.",
  // Doc comments of the model: field names and `describe` are all it sees. Required fields first.
  input: z.strictObject({ file_path: z.string().describe("Absolute, or relative to the working directory") }),
  title: ({ file_path }) => `Count lines of ${file_path}`,
  // What is not declared here fails at run time; what is declared is judged by the rules before anything runs.
  accesses: ({ file_path }, { cwd, paths }) => [{ kind: "read", target: paths.resolve(cwd, file_path) }],
  async run({ file_path }, { host, cwd, paths, signal }) {
    const file = await host.documents.open(paths.resolve(cwd, file_path), signal);
    if (file.text === "") throw new AgentError("invalid_input", `${file_path} is empty.`);
    return `${file.text.split("\n").length} lines`;
  },
});
