import { type KeyboardEvent, type ReactNode, useId, useLayoutEffect, useRef, useState } from "react";
import type { Approval, ToolRow } from "../../../src/core/rows.ts";
import { makeVisible } from "../../../src/core/visible.ts";
import { t, tn } from "../l10n.ts";
import { useView } from "../state/panel.tsx";
import { shortPath } from "../text/format.ts";
import { Icon } from "../ui/icon.tsx";
import { ApprovalButtons, type Choice } from "./approval-buttons.tsx";
import { ApprovalSubject } from "./approval-subject.tsx";
import { RuleEditor } from "./rule-editor.tsx";
import { useAnswer } from "./use-answer.ts";
import { type Proposed, useProposed } from "./use-proposed.ts";

type Props = { readonly row: ToolRow; readonly approval: Approval };

/**
 * Shows exactly what will run or change. It never takes the focus, and no button has it at first: an Enter or a letter
 * typed for the message must never approve anything.
 */
export function PermissionCard({ row, approval }: Props) {
  const roots = useView((view) => view.surroundings.roots);
  const [isUnseenAccepted, setUnseenAccepted] = useState(false);
  const [isWriting, setWriting] = useState(false);
  const [feedback, setFeedback] = useState("");
  const card = useRef<HTMLDivElement>(null);
  const title = useId();
  const subject = useId();
  const proposed = useProposed(row, approval);
  const detail = proposed?.diff ?? approval.detail;
  const unseen = detail.kind === "diff" ? detail.hiddenLines : 0;
  const hasSome = proposed === undefined || proposed.wanted > 0 || proposed.all === 0;
  const isHigh = detail.kind === "command" && detail.risk?.level === "high";
  const answer = useAnswer({
    row,
    approval,
    feedback,
    isReady: hasSome && (unseen === 0 || isUnseenAccepted),
    mustRead: isHigh,
    readOn: () => readOn(card.current),
    of: proposed?.answer,
  });
  const { choose } = answer;
  const rules = unseen > 0 ? [] : approval.suggestions;
  const writeRules = (): void => setWriting(true);
  return (
    <div
      className="ask-card"
      role="alertdialog"
      aria-labelledby={title}
      aria-describedby={subject}
      tabIndex={-1}
      ref={card}
      data-waiting="permission"
      onKeyDown={(event) => chooseByKey(event, { hasRule: rules.length > 0, choose, writeRules, proposed })}
    >
      <h2 id={title} className="ask-title">
        <Icon name="shield" />
        <span>{headline(row, approval, roots)}</span>
      </h2>
      <Subject id={subject}>
        <ApprovalSubject detail={detail} title={row.title} proposed={proposed} onEnd={answer.onEnd} />
      </Subject>
      <p className="ask-why">{t("Why it asks: {why}", { why: makeVisible(approval.because, "exact") })}</p>
      {unseen > 0 && <Unseen lines={unseen} isAccepted={isUnseenAccepted} accept={setUnseenAccepted} />}
      <ApprovalButtons
        rules={rules}
        part={
          proposed && proposed.wanted < proposed.all
            ? { wanted: proposed.wanted, all: proposed.all }
            : undefined
        }
        mayAllow={answer.mayAllow}
        mayDeny={!answer.isSent}
        blocked={answer.isBlocked}
        byEnter={!isHigh}
        {...{ feedback, setFeedback, choose, writeRules }}
        editor={
          isWriting && (
            <Editor
              row={row}
              approval={approval}
              mayAllow={answer.mayAllow}
              byEnter={!isHigh}
              choose={choose}
            >
              {() => {
                setWriting(false);
                card.current?.focus();
              }}
            </Editor>
          )
        }
      />
    </div>
  );
}

interface UnseenProps {
  readonly lines: number;
  readonly isAccepted: boolean;
  readonly accept: (isAccepted: boolean) => void;
}

const Unseen = ({ lines, isAccepted, accept }: UnseenProps) => (
  <label className="ask-unseen">
    <input type="checkbox" checked={isAccepted} onChange={(event) => accept(event.target.checked)} />
    {tn(lines, "Allow without seeing {n} line", "Allow without seeing {n} lines")}
  </label>
);

interface EditorProps extends Props {
  readonly mayAllow: boolean;
  readonly byEnter: boolean;
  readonly choose: (choice: Choice) => void;
  /** Closes it. */
  readonly children: () => void;
}

const Editor = ({ row, approval, mayAllow, byEnter, choose, children }: EditorProps) => (
  <RuleEditor
    callId={row.key}
    hash={approval.hash}
    choices={[approval.suggestions, ...(approval.wider ?? [])]}
    isCommand={approval.detail.kind === "command"}
    mayAllow={mayAllow}
    byEnter={byEnter}
    allow={(scope, rules) => choose({ verdict: "allow", scope, rules })}
    close={children}
  />
);

/** To what has to be read first: its keys scroll it. */
function readOn(card: HTMLElement | null): void {
  const text = card?.querySelector<HTMLElement>(".ask-exact");
  text?.focus();
  text?.scrollIntoView({ block: "nearest" });
}

/** What is longer than its place can be scrolled by keys. */
function Subject({ id, children }: { id: string; children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  const [isLong, setLong] = useState(false);
  useLayoutEffect(() => {
    if (box.current) setLong(box.current.scrollHeight > box.current.clientHeight);
  });
  return (
    <div id={id} className="ask-subject" ref={box} tabIndex={isLong ? 0 : undefined}>
      {children}
    </div>
  );
}

const KEYS: Readonly<Record<string, Choice>> = {
  a: { verdict: "allow", scope: "once" },
  s: { verdict: "allow", scope: "session" },
  d: { verdict: "deny", scope: "once" },
};

interface KeyActions {
  readonly hasRule: boolean;
  readonly choose: (choice: Choice) => void;
  readonly writeRules: () => void;
  readonly proposed: Proposed | undefined;
}

/** A letter pressed in a checkbox is meant for the card. */
const isForWords = (target: EventTarget): boolean =>
  target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && target.type !== "checkbox");

/** The card's letters, only while the card itself or one of its buttons has the focus. */
function chooseByKey(event: KeyboardEvent, { hasRule, choose, writeRules, proposed }: KeyActions): void {
  if (!event.isTrusted) return;
  if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.nativeEvent.isComposing) return;
  if (isForWords(event.target)) return;
  if (event.key.toLowerCase() === "o" && proposed) {
    event.preventDefault();
    return proposed.open();
  }
  if (event.key.toLowerCase() === "w" && hasRule) {
    event.preventDefault();
    return writeRules();
  }
  const choice = KEYS[event.key.toLowerCase()];
  if (!choice || (choice.scope !== "once" && !hasRule)) return;
  event.preventDefault();
  choose(choice);
}

function headline(row: ToolRow, { detail }: Approval, roots: readonly string[]): string {
  const shown = (path: string): string => makeVisible(shortPath(path, roots), "exact");
  switch (detail.kind) {
    case "command":
      return detail.isOutside ? t("Run this command again, outside of the sandbox?") : t("Run this command?");
    case "diff": {
      const path = shown(detail.path);
      if (detail.op === "create") return t("Create {path}?", { path });
      return detail.op === "delete" ? t("Delete {path}?", { path }) : t("Change {path}?", { path });
    }
    case "move": {
      const path = shown(detail.from);
      return detail.isFolder ? t("Move the folder {path}?", { path }) : t("Move {path}?", { path });
    }
    case "url":
      return t("Fetch this address?");
    case "host":
      return t("Let this command reach {host}?", { host: makeVisible(detail.host, "exact") });
    case "exit":
    case "todos":
    case "questions":
    case "input":
    case "plan":
    case "note":
      return t("Allow {tool}?", { tool: makeVisible(row.name, "exact") });
    default:
      return detail satisfies never;
  }
}
