import type { PageWaiting } from "../../../src/protocol/permissions-page.ts";
import { t } from "../l10n.ts";
import { Button } from "../ui/button.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import type { Post } from "./link.ts";

/** What a file of the repository wants to allow: agreed to word by word, and again for what is added later. */
export function Waiting({ waiting, post }: { waiting: PageWaiting; post: Post }) {
  const { path, label, added, removed } = waiting;
  return (
    <section className="page-waiting" aria-label={t("Waits for you: {label}", { label })}>
      <h2>{t("This project wants to allow")}</h2>
      <p className="muted">
        <VisibleText text={label} />
      </p>
      <ul className="page-diff">
        {removed.map((rule) => (
          <li key={`-${rule}`} className="is-removed">
            <span className="sr-only">{t("No longer there:")}</span>
            <code>
              <VisibleText text={rule} />
            </code>
          </li>
        ))}
        {added.map((rule) => (
          <li key={`+${rule}`} className="is-added">
            <span className="sr-only">{t("New:")}</span>
            <code>
              <VisibleText text={rule} />
            </code>
          </li>
        ))}
      </ul>
      <div className="button-row">
        <Button onClick={() => post({ type: "approve", path, shown: added })}>{t("Allow these")}</Button>
        <Button kind="quiet" onClick={() => post({ type: "openWaiting", path })}>
          {t("Open the file")}
        </Button>
      </div>
    </section>
  );
}
