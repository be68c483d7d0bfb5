import type { PartGroup } from "../../../src/core/part-groups.ts";
import { t } from "../l10n.ts";

export function groupName(group: PartGroup): string {
  switch (group) {
    case "tools":
      return t("Tools");
    case "system":
      return t("System prompt");
    case "instructions":
      return t("Instructions");
    case "memory":
      return t("Memory");
    case "files":
      return t("Files");
    case "results":
      return t("Tool results");
    case "conversation":
      return t("Conversation");
    default:
      return group satisfies never;
  }
}

/** "12 %", and "<1 %" for what is there and rounds to nothing. */
export function percent(part: number, whole: number): string {
  if (whole <= 0 || part <= 0) return t("{percent} %", { percent: 0 });
  const share = (100 * part) / whole;
  return t("{percent} %", { percent: share < 1 ? "<1" : Math.round(share) });
}
