import {
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import type { Approval, ToolRow } from "../../../src/core/rows.ts";
import { t, tn } from "../l10n.ts";
import { usePost, useView } from "../state/panel.tsx";
import { shortPath } from "../text/format.ts";
import { Icon } from "../ui/icon.tsx";
import { ApprovalButtons, type Choice } from "./approval-buttons.tsx";
import { ApprovalSubject } from "./approval-subject.tsx";
import { type Proposed, useProposed } from "./use-proposed.ts";

type Props = { readonly row: ToolRow; readonly approval: Approval };

/** After this long without a decision the answer did not arrive, and the buttons work again. */
const ANSWER_MS = 4000;

/**
 * Shows exactly what will run or change. It never takes the focus, and no button has it at first: an Enter or a letter
 * typed for the message must never approve anything.
 */
export function PermissionCard({ row, approval }: Props) {
  const post = usePost();
  const roots = useView((view) => view.surroundings.roots);
  const [isSent, setSent] = useState(false);
  const [isUnseenAccepted, setUnseenAccepted] = useState(false);
  const [feedback, setFeedback] = useState("");
  const title = useId();
  const subject = useId();
  useEffect(() => {
    if (!isSent) return;
    const timer = setTimeout(() => setSent(false), ANSWER_MS);
    return () => clearTimeout(timer);
  }, [isSent]);

  const proposed = useProposed(row, approval);
  const detail = proposed?.diff ?? approval.detail;
  const unseen = detail.kind === "diff" ? detail.hiddenLines : 0;
  const hasSome = proposed === undefined || proposed.wanted > 0 || proposed.all === 0;
  const mayAllow = hasSome && (unseen === 0 || isUnseenAccepted);
  const choose = ({ verdict, scope }: Choice): void => {
    if (isSent || (verdict === "allow" && !mayAllow)) return;
    setSent(true);
    const reason = verdict === "deny" ? feedback.trim() : "";
    post({
      type: "permission",
      callId: row.key,
      hash: approval.hash,
      verdict,
      scope,
      ...(reason && { feedback: reason }),
      ...(verdict === "allow" && proposed?.answer),
    });
  };
  return (
    <div
      className="ask-card"
      role="alertdialog"
      aria-labelledby={title}
      aria-describedby={subject}
      tabIndex={-1}
      data-waiting="permission"
      onKeyDown={(event) =>
        chooseByKey(event, { hasRule: approval.suggestions.length > 0, choose, proposed })
      }
    >
      <h2 id={title} className="ask-title">
        <Icon name="shield" />
        <span>{headline(row, approval, roots)}</span>
      </h2>
      <Subject id={subject}>
        <ApprovalSubject detail={detail} title={row.title} proposed={proposed} />
      </Subject>
      <p className="ask-why">{t("Why it asks: {why}", { why: approval.because })}</p>
      {unseen > 0 && (
        <label className="ask-unseen">
          <input
            type="checkbox"
            checked={isUnseenAccepted}
            onChange={(event) => setUnseenAccepted(event.target.checked)}
          />
          {tn(unseen, "Allow without seeing {n} line", "Allow without seeing {n} lines")}
        </label>
      )}
      <ApprovalButtons
        rule={unseen > 0 ? undefined : approval.suggestions[0]}
        part={
          proposed && proposed.wanted < proposed.all
            ? { wanted: proposed.wanted, all: proposed.all }
            : undefined
        }
        mayAllow={mayAllow && !isSent}
        mayDeny={!isSent}
        feedback={feedback}
        setFeedback={setFeedback}
        choose={choose}
      />
    </div>
  );
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
  w: { verdict: "allow", scope: "workspace" },
  d: { verdict: "deny", scope: "once" },
};

interface KeyActions {
  readonly hasRule: boolean;
  readonly choose: (choice: Choice) => void;
  readonly proposed: Proposed | undefined;
}

/** A letter pressed in a checkbox is meant for the card. */
const isForWords = (target: EventTarget): boolean =>
  target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && target.type !== "checkbox");

/** The card's letters, only while the card itself or one of its buttons has the focus. */
function chooseByKey(event: KeyboardEvent, { hasRule, choose, proposed }: KeyActions): void {
  if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.nativeEvent.isComposing) return;
  if (isForWords(event.target)) return;
  if (event.key.toLowerCase() === "o" && proposed) {
    event.preventDefault();
    return proposed.open();
  }
  const choice = KEYS[event.key.toLowerCase()];
  if (!choice || (choice.scope !== "once" && !hasRule)) return;
  event.preventDefault();
  choose(choice);
}

function headline(row: ToolRow, { detail }: Approval, roots: readonly string[]): string {
  switch (detail.kind) {
    case "command":
      return t("Run this command?");
    case "diff": {
      const path = shortPath(detail.path, roots);
      if (detail.op === "create") return t("Create {path}?", { path });
      return detail.op === "delete" ? t("Delete {path}?", { path }) : t("Change {path}?", { path });
    }
    case "move": {
      const path = shortPath(detail.from, roots);
      return detail.isFolder ? t("Move the folder {path}?", { path }) : t("Move {path}?", { path });
    }
    case "url":
      return t("Fetch this address?");
    case "exit":
    case "todos":
    case "questions":
    case "input":
    case "plan":
    case "note":
      return t("Allow {tool}?", { tool: row.name });
    default:
      return detail satisfies never;
  }
}
