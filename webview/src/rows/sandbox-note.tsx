import type { ToolRow } from "../../../src/core/rows.ts";
import { t, tn } from "../l10n.ts";
import { makeVisible } from "../text/visible.ts";

const refusedOf = ({ detail }: ToolRow) => (detail?.kind === "exit" ? detail.refused : undefined);

/** Where a command ran, when it was in the sandbox. */
export function SandboxBadge({ row }: { row: ToolRow }) {
  if (!refusedOf(row)) return null;
  const words = t(
    "Ran in the sandbox: it wrote in the workspace only and reached no host that was not allowed.",
  );
  return (
    <span className="badge" title={words}>
      {t("sandbox")}
    </span>
  );
}

const SHOWN = 5;

/** What the sandbox kept a command from. */
export function SandboxNote({ row }: { row: ToolRow }) {
  const refused = refusedOf(row) ?? [];
  if (refused.length === 0) return null;
  const rest = refused.length - SHOWN;
  return (
    <div className="cut-note">
      <p>{t("The sandbox stopped this:")}</p>
      <ul>
        {refused.slice(0, SHOWN).map(({ kind, target }) => (
          <li key={`${kind} ${target}`}>{wordsFor(kind, makeVisible(target, "exact"))}</li>
        ))}
        {rest > 0 && <li>{tn(rest, "{n} more", "{n} more")}</li>}
      </ul>
    </div>
  );
}

function wordsFor(kind: "write" | "read" | "host", target: string): string {
  if (kind === "host") return t("Reach {host}", { host: target });
  return kind === "write" ? t("Write {path}", { path: target }) : t("Read {path}", { path: target });
}
