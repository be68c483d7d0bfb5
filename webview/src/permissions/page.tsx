import { useSyncExternalStore } from "react";
import { t } from "../l10n.ts";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import { AddRule } from "./add-rule.tsx";
import type { Post } from "./link.ts";
import type { PageStore } from "./page-store.ts";
import { RuleList } from "./rule-list.tsx";
import { TryIt } from "./try-it.tsx";
import { Waiting } from "./waiting.tsx";

/** Every rule, what is wrong with it, what it would decide. */
export function Page({ store, post }: { store: PageStore; post: Post }) {
  const { rules: told, tried, failed } = useSyncExternalStore(store.subscribe, store.get);
  if (!told) return <p className="page-note">{t("Reading the rules…")}</p>;
  return (
    <main className="page">
      <header className="page-head">
        <h1>{t("Permissions")}</h1>
        <Button kind="quiet" onClick={() => post({ type: "export" })}>
          {t("Export decisions…")}
        </Button>
      </header>
      <p className="page-lead">
        {t(
          "Deny comes before ask, and ask before allow, over all rules. What no rule mentions asks, except reading in the workspace.",
        )}
      </p>
      {!told.isTrusted && (
        <p className="page-note is-warning">
          <Icon name="warning" />
          {t(
            "This workspace is not trusted: its own rules are not read, and nothing of it is run or changed.",
          )}
        </p>
      )}
      <div role="status">
        {failed !== undefined && (
          <p className="page-note is-warning">
            <Icon name="error" />
            <VisibleText text={failed} />
          </p>
        )}
      </div>
      {told.problems.length > 0 && (
        <section aria-labelledby="problems">
          <h2 id="problems">{t("Not understood")}</h2>
          <ul className="page-problems">
            {told.problems.map((problem) => (
              <li key={problem}>
                <Icon name="warning" />
                <span>
                  <VisibleText text={problem} />
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {told.waiting.map((waiting) => (
        <Waiting key={waiting.path} waiting={waiting} post={post} />
      ))}
      <TryIt rules={told.rules} modes={told.modes} mode={told.mode} tried={tried} post={post} />
      <RuleList rules={told.rules} post={post} />
      <AddRule targets={told.targets} post={post} />
    </main>
  );
}
