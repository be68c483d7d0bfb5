import { useLayoutEffect, useRef, useState } from "react";
import type { PageRule } from "../../../src/protocol/permissions-page.ts";
import { t } from "../l10n.ts";
import { formatAgo } from "../text/format.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import type { Post } from "./link.ts";
import { onEnter } from "./on-enter.ts";
import { warningWords } from "./words.ts";

export function RuleRow({ rule, post }: { rule: PageRule; post: Post }) {
  const [edited, setEdited] = useState<string>();
  const editButton = useRef<HTMLButtonElement>(null);
  const hasEnded = useRef(false);
  const end = (): void => {
    hasEnded.current = true;
    setEdited(undefined);
  };
  // At once, and not with the next picture: until then the keyboard may have gone elsewhere.
  useLayoutEffect(() => {
    if (edited !== undefined || !hasEnded.current) return;
    hasEnded.current = false;
    editButton.current?.focus();
  }, [edited]);
  const save = (): void => {
    const to = edited?.trim() ?? "";
    if (to !== "" && to !== rule.text) post({ type: "change", id: rule.id, to });
    end();
  };
  if (edited !== undefined)
    return (
      <li className="page-rule">
        <div className="page-form">
          <input
            className="text-input page-wide"
            type="text"
            spellCheck={false}
            // biome-ignore lint/a11y/noAutofocus: the person has just asked to write here
            autoFocus
            aria-label={t("Rule")}
            value={edited}
            onChange={(event) => setEdited(event.target.value)}
            onKeyDown={onEnter(save, end)}
          />
          <Button kind="primary" onClick={save}>
            {t("Save")}
          </Button>
          <Button onClick={end}>{t("Cancel")}</Button>
        </div>
      </li>
    );
  return (
    <li className="page-rule">
      <div className="page-rule-head">
        {rule.state === "broken" ? (
          <span>{t("The whole file")}</span>
        ) : (
          <code className={rule.state === "unknown" ? "is-idle" : ""}>
            <VisibleText text={rule.text} />
          </code>
        )}
        {rule.canChange && (
          <span className="page-rule-buttons">
            <IconButton
              ref={editButton}
              icon="edit"
              label={t("Edit {rule}", { rule: rule.text })}
              onClick={() => setEdited(rule.text)}
            />
            <IconButton
              icon="trash"
              label={t("Remove {rule}", { rule: rule.text })}
              onClick={() => post({ type: "change", id: rule.id })}
            />
          </span>
        )}
      </div>
      <p className="page-rule-note muted">
        {rule.hasFile ? (
          <button
            type="button"
            className="link-button"
            onClick={() => post({ type: "openRule", id: rule.id })}
          >
            <VisibleText text={rule.source} />
          </button>
        ) : (
          <VisibleText text={rule.source} />
        )}
        <span>{countWords(rule)}</span>
      </p>
      {stateWords(rule).map((words) => (
        <p key={words} className="page-rule-warning">
          <Icon name="warning" />
          <span>
            <VisibleText text={words} />
          </span>
        </p>
      ))}
    </li>
  );
}

function stateWords({ state, text, warnings }: PageRule): string[] {
  if (state === "unknown") return [t("Plumb does not understand this; it matches nothing.")];
  if (state === "broken")
    return [t("Cannot be understood ({why}). Until it is corrected, everything asks.", { why: text })];
  return warnings.map(warningWords);
}

/** Counted in the conversations of this workspace: a rule of the user's may be used elsewhere as well. */
function countWords({ uses, lastAt }: PageRule): string {
  if (lastAt === undefined) return t("not used here yet");
  const when = formatAgo(lastAt, Date.now());
  return uses === 1
    ? t("used once here, {when}", { when })
    : t("used {n} times here, last {when}", { n: uses, when });
}
