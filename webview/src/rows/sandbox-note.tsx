import type { ToolRow } from "../../../src/core/rows.ts";
import { makeVisible } from "../../../src/core/visible.ts";
import { t, tn } from "../l10n.ts";
import { useView } from "../state/panel.tsx";
import { shortPath } from "../text/format.ts";

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
  const roots = useView((view) => view.surroundings.roots);
  const refused = refusedOf(row) ?? [];
  const rest = refused.length - SHOWN;
  return (
    <>
      {refused.slice(0, SHOWN).map(({ kind, target }) => {
        const shown = kind === "host" ? target : shortPath(target, roots);
        return (
          <p className="cut-note" key={`${kind} ${target}`}>
            {wordsFor(kind, makeVisible(shown, "exact"))}
          </p>
        );
      })}
      {rest > 0 && <p className="cut-note">{tn(rest, "And {n} more.", "And {n} more.")}</p>}
    </>
  );
}

function wordsFor(kind: "write" | "read" | "host", target: string): string {
  if (kind === "host") return t("The sandbox did not let it reach {host}.", { host: target });
  if (kind === "read") return t("The sandbox did not let it read {path}.", { path: target });
  return t("The sandbox did not let it write {path}.", { path: target });
}
