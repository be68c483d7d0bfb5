import { useId } from "react";
import { t } from "../l10n.ts";
import { Group, ScrollBox } from "../ui/scroll-box.tsx";
import { VisibleText } from "../ui/visible-text.tsx";

export type Choice = { readonly verdict: "allow" | "deny"; readonly scope: "once" | "session" | "workspace" };

interface Props {
  /** What "session" and "workspace" would add; without one only "once" is offered. */
  readonly rule: string | undefined;
  /** Set when not all changes are wanted. */
  readonly part: { readonly wanted: number; readonly all: number } | undefined;
  readonly mayAllow: boolean;
  readonly mayDeny: boolean;
  readonly feedback: string;
  readonly setFeedback: (text: string) => void;
  readonly choose: (choice: Choice) => void;
}

export function ApprovalButtons({ rule, part, mayAllow, mayDeny, feedback, setFeedback, choose }: Props) {
  const reason = useId();
  const hasReason = feedback.trim() !== "";
  return (
    <div className="ask-buttons">
      <div className="ask-main">
        <KeyButton
          letter="A"
          kind="primary"
          isOff={!mayAllow}
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
      {rule !== undefined && (
        <Group className="ask-scopes" label={t("Allow {rule} from now on", { rule })}>
          <Rule rule={rule} />
          <KeyButton
            letter="S"
            kind="quiet"
            isOff={!mayAllow}
            onClick={() => choose({ verdict: "allow", scope: "session" })}
          >
            {t("In this session")}
          </KeyButton>
          <KeyButton
            letter="W"
            kind="quiet"
            isOff={!mayAllow}
            onClick={() => choose({ verdict: "allow", scope: "workspace" })}
          >
            {t("In this workspace")}
          </KeyButton>
        </Group>
      )}
      <label className="sr-only" htmlFor={reason}>
        {t("Tell Plumb what to do instead")}
      </label>
      <input
        id={reason}
        type="text"
        className="text-input"
        value={feedback}
        maxLength={10_000}
        placeholder={t("Or deny, and say what to do instead")}
        onChange={(event) => setFeedback(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape" && hasReason) {
            event.stopPropagation();
            setFeedback("");
          }
          if (event.key !== "Enter" || event.nativeEvent.isComposing || !hasReason) return;
          event.preventDefault();
          choose({ verdict: "deny", scope: "once" });
        }}
      />
    </div>
  );
}

/** More than its box of a few lines may be able to hold. */
const LONG_RULE = 80;

function Rule({ rule }: { rule: string }) {
  const words = (
    <>
      <span>{t("Don’t ask again for")}</span>{" "}
      <code>
        <VisibleText text={rule} />
      </code>
    </>
  );
  if (rule.length <= LONG_RULE) return <p className="ask-rule">{words}</p>;
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
  readonly onClick: () => void;
  readonly children: string;
}

/** A button that a letter presses as well, while the card has the focus. */
function KeyButton({ letter, kind, isOff, onClick, children }: KeyButtonProps) {
  return (
    <button
      type="button"
      className={`button ${kind}`}
      disabled={isOff}
      aria-keyshortcuts={letter}
      onClick={onClick}
    >
      <span className="button-text">{children}</span>
      <kbd>{letter}</kbd>
    </button>
  );
}
