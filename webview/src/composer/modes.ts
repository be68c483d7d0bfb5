import { MODES, type Mode } from "../../../src/core/mode.ts";
import { t } from "../l10n.ts";
import type { IconName } from "../ui/icon.tsx";

export interface ModeWords {
  readonly name: string;
  readonly explanation: string;
  readonly icon: IconName;
}

export function modeWords(mode: Mode): ModeWords {
  switch (mode) {
    case "ask":
      return {
        name: t("Ask"),
        explanation: t("Asks before it changes or runs anything"),
        icon: "comment-discussion",
      };
    case "acceptEdits":
      return {
        name: t("Accept edits"),
        explanation: t("Edits files without asking; you review after"),
        icon: "edit",
      };
    case "plan":
      return { name: t("Plan"), explanation: t("Reads and plans; changes nothing"), icon: "list-tree" };
    case "auto":
      return {
        name: t("Auto"),
        explanation: t("Edits, and runs what is harmless; asks before what is not"),
        icon: "agent",
      };
    case "dontAsk":
      return {
        name: t("Don't ask"),
        explanation: t("Denies what it would have to ask for"),
        icon: "circle-slash",
      };
    case "bypass":
      return {
        name: t("Bypass"),
        explanation: t("Asks almost nothing. Only where nothing can break"),
        icon: "warning",
      };
    default:
      return mode satisfies never;
  }
}

export const modesFor = (canBypass: boolean): readonly Mode[] =>
  MODES.filter((mode) => mode !== "bypass" || canBypass);
