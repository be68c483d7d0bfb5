import { useState } from "react";
import type { PageTarget } from "../../../src/protocol/permissions-page.ts";
import { t } from "../l10n.ts";
import { Button } from "../ui/button.tsx";
import { Choice, Line } from "./fields.tsx";
import type { Post } from "./link.ts";
import { type Verdict, verdictWord } from "./words.ts";

const VERDICTS: readonly Verdict[] = ["allow", "ask", "deny"];

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
        <Choice
          label={t("What the rule says")}
          value={verdict}
          options={VERDICTS.map((one) => ({ value: one, words: verdictWord(one) }))}
          onChoose={setVerdict}
        />
        <Line
          label={t("New rule")}
          placeholder="Bash(npm run test *)"
          value={text}
          onWrite={setText}
          onSubmit={submit}
        />
        <Choice
          label={t("Where it is written")}
          value={place?.id ?? ""}
          options={targets.map(({ id, label }) => ({ value: id, words: label }))}
          onChoose={setTarget}
        />
        <Button onClick={submit}>{t("Add")}</Button>
      </div>
    </section>
  );
}
