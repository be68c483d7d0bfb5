import type { Decided } from "../../../src/core/rows.ts";
import { t } from "../l10n.ts";
import { usePanel } from "../state/panel.tsx";

/** Why the call was let through or not, in the words of the rule or mode that said so. */
export function WhyDecided({ decided }: { decided: Decided | undefined }) {
  const { host } = usePanel();
  if (!decided) return undefined;
  return (
    <p className="cut-note">
      {wordsFor(decided)}{" "}
      <button type="button" className="link-button" onClick={() => host.post({ type: "openPermissions" })}>
        {t("Permissions…")}
      </button>
    </p>
  );
}

function wordsFor({ verdict, by, because: why, scope }: Decided): string {
  if (verdict !== "allow")
    return by === "user" ? t("You denied it.") : t("Why it was denied: {why}", { why });
  if (by !== "user") return t("Why it was allowed: {why}", { why });
  if (scope === "session") return t("You allowed it, and what is like it in this session.");
  if (scope === "workspace") return t("You allowed it, and what is like it in this workspace.");
  return t("You allowed it once.");
}
