import type { Detail } from "../../../src/core/detail.ts";
import { makeVisible } from "../../../src/core/visible.ts";
import { t, tn } from "../l10n.ts";
import { DiffView } from "../rows/diff-view.tsx";
import { PlusMinus } from "../rows/edit-card.tsx";
import { useView } from "../state/panel.tsx";
import { shortPath } from "../text/format.ts";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { CommandSubject } from "./command-subject.tsx";
import { Exact } from "./exact.tsx";
import type { Proposed } from "./use-proposed.ts";

interface Props {
  readonly detail: Detail;
  readonly title: string;
  /** For a change of a file: what the user has made of it so far. */
  readonly proposed: Proposed | undefined;
  /** Called when the end of a text has come into sight. */
  readonly onEnd: () => void;
}

/** The thing to approve, whole. What is too long scrolls; what could not be shown is counted. */
export function ApprovalSubject({ detail, title, proposed, onEnd }: Props) {
  switch (detail.kind) {
    case "command":
      return <CommandSubject detail={detail} onEnd={onEnd} />;
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
    case "host":
      return <Exact text={detail.command} label={t("Command")} />;
    case "note":
      return <p>{makeVisible(detail.text)}</p>;
    case "input":
      return (
        <>
          <p>{makeVisible(title, "exact")}</p>
          <Exact text={detail.json} label={t("What it is given")} />
        </>
      );
    case "exit":
    case "todos":
    case "questions":
    case "plan":
      return <Exact text={JSON.stringify(detail, null, 2)} label={t("What it is given")} />;
    default:
      return detail satisfies never;
  }
}

/** Both places whole: that a file is elsewhere then is all that happens to it. */
function Move({ detail }: { detail: Extract<Detail, { kind: "move" }> }) {
  const roots = useView((view) => view.surroundings.roots);
  const place = (path: string): string => shortPath(path, roots);
  return (
    <>
      <Exact text={`${place(detail.from)}\n→ ${place(detail.to)}`} label={t("From and to")} />
      <p className="ask-facts">
        {detail.isFolder
          ? tn(detail.files, "{n} file goes with it.", "{n} files go with it.")
          : t("The editor may update what refers to it.")}
      </p>
    </>
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
      <Exact text={url} label={t("Address")} />
    </>
  );
}
