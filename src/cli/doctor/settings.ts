import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type ParseError, parse, printParseErrorCode } from "jsonc-parser";
import { toAgentError } from "../../core/errors.ts";
import { DEFAULT_SANDBOX, type SandboxSettings } from "../../hosts/node/sandbox/settings.ts";
import { readUserSandbox } from "../../hosts/node/sandbox/user-file.ts";
import { readUserBudget } from "../../hosts/node/user-budget.ts";
import type { Finding } from "./finding.ts";

/** What is wrong with the text of a settings file as JSON; undefined when nothing is, or it is not there. */
export function ofSettingsFile(path: string): Finding | undefined {
  const broken = (why: string): Finding => ({ name: "Settings", words: `${path}: ${why}`, is: "problem" });
  try {
    const text = readFileSync(path, "utf8").replace(/^\uFEFF/, "");
    const errors: ParseError[] = [];
    parse(text, errors, { allowTrailingComma: true });
    const [first] = errors;
    if (!first) return undefined;
    const line = text.slice(0, first.offset).split("\n").length;
    return broken(`line ${line} is no JSON (${printParseErrorCode(first.error)})`);
  } catch (thrown) {
    const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
    return code === "ENOENT" || code === "ENOTDIR" ? undefined : broken(`cannot be read (${code})`);
  }
}

/** The user's own settings, with what a task would not begin with; where the sandbox is not understood it is taken to be on. */
export async function userSettings(
  dataDir: string,
): Promise<{ readonly sandbox: SandboxSettings; readonly findings: readonly Finding[] }> {
  const path = join(dataDir, "settings.json");
  const findings: Finding[] = [];
  // A file that is no JSON is named as such, with the line.
  const isJson = ofSettingsFile(path) === undefined;
  const failed = (thrown: unknown): undefined => {
    const { message } = toAgentError(thrown);
    if (isJson) findings.push({ name: "Settings", words: message, is: "problem" });
  };
  const [sandbox] = await Promise.all([
    readUserSandbox(dataDir).catch(failed),
    readUserBudget(dataDir).catch(failed),
  ]);
  return { sandbox: sandbox ?? { ...DEFAULT_SANDBOX, enabled: "on" }, findings };
}
