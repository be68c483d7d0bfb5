import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What stands in `settings.json` of the user's Plumb folder; undefined where it is not there or cannot be read. */
export function ownSettingsText(dataDir: string): string | undefined {
  try {
    return readFileSync(join(dataDir, "settings.json"), "utf8");
  } catch {
    return undefined;
  }
}
