import * as z from "zod";
import { AgentError } from "../core/errors.ts";
import type { TextFile } from "../core/ports.ts";
import { defineTool, type PreviewContext, type ToolContext } from "../core/tool.ts";
import { applyEdit } from "../review/apply-edit.ts";
import { diffDetail } from "../review/diff.ts";
import { editFailure } from "./edit-failure.ts";
import { namedPath } from "./named-path.ts";
import { openIfThere } from "./open-if-there.ts";
import { pathRule } from "./path-rule.ts";
import { saveAndCheck } from "./save-and-check.ts";
import { showHunks } from "./shown-hunks.ts";
import { shownPath } from "./shown-path.ts";
import { writeAccepted } from "./write-accepted.ts";

const Input = z.strictObject({
  file_path: z.string(),
  old_string: z.string(),
  new_string: z.string(),
  replace_all: z.boolean().optional(),
});
type Input = z.infer<typeof Input>;

export const edit = defineTool({
  name: "Edit",
  description:
    "Replaces old_string, which must occur exactly once (without line numbers), by new_string in a file you have read.",
  input: Input,
  title: ({ file_path }, place) => `Edit ${shownPath(namedPath(file_path, place), place)}`,
  accesses: ({ file_path }, place) => [{ kind: "write", target: namedPath(file_path, place) }],
  suggest: ({ file_path }, place) => pathRule("Edit", namedPath(file_path, place), place),
  async propose(input, context) {
    const { path, file, text } = await plan(input, context);
    const change = { path, before: file?.text, after: text };
    return { detail: await diffDetail(change), change };
  },

  async run(input, context) {
    if (context.accepted) return writeAccepted(context.accepted, context);
    const { plan: done, outcome } = await carryOut(input, context);
    const { path, file, text, replaced, hasChanged } = done;
    const known = context.seen(path);
    const { saved, problems, found } = outcome;
    const detail = await diffDetail({ path, before: file?.text, after: saved.text });
    const isAsPlanned = saved.text === text;
    const notes = [
      hasChanged ? "\nThe file had changed since you read it; your text still matched." : "",
      isAsPlanned
        ? ""
        : "\nThe editor formatted the file while saving it; the lines above are what it holds now.",
      problems,
    ];
    const verb = file === undefined ? "Created" : "Edited";
    const count = replaced > 1 ? ` in ${replaced} places` : "";
    return {
      content: `${verb} ${shownPath(path, context)}${count}:\n${showHunks(detail.hunks)}${notes.join("")}`,
      detail,
      seen: [{ path, hash: saved.hash, isPartial: hasChanged || !isAsPlanned || known?.isPartial === true }],
      problems: found,
    };
  },
});

interface Plan {
  readonly path: string;
  /** Undefined when the file is created. */
  readonly file: TextFile | undefined;
  readonly text: string;
  readonly replaced: number;
  /** True when the file is not what was read any more. */
  readonly hasChanged: boolean;
}

/** Somebody who types changes the file between reading and writing: what still matches is tried again so often. */
const ATTEMPTS = 5;

async function carryOut(
  input: Input,
  context: ToolContext,
): Promise<{ plan: Plan; outcome: Awaited<ReturnType<typeof saveAndCheck>> }> {
  const attempts = {};
  for (let attempt = 1; ; attempt += 1) {
    const planned = await plan(input, context);
    const { path, text, file: base } = planned;
    try {
      return { plan: planned, outcome: await saveAndCheck({ path, text, base }, context, attempts) };
    } catch (thrown) {
      const isOvertaken = thrown instanceof AgentError && thrown.kind === "stale" && base !== undefined;
      if (!isOvertaken || attempt === ATTEMPTS) throw thrown;
    }
  }
}

/** What the edit will do, or why it cannot: the same for the card that asks and for the call that runs. */
async function plan(input: Input, context: PreviewContext): Promise<Plan> {
  const path = namedPath(input.file_path, context);
  const shown = shownPath(path, context);
  const file = await openIfThere(path, context);
  if (file === undefined) {
    if (input.old_string !== "") {
      throw new AgentError("not_found", `${shown} does not exist, so there is nothing to replace in it.`);
    }
    return { path, file, text: input.new_string, replaced: 1, hasChanged: false };
  }
  const known = context.seen(path);
  if (known === undefined) {
    throw new AgentError("invalid_input", `You have not read ${shown} yet. Read it first, then edit it.`);
  }
  const hasChanged = known.hash !== file.hash;
  const { old_string: old, new_string: inserted, replace_all: replaceAll = false } = input;
  const result = applyEdit(file.text, [{ old, new: inserted, replaceAll }], file);
  if ("error" in result) throw editFailure(result.error, { path: shown, text: file.text, old, hasChanged });
  if (hasChanged && result.replaced > 1) {
    throw new AgentError("stale", `${shown} changed since you read it, so not all matches may be meant.`);
  }
  return { path, file, hasChanged, ...result };
}
