import * as z from "zod";
import { AgentError } from "../core/errors.ts";
import type { Diagnostic } from "../core/ports.ts";
import { defineTool, type Place } from "../core/tool.ts";
import { namedPath } from "./named-path.ts";
import { problemText } from "./save-and-check.ts";
import { shownPath } from "./shown-path.ts";

const MAX_SHOWN = 100;

const foldersOf = ({ roots, cwd }: Place): readonly string[] => (roots.length > 0 ? roots : [cwd]);

export const diagnostics = defineTool({
  name: "Diagnostics",
  isDeferred: true,
  description: "Lists the errors and warnings the editor shows, of one file or of all open ones.",
  input: z.strictObject({ path: z.string().optional() }),
  title: ({ path }) => (path === undefined ? "Problems" : `Problems in ${path}`),
  accesses: ({ path }, place) =>
    path === undefined
      ? foldersOf(place).map((target) => ({ kind: "read", target }))
      : [{ kind: "read", target: namedPath(path, place) }],
  // The gravest come first.
  maxOutputChars: 10_000,
  previewEnds: { head: 9_000, tail: 0 },
  async run({ path }, context) {
    const target = path === undefined ? undefined : namedPath(path, context);
    const all = await context.host.editor.diagnostics(target).catch(toSilence);
    if (all === undefined)
      return "No language service has said anything about this file yet: it may still be starting, or there is none.";
    const isDeclared = (problem: Diagnostic): boolean =>
      target !== undefined ||
      foldersOf(context).some((folder) => context.paths.within(folder, problem.path) !== undefined);
    const problems = all.filter(isDeclared).toSorted(byWeight);
    if (problems.length === 0)
      return "The editor shows no errors or warnings (it knows only what it has opened).";
    const lines = problems
      .slice(0, MAX_SHOWN)
      .map(
        (problem) =>
          `${shownPath(problem.path, context)}:${problem.line} ${problem.severity}: ${problemText(problem)}`,
      );
    const left = problems.length - lines.length;
    return left > 0 ? `${lines.join("\n")}\n[${left} more]` : lines.join("\n");
  },
});

function toSilence(thrown: unknown): undefined {
  if (!(thrown instanceof AgentError) || thrown.kind !== "timeout") throw thrown;
}

const byWeight = (a: Diagnostic, b: Diagnostic): number => {
  if (a.severity !== b.severity) return a.severity === "error" ? -1 : 1;
  if (a.path !== b.path) return a.path < b.path ? -1 : 1;
  return a.line - b.line;
};
