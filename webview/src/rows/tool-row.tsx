import { Fragment, memo, type ReactNode, useState } from "react";
import type { ToolRow as Tool } from "../../../src/core/rows.ts";
import { t, tn } from "../l10n.ts";
import { Markdown } from "../markdown/markdown.tsx";
import { useHostClock, useView } from "../state/panel.tsx";
import { isDrawn } from "../state/view.ts";
import { formatDuration, splitPath } from "../text/format.ts";
import { Icon, Spinner } from "../ui/icon.tsx";
import { Group, ScrollBox } from "../ui/scroll-box.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import { EditCards, PlusMinus, shownEdits } from "./edit-card.tsx";
import { SandboxBadge, SandboxNote } from "./sandbox-note.tsx";
import { ToolOutput } from "./tool-output.tsx";
import { isActive, stateWord, toolLine } from "./tool-words.ts";
import { WhyDecided } from "./why-decided.tsx";

/** Rows of a sub-agent shown while it works; the rest on request. */
const NESTED_ROWS = 4;

interface Props {
  readonly row: Tool;
  /** Draws a nested row: passed in, because a tool row can hold rows of every kind. */
  readonly drawRow: (row: Tool["children"][number]) => ReactNode;
}

export const ToolRow = memo(function ToolRow({ row, drawRow }: Props) {
  const [choice, setOpen] = useState<boolean | undefined>(undefined);
  const isOpen = choice ?? isOpenAtFirst(row);
  const hasMore = hasBody(row);
  return (
    <div className="tool" data-state={row.state} data-tool={row.name}>
      <ToolSummary row={row} isOpen={isOpen} hasMore={hasMore} toggle={() => setOpen(!isOpen)} />
      {hasMore && isOpen && (
        <div className="tool-body">
          <ToolBody row={row} drawRow={drawRow} />
        </div>
      )}
    </div>
  );
});

const isOpenAtFirst = (row: Tool): boolean =>
  row.edits.some((edit) => edit.state === "pending") ||
  (row.state === "running" && (row.children.length > 0 || row.output !== "")) ||
  (row.state === "failed" && row.name === "Bash");

const hasBody = (row: Tool): boolean =>
  row.output !== "" ||
  row.children.length > 0 ||
  row.edits.length > 0 ||
  row.detail?.kind === "diff" ||
  (row.answers?.length ?? 0) > 0 ||
  isLongCommand(row);

/** A command that its one line cannot show whole. */
const isLongCommand = (row: Tool): boolean =>
  row.name === "Bash" && (commandOf(row).includes("\n") || commandOf(row).length > 60);

/** The title is cut; the command is not. */
const commandOf = (row: Tool): string => row.command ?? row.title;

type SummaryProps = { row: Tool; isOpen: boolean; hasMore: boolean; toggle: () => void };

function ToolSummary({ row, isOpen, hasMore, toggle }: SummaryProps) {
  const roots = useView((view) => view.surroundings.roots);
  const { icon, verb, target } = toolLine(row, roots);
  const edits = row.edits.some(({ from }) => from === undefined) && shownEdits(row);
  const content = (
    <>
      {row.state === "running" || row.state === "writing" ? <Spinner /> : <Icon name={icon} />}
      <span className="line-verb">{verb}</span>
      <Target row={row} target={target} />
      {edits && (
        <PlusMinus
          added={edits.reduce((sum, edit) => sum + edit.added, 0)}
          removed={edits.reduce((sum, edit) => sum + edit.removed, 0)}
        />
      )}
      <ToolFacts row={row} />
      {hasMore && <Icon name="chevron-right" className={isOpen ? "chevron is-open" : "chevron"} />}
    </>
  );
  if (!hasMore) return <div className="line">{content}</div>;
  return (
    <button type="button" className="line" aria-expanded={isOpen} onClick={toggle}>
      {content}
    </button>
  );
}

const PATH_TOOLS: ReadonlySet<string> = new Set(["Read", "Edit", "NotebookEdit", "Write", "Delete"]);

/** Of a path the name comes first: it is what is left when there is no room. */
function Target({ row, target }: { row: Tool; target: string }) {
  const line = target.split("\n", 1)[0] ?? "";
  if (!PATH_TOOLS.has(row.name)) {
    return (
      <span className={row.name === "Bash" ? "line-target is-code" : "line-target"} title={target}>
        <bdi>{line}</bdi>
      </span>
    );
  }
  const { folder, name } = splitPath(line);
  return (
    <span className="line-target" title={target}>
      <bdi>{name}</bdi> {folder && <bdi className="line-folder">{folder}</bdi>}
    </span>
  );
}

function ToolFacts({ row }: { row: Tool }) {
  const isRunning = row.state === "running";
  const now = useHostClock(isRunning && row.startedAt > 0);
  const exit = row.detail?.kind === "exit" ? row.detail.code : undefined;
  const ms = row.startedAt > 0 ? (isRunning ? now : row.endedAt) - row.startedAt : 0;
  const isBad = row.state === "failed" || row.state === "denied" || row.state === "interrupted";
  return (
    <span className="line-facts">
      {exit !== undefined && exit !== null && exit !== 0 && (
        <span className="badge is-bad">{t("exit {code}", { code: exit })}</span>
      )}
      {(isBad && !exit) || row.state === "asking" || row.state === "later" ? (
        <span className={isBad ? "badge is-bad" : "badge is-asking"}>{stateWord(row.state)}</span>
      ) : (
        <span className="sr-only">{stateWord(row.state)}</span>
      )}
      <SandboxBadge row={row} />
      {ms >= (isRunning ? 2000 : 1000) && <span className="duration">{formatDuration(ms)}</span>}
    </span>
  );
}

function ToolBody({ row, drawRow }: Props) {
  return (
    <>
      {isLongCommand(row) && (
        <ScrollBox className="command" label={t("Command")}>
          <VisibleText text={commandOf(row)} />
        </ScrollBox>
      )}
      <Answers row={row} />
      {row.detail?.kind === "plan" && (
        <ScrollBox className="plan-text" label={t("The plan")}>
          <Markdown id={`plan:${row.key}:done`} text={row.detail.markdown} isOpen={false} />
        </ScrollBox>
      )}
      <EditCards row={row} />
      <Nested row={row} drawRow={drawRow} />
      {(row.edits.length === 0 || row.state === "failed" || row.name === "Bash") && (
        <ToolOutput row={row} isLive={isActive(row)} />
      )}
      <TaskNote row={row} />
      <SandboxNote row={row} />
      <WhyDecided decided={row.decided} />
    </>
  );
}

function TaskNote({ row }: { row: Tool }) {
  if (row.detail?.kind !== "exit" || row.detail.taskId === undefined) return null;
  return <p className="cut-note">{t("Runs in the background as {id}.", { id: row.detail.taskId })}</p>;
}

function Answers({ row }: { row: Tool }) {
  if (!row.questions || !row.answers?.length) return null;
  return (
    <dl className="answers">
      {row.questions.map((question, index) => (
        <div key={question.question}>
          <dt>{question.question}</dt>
          <dd>{row.answers?.[index] || t("No answer")}</dd>
        </div>
      ))}
    </dl>
  );
}

function Nested({ row, drawRow }: Props) {
  const [isWhole, setWhole] = useState(false);
  const rows = row.children.filter(isDrawn);
  if (rows.length === 0) return null;
  const hidden = isWhole || !isActive(row) ? 0 : Math.max(0, rows.length - NESTED_ROWS);
  return (
    <Group className="nested" label={t("Steps of a sub-agent")}>
      {hidden > 0 && (
        <button type="button" className="show-all" onClick={() => setWhole(true)}>
          {tn(hidden, "Show {n} earlier step", "Show {n} earlier steps")}
        </button>
      )}
      {rows.slice(hidden).map((child) => (
        <Fragment key={child.key}>{drawRow(child)}</Fragment>
      ))}
    </Group>
  );
}
