import type { PageRule, PageWarning, TriedKind } from "../../../src/protocol/permissions-page.ts";
import { t } from "../l10n.ts";

export type Verdict = PageRule["verdict"];

export function verdictWord(verdict: Verdict): string {
  if (verdict === "deny") return t("Deny");
  return verdict === "ask" ? t("Ask") : t("Allow");
}

export function verdictMeans(verdict: Verdict): string {
  if (verdict === "deny") return t("Never happens. Decides before all others.");
  return verdict === "ask"
    ? t("Waits for you. Decides before what is allowed.")
    : t("Happens without a question.");
}

export function warningWords(warning: PageWarning): string {
  switch (warning.kind) {
    case "early-star":
      return t("The star stands before other words, so any option of {program} is allowed there.", {
        program: warning.program,
      });
    case "runner":
      return t("{program} runs whatever its arguments say, so this allows almost anything.", {
        program: warning.program,
      });
    case "allows-nothing":
      return t("Allows nothing: {program} runs other programs, and only an exact rule allows that.", {
        program: warning.program,
      });
    case "everything":
      return t("Allows every command.");
    case "unreachable":
      return t("Never decides: {rule} comes first.", { rule: warning.by });
    default:
      return warning satisfies never;
  }
}

export function kindWords(kind: TriedKind): { readonly name: string; readonly example: string } {
  switch (kind) {
    case "command":
      return { name: t("Command"), example: "npm run test && git push" };
    case "read":
      return { name: t("Read a file"), example: "src/app.ts" };
    case "write":
      return { name: t("Change a file"), example: ".github/workflows/ci.yml" };
    case "host":
      return { name: t("Web address"), example: "docs.example.com" };
    case "tool":
      return { name: t("Other tool"), example: "mcp__server__tool" };
    default:
      return kind satisfies never;
  }
}

export function riskWord(risk: "low" | "medium" | "high"): string {
  if (risk === "low") return t("low risk");
  return risk === "medium" ? t("medium risk") : t("high risk");
}
