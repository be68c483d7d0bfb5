import { statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { type RuleFile, ruleFiles } from "../../safety/rule-files/places.ts";
import type { Environment } from "./clean-environment.ts";
import { PLATFORM } from "./node-paths.ts";

/** The settings files of this machine, this user and these workspace folders (canonical) that rules may stand in. */
export function ruleFilesHere(
  { roots, dataDir }: { readonly roots: readonly string[]; readonly dataDir: string },
  environment: Environment = process.env,
): RuleFile[] {
  const home = homedir();
  const claudeDir = environment["CLAUDE_CONFIG_DIR"] || join(home, ".claude");
  return ruleFiles({ platform: PLATFORM, home, dataDir, claudeDir, roots, join });
}

/** Whether there is anything at a path; true when that cannot be told. */
export function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}
