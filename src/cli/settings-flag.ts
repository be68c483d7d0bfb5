import { dirname, resolve } from "node:path";
import { parse } from "jsonc-parser";
import * as z from "zod";
import { isModeName, MODE_NAMES } from "../app/mode-names.ts";
import type { WrittenRule } from "../app/permissions.ts";
import { AgentError } from "../core/errors.ts";
import type { Mode } from "../core/mode.ts";
import { readRuleFile } from "../safety/rule-files/read-rule-file.ts";
import { givenJson } from "./given-text.ts";
import { zodWords } from "./zod-words.ts";

/** What `--settings` says. */
export interface GivenSettings {
  readonly rules: readonly WrittenRule[];
  readonly mode: Mode | undefined;
  readonly directories: readonly string[];
  readonly forbidsBypass: boolean;
  readonly model: string | undefined;
  readonly effort: string | undefined;
  /** What it says besides, in words. */
  readonly problems: readonly string[];
}

const USED = new Set(["$schema", "permissions", "model", "effortLevel"]);
const Others = z.looseObject({ model: z.string().optional(), effortLevel: z.string().optional() });

/** Reads `--settings`: JSON, or the path of a file. Throws `invalid_input` when it cannot be understood: it may forbid something. */
export function readSettings(given: string, cwd: string): GivenSettings {
  const isText = given.trimStart().startsWith("{");
  const path = isText ? undefined : resolve(cwd, given);
  const text = textOf(given, cwd);
  const content = readRuleFile(text);
  if (content.unreadable !== undefined) throw refused(content.unreadable);
  const parsed = Others.safeParse(parse(text, [], { allowTrailingComma: true }));
  if (!parsed.success) throw refused(zodWords(parsed.error));
  const { model, effortLevel } = parsed.data;
  const unused = Object.keys(parsed.data).filter((key) => !USED.has(key));
  const { defaultMode } = content;
  if (defaultMode !== undefined && !isModeName(defaultMode))
    throw refused(`there is no mode ${JSON.stringify(defaultMode)}`);
  const anchors = path === undefined ? {} : { anchors: { roots: [dirname(path)] } };
  return {
    rules: content.rules.map(({ verdict, text: rule }) => ({
      ...{ verdict, text: rule, source: "--settings" },
      ...anchors,
    })),
    mode: defaultMode === undefined ? undefined : MODE_NAMES[defaultMode],
    directories: content.directories,
    forbidsBypass: content.disablesBypass,
    model,
    effort: effortLevel,
    problems: [
      ...content.problems,
      ...(unused.length > 0 ? [`Plumb has no use for ${unused.join(", ")}`] : []),
    ],
  };
}

function textOf(given: string, cwd: string): string {
  try {
    return givenJson(given, cwd);
  } catch (thrown) {
    throw refused(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

const refused = (why: string): AgentError =>
  new AgentError("invalid_input", `The settings of --settings cannot be understood: ${why}.`);
