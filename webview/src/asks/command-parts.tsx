import { useState } from "react";
import { makeVisible } from "../../../src/core/visible.ts";
import { t, tn } from "../l10n.ts";
import { Button } from "../ui/button.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import type { CommandDetail, RiskLevel } from "./command-subject.tsx";

type Part = NonNullable<CommandDetail["parts"]>[number];
const AT_FIRST = 5;

/** The simple commands of a longer one, each with what makes it risky. The command itself stands above, whole. */
export function CommandParts({ parts, hidden }: { parts: readonly Part[]; hidden: number }) {
  const [isOpen, setOpen] = useState(false);
  const rest = isOpen ? [] : parts.slice(AT_FIRST);
  const shown = isOpen ? parts : parts.slice(0, AT_FIRST);
  return (
    <section className="ask-parts" aria-label={t("Its parts")}>
      <ol>
        {shown.map((part, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one command never move
          <li key={index}>
            <Chip level={part.level} />
            <div className="ask-part">
              <code>
                <VisibleText text={part.text} />
              </code>
              {part.hiddenChars !== undefined && (
                <span className="cut-note">
                  {tn(part.hiddenChars, " … and {n} more character", " … and {n} more characters")}
                </span>
              )}
              {part.reasons.length > 0 && (
                <p className="ask-part-why">
                  {part.reasons
                    .map(({ text, words }) => `${text} (${makeVisible(words, "exact")})`)
                    .join("; ")}
                </p>
              )}
            </div>
          </li>
        ))}
      </ol>
      {rest.length > 0 && (
        <Button kind="quiet" aria-expanded={false} onClick={() => setOpen(true)}>
          {tn(rest.length, "{n} more part", "{n} more parts") + worstWords(rest)}
        </Button>
      )}
      {hidden > 0 && (
        <p className="cut-note">
          {tn(
            hidden,
            "{n} more part is not listed; it stands above.",
            "{n} more parts are not listed; they stand above.",
          )}
        </p>
      )}
    </section>
  );
}

const worstWords = (parts: readonly Part[]): string =>
  parts.some(({ level }) => level === "high") ? ` ${t("(some of high risk)")}` : "";

function Chip({ level }: { level: RiskLevel }) {
  return <span className={`risk-chip ${level}`}>{words(level)}</span>;
}

function words(level: RiskLevel): string {
  if (level === "low") return t("Low risk");
  return level === "medium" ? t("Some risk") : t("High risk");
}
