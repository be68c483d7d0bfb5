import { type ReactNode, useId } from "react";
import { t } from "../l10n.ts";
import { Group, ScrollBox } from "../ui/scroll-box.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import { ReasonField } from "./reason-field.tsx";

export interface Choice {
  readonly verdict: "allow" | "deny";
  readonly scope: "once" | "session" | "workspace";
  /** Those somebody wrote; the ones of the card when left out. */
  readonly rules?: string[];
}

interface Props {
  /** What "session" would add, all of them; without any only "once" is offered. */
  readonly rules: readonly string[];
  /** Set when not all changes are wanted. */
  readonly part: { readonly wanted: number; readonly all: number } | undefined;
  readonly mayAllow: boolean;
  readonly mayDeny: boolean;
  /** Something has to be read before anything can be allowed. The buttons can be reached then, and lead to it. */
  readonly blocked: boolean;
  /** False where a key that is pressed by habit must not approve. */
  readonly byEnter: boolean;
  readonly feedback: string;
  readonly setFeedback: (text: string) => void;
  readonly choose: (choice: Choice) => void;
  readonly writeRules: () => void;
  /** Takes the place of the rules while somebody writes them. */
  readonly editor: ReactNode;
}

export function ApprovalButtons(props: Props) {
  const { rules, part, mayAllow, mayDeny, blocked, byEnter, feedback, setFeedback, choose } = props;
  const note = useId();
  const hasReason = feedback.trim() !== "";
  const blockedBy = blocked ? note : undefined;
  const allow = { isOff: !mayAllow, blockedBy, byEnter };
  return (
    <div className="ask-buttons">
      {blocked && (
        <p className="ask-blocked" id={note}>
          {t("High risk: read the command to its end, then it can be allowed.")}
        </p>
      )}
      <div className="ask-main">
        <KeyButton
          letter="A"
          kind="primary"
          {...allow}
          onClick={() => choose({ verdict: "allow", scope: "once" })}
        >
          {part ? t("Allow {wanted} of {all}", part) : t("Allow once")}
        </KeyButton>
        <KeyButton
          letter="D"
          kind="secondary"
          isOff={!mayDeny}
          onClick={() => choose({ verdict: "deny", scope: "once" })}
        >
          {hasReason ? t("Deny and tell") : t("Deny")}
        </KeyButton>
      </div>
      {props.editor}
      {rules.length > 0 && !props.editor && (
        <Group className="ask-scopes" label={t("Allow {rule} from now on", { rule: rules.join(", ") })}>
          <Rules rules={rules} />
          <KeyButton
            letter="S"
            kind="quiet"
            {...allow}
            onClick={() => choose({ verdict: "allow", scope: "session" })}
          >
            {t("In this session")}
          </KeyButton>
          <KeyButton letter="W" kind="quiet" isOff={!mayDeny} hasPopup={true} onClick={props.writeRules}>
            {t("Always…")}
          </KeyButton>
        </Group>
      )}
      <ReasonField
        label={t("Tell Plumb what to do instead")}
        placeholder={t("Or deny, and say what to do instead")}
        words={feedback}
        setWords={setFeedback}
        deny={() => choose({ verdict: "deny", scope: "once" })}
      />
    </div>
  );
}

/** More than its box of a few lines may be able to hold. */
const LONG_RULE = 80;

function Rules({ rules }: { rules: readonly string[] }) {
  const words = (
    <>
      <span>{t("Don’t ask again for")}</span>{" "}
      {rules.map((rule) => (
        <code key={rule}>
          <VisibleText text={rule} />
        </code>
      ))}
    </>
  );
  if (rules.join().length <= LONG_RULE) return <p className="ask-rule">{words}</p>;
  return (
    <ScrollBox className="ask-rule" label={t("Don’t ask again for")}>
      {words}
    </ScrollBox>
  );
}

interface KeyButtonProps {
  readonly letter: string;
  readonly kind: "primary" | "secondary" | "quiet";
  readonly isOff: boolean;
  readonly blockedBy?: string | undefined;
  readonly byEnter?: boolean;
  readonly hasPopup?: boolean;
  readonly onClick: () => void;
  readonly children: string;
}

/** A button that a letter presses as well, while the card has the focus. Only a person presses it, no script. */
function KeyButton({ letter, kind, isOff, blockedBy, byEnter = true, ...rest }: KeyButtonProps) {
  return (
    <button
      type="button"
      className={`button ${kind}`}
      disabled={isOff && blockedBy === undefined}
      aria-disabled={blockedBy === undefined ? undefined : true}
      aria-describedby={blockedBy}
      aria-keyshortcuts={letter}
      aria-haspopup={rest.hasPopup ? "true" : undefined}
      onClick={(event) => event.isTrusted && rest.onClick()}
      onKeyDown={(event) => {
        if (event.key === "Enter" && !byEnter) event.preventDefault();
      }}
    >
      <span className="button-text">{rest.children}</span>
      <kbd>{letter}</kbd>
    </button>
  );
}
