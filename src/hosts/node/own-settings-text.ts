import { readFileSync } from "node:fs";
import { join } from "node:path";
import { hasCode } from "./file-errors.ts";

/** What stands in `settings.json` of the user's Plumb folder: "" where there is none, undefined where it cannot be read. */
export function ownSettingsText(dataDir: string): string | undefined {
  try {
    return readFileSync(join(dataDir, "settings.json"), "utf8");
  } catch (thrown) {
    return hasCode(thrown, "ENOENT") ? "" : undefined;
  }
}
