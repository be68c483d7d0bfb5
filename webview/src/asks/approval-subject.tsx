import type { Detail } from "../../../src/core/detail.ts";
import { t, tn } from "../l10n.ts";
import { DiffView } from "../rows/diff-view.tsx";
import { PlusMinus } from "../rows/edit-card.tsx";
import { useView } from "../state/panel.tsx";
import { shortPath } from "../text/format.ts";
import { hasHidden, makeVisible } from "../text/visible.ts";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import type { Proposed } from "./use-proposed.ts";

interface Props {
  readonly detail: Detail;
  readonly title: string;
  /** For a change of a file: what the user has made of it so far. */
  readonly proposed: Proposed | undefined;
}

/** The thing to approve, whole. What is too long scrolls; what could not be shown is counted. */
export function ApprovalSubject({ detail, title, proposed }: Props) {
  switch (detail.kind) {
    case "command":
      return <Command detail={detail} />;
    case "diff":
      return (
        <>
          <p className="ask-facts">
            <PlusMinus added={detail.added} removed={detail.removed} />
            {proposed?.isAmended && (
              <span className="ask-amended" title={t("As you changed it in the editor")}>
                {t("Edited")}
              </span>
            )}
            {proposed && (
              <Button
                kind="quiet"
                icon="diff-multiple"
                className="ask-open"
                aria-keyshortcuts="O"
                title={t("See it in the editor, and change it before you allow it (O)")}
                onClick={proposed.open}
              >
                {t("Open proposal")}
              </Button>
            )}
          </p>
          <DiffView diff={detail} isWhole={true} choice={proposed?.choice} />
        </>
      );
    case "move":
      return <Move detail={detail} />;
    case "url":
      return <Address url={detail.url} />;
    case "note":
      return <p>{detail.text}</p>;
    case "input":
      return (
        <>
          <p>{title}</p>
          <Exact text={detail.json} />
        </>
      );
    case "exit":
    case "todos":
    case "questions":
    case "plan":
      return <Exact text={JSON.stringify(detail, null, 2)} />;
    default:
      return detail satisfies never;
  }
}

function Exact({ text }: { text: string }) {
  const lines = text.split("\n").length;
  return (
    <>
      <pre className="ask-exact">
        <VisibleText text={text} />
      </pre>
      {lines > 8 && (
        <p className="cut-note">
          {tn(lines, "{n} line in all; scroll to read it.", "{n} lines in all; scroll to read them.")}
        </p>
      )}
      {hasHidden(text, "exact") && (
        <p className="ask-warning">
          <Icon name="warning" />{" "}
          {t("It contains characters that cannot be seen. They are spelled out above.")}
        </p>
      )}
    </>
  );
}

type CommandDetail = Extract<Detail, { kind: "command" }>;

function Command({ detail }: { detail: CommandDetail }) {
  const { command, cwd, description, lasting, risk } = detail;
  const roots = useView((view) => view.surroundings.roots);
  const place = roots.includes(cwd) ? "" : shortPath(cwd, roots);
  return (
    <>
      {description && <p>{t("Plumb says: {description}", { description })}</p>}
      {/* Above the command, which may be longer than the card. */}
      {risk && <CommandRisk risk={risk} />}
      <Exact text={command} />
      {place && <p className="ask-facts">{t("Runs in {folder}", { folder: place })}</p>}
      {lasting && (
        <p className="ask-warning">
          <Icon name="warning" /> {makeVisible(lasting)}
        </p>
      )}
    </>
  );
}

/** Both places whole: that a file is elsewhere then is all that happens to it. */
function Move({ detail }: { detail: Extract<Detail, { kind: "move" }> }) {
  const roots = useView((view) => view.surroundings.roots);
  const place = (path: string): string => shortPath(path, roots);
  return (
    <>
      <Exact text={`${place(detail.from)}\n→ ${place(detail.to)}`} />
      <p className="ask-facts">
        {detail.isFolder
          ? tn(detail.files, "{n} file goes with it.", "{n} files go with it.")
          : t("The editor may update what refers to it.")}
      </p>
    </>
  );
}

/** Why it is worth a look, with the words that say so. What only reads says nothing. */
function CommandRisk({ risk }: { risk: NonNullable<CommandDetail["risk"]> }) {
  if (risk.level === "low") return null;
  const reasons = risk.reasons.map(({ text, words }) => `${text} (${makeVisible(words)})`).join("; ");
  if (risk.level === "medium") return <p className="ask-facts">{t("Some risk: {reasons}", { reasons })}</p>;
  return (
    <p className="ask-warning">
      <Icon name="warning" /> {t("High risk: {reasons}", { reasons })}
    </p>
  );
}

/** The host stands out: it is what decides where data goes. */
function Address({ url }: { url: string }) {
  const host = URL.canParse(url) ? new URL(url).host : "";
  return (
    <>
      {host && (
        <p className="ask-facts">
          <Icon name="globe" /> <strong>{host}</strong>
        </p>
      )}
      <Exact text={url} />
    </>
  );
}
