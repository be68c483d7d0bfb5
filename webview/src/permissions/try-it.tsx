import { useEffect, useRef, useState } from "react";
import type { Mode } from "../../../src/core/mode.ts";
import { TRIED_KINDS, type Tried, type TriedKind } from "../../../src/protocol/permissions-page.ts";
import { modeWords } from "../composer/modes.ts";
import { t } from "../l10n.ts";
import { Button } from "../ui/button.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import { Choice, Line } from "./fields.tsx";
import type { Post } from "./link.ts";
import { kindWords, riskWord, verdictWord } from "./words.ts";

interface Props {
  /** Another list of rules: what was answered by the old ones is asked again. */
  rules: object;
  modes: readonly Mode[];
  mode: Mode;
  tried: { readonly requestId: number; readonly tried: Tried } | undefined;
  post: Post;
}

/** Asks the engine that decides, about something that is not done. */
export function TryIt({ rules, modes, mode: now, tried, post }: Props) {
  const [kind, setKind] = useState<TriedKind>("command");
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<Mode>();
  const [asked, setAsked] = useState(0);
  const mode = chosen ?? now;
  const submit = (): void => {
    if (text.trim() === "") return;
    setAsked(asked + 1);
    post({ type: "try", requestId: asked + 1, kind, text, mode });
  };
  const last = useRef<() => void>(undefined);
  last.current = asked === 0 ? undefined : submit;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rules are what makes it worth asking again
  useEffect(() => last.current?.(), [rules]);
  return (
    <section aria-labelledby="try">
      <h2 id="try">{t("Try it")}</h2>
      <div className="page-form">
        <Choice
          label={t("What is tried")}
          value={kind}
          options={TRIED_KINDS.map((one) => ({ value: one, words: kindWords(one).name }))}
          onChoose={setKind}
        />
        <Line
          label={kindWords(kind).name}
          placeholder={kindWords(kind).example}
          value={text}
          onWrite={setText}
          onSubmit={submit}
        />
        <Choice
          label={t("Mode")}
          value={mode}
          options={modes.map((one) => ({ value: one, words: modeWords(one).name }))}
          onChoose={setChosen}
        />
        <Button kind="primary" onClick={submit}>
          {t("Try")}
        </Button>
      </div>
      <div role="status">{tried?.requestId === asked && asked > 0 && <Answer tried={tried.tried} />}</div>
    </section>
  );
}

function Answer({ tried }: { tried: Tried }) {
  const { verdict, because, targets, matching, parts } = tried;
  return (
    <div className="page-answer">
      <p className="page-verdict">
        <span className={`badge verdict-${verdict}`}>{verdictWord(verdict)}</span>
        <span>
          <VisibleText text={because} />
        </span>
      </p>
      {targets.length > 1 && (
        <p className="muted">{t("Leads to {place}", { place: targets.at(-1) ?? "" })}</p>
      )}
      {parts.length > 0 && (
        <ul className="page-parts" aria-label={t("Its parts")}>
          {parts.map((part, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one answer never move
            <li key={at}>
              <code>
                <VisibleText text={part.text} />
              </code>{" "}
              <span className={`badge risk-${part.risk}`}>{riskWord(part.risk)}</span>
              {part.reasons.map((reason) => (
                <p key={reason} className="muted">
                  <VisibleText text={reason} />
                </p>
              ))}
            </li>
          ))}
        </ul>
      )}
      {matching.length > 0 && (
        <ol className="page-matching" aria-label={t("What matches, in the order in which it counts")}>
          {matching.map((rule) => (
            <li key={`${rule.verdict} ${rule.source}`}>
              <span className={`badge verdict-${rule.verdict}`}>{verdictWord(rule.verdict)}</span>
              <span>
                <VisibleText text={rule.source} />
              </span>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
