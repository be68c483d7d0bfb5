import { useState } from "react";
import * as z from "zod";
import type { PageTarget } from "../../../src/protocol/permissions-page.ts";
import { t } from "../l10n.ts";
import { Button } from "../ui/button.tsx";
import type { Post } from "./link.ts";
import { onEnter } from "./on-enter.ts";
import { type Verdict, verdictWord } from "./words.ts";

const Chosen = z.enum(["allow", "ask", "deny"]);

export function AddRule({ targets, post }: { targets: readonly PageTarget[]; post: Post }) {
  const [verdict, setVerdict] = useState<Verdict>("ask");
  const [target, setTarget] = useState<string>();
  const [text, setText] = useState("");
  const place = targets.find(({ id }) => id === target) ?? targets[0];
  const submit = (): void => {
    if (!place || text.trim() === "") return;
    post({ type: "add", target: place.id, verdict, text: text.trim() });
    setText("");
  };
  return (
    <section aria-labelledby="add">
      <h2 id="add">{t("Add a rule")}</h2>
      <div className="page-form">
        <select
          className="text-input"
          aria-label={t("What the rule says")}
          value={verdict}
          onChange={(event) => setVerdict(Chosen.parse(event.target.value))}
        >
          {Chosen.options.map((one) => (
            <option key={one} value={one}>
              {verdictWord(one)}
            </option>
          ))}
        </select>
        <input
          className="text-input page-wide"
          type="text"
          spellCheck={false}
          autoComplete="off"
          aria-label={t("New rule")}
          placeholder="Bash(npm run test *)"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onEnter(submit)}
        />
        <select
          className="text-input"
          aria-label={t("Where it is written")}
          value={place?.id ?? ""}
          onChange={(event) => setTarget(event.target.value)}
        >
          {targets.map(({ id, label }) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </select>
        <Button onClick={submit}>{t("Add")}</Button>
      </div>
    </section>
  );
}
