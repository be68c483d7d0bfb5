import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { hasHidden } from "../../../src/core/visible.ts";
import { t } from "../l10n.ts";
import { usePost, useView } from "../state/panel.tsx";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { Group } from "../ui/scroll-box.tsx";

type Scope = "workspace" | "session";
interface Props {
  readonly callId: string;
  readonly hash: string;
  /** Sets of rules to begin with, narrowest first; at least one. */
  readonly choices: readonly (readonly string[])[];
  readonly isCommand: boolean;
  /** False while the command has not been read, or was answered. */
  readonly mayAllow: boolean;
  /** Whether Enter may do it. */
  readonly byEnter: boolean;
  readonly allow: (scope: Scope, rules: string[]) => void;
  readonly close: () => void;
}

/** A pause in typing. */
const PAUSE_MS = 150;

/** What is to be allowed from now on, as text: it says what that would cover, and nothing else than what stands here is kept. */
export function RuleEditor({ callId, hash, choices, isCommand, mayAllow, byEnter, allow, close }: Props) {
  const post = usePost();
  const checked = useView((view) => view.rulesChecked);
  const [rules, setRules] = useState<readonly string[]>(choices[0] ?? []);
  const [scope, setScope] = useState<Scope>("workspace");
  const first = useRef<HTMLInputElement>(null);
  const name = useId();
  useEffect(() => first.current?.focus(), []);
  const wanted = rules.map((rule) => rule.trim()).filter((rule) => rule !== "");
  const text = JSON.stringify(wanted);
  useEffect(() => {
    const ask = (): void => post({ type: "checkRules", callId, hash, rules: JSON.parse(text) });
    const timer = setTimeout(ask, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [post, callId, hash, text]);

  const mine = checked?.callId === callId && checked.hash === hash ? checked : undefined;
  // What was found about another text says nothing about this one.
  const found = mine && JSON.stringify(mine.rules.map((rule) => rule.text)) === text ? mine : undefined;
  const isFine = found !== undefined && !found.problem && found.rules.every(({ problem }) => !problem);
  const maySave = isFine && mayAllow;
  const save = (): void => {
    if (maySave) allow(scope, wanted);
  };
  const keys = (event: KeyboardEvent): void => {
    if (event.key === "Escape") {
      event.stopPropagation();
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && event.target instanceof HTMLInputElement) {
      event.preventDefault();
      if (byEnter && event.nativeEvent.isTrusted && !event.nativeEvent.isComposing) save();
    }
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields
    <div className="rule-editor" role="group" aria-label={t("Allow from now on")} onKeyDown={keys}>
      {choices.length > 1 && (
        <Group className="rule-radios" label={t("What to allow")}>
          {choices.map((choice, index) => (
            <label key={choice.join()}>
              <input
                type="radio"
                name={`${name}what`}
                checked={choice.join() === rules.join()}
                onChange={() => setRules(choice)}
              />
              {choiceWords(index, isCommand)}
            </label>
          ))}
        </Group>
      )}
      {rules.map((rule, index) => (
        <RuleField
          // biome-ignore lint/suspicious/noArrayIndexKey: the fields of one choice never move
          key={index}
          ref={index === 0 ? first : undefined}
          rule={rule}
          count={rules.length}
          at={index + 1}
          found={found?.rules.find((one) => one.text === rule.trim())}
          change={(next) => setRules(rules.with(index, next))}
        />
      ))}
      <Group className="rule-radios" label={t("For how long")}>
        {(["workspace", "session"] as const).map((one) => (
          <label key={one}>
            <input
              type="radio"
              name={`${name}scope`}
              checked={scope === one}
              onChange={() => setScope(one)}
            />
            {one === "workspace" ? t("Always in this workspace") : t("In this session")}
          </label>
        ))}
      </Group>
      <p className="rule-problem" role="status">
        {problemOf(found ?? (mine?.rules.length === 0 ? mine : undefined))}
      </p>
      <div className="ask-main">
        <Button kind="primary" disabled={!maySave} onClick={(event) => event.isTrusted && save()}>
          {t("Save and allow")}
        </Button>
        <Button onClick={close}>{t("Back")}</Button>
      </div>
    </div>
  );
}

function choiceWords(index: number, isCommand: boolean): string {
  if (isCommand) return index === 0 ? t("Only this command") : t("This kind of action");
  return index === 0 ? t("Only this file") : t("Its folder");
}

type Found = {
  readonly rules: readonly { readonly problem?: string | undefined }[];
  readonly problem?: string | undefined;
};

const problemOf = (found: Found | undefined): string =>
  found?.problem ??
  (found?.rules.some(({ problem }) => problem) ? t("This cannot be kept as it stands here.") : "");

interface FieldProps {
  readonly ref: React.Ref<HTMLInputElement> | undefined;
  readonly rule: string;
  readonly at: number;
  readonly count: number;
  readonly found: { readonly words: string; readonly problem?: string | undefined } | undefined;
  readonly change: (rule: string) => void;
}

function RuleField({ ref, rule, at, count, found, change }: FieldProps) {
  const words = useId();
  return (
    <div className="rule-field">
      <input
        type="text"
        className="text-input"
        aria-label={count > 1 ? t("Rule {at} of {count}", { at, count }) : t("Rule")}
        aria-describedby={words}
        aria-invalid={found?.problem !== undefined}
        spellCheck={false}
        autoComplete="off"
        maxLength={600}
        value={rule}
        ref={ref}
        onChange={(event) => change(event.target.value)}
      />
      <p id={words} className={found?.problem ? "ask-warning" : "rule-words"}>
        {found?.problem && <Icon name="warning" />}
        {found?.problem ?? (found?.words ? t("Covers {what}.", { what: found.words }) : " ")}
        {hasHidden(rule, "exact") && ` ${t("It contains characters that cannot be seen.")}`}
      </p>
    </div>
  );
}
