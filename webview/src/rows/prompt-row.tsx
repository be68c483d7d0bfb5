import { memo, useState } from "react";
import type { Row } from "../../../src/core/rows.ts";
import { makeVisible } from "../../../src/core/visible.ts";
import { t, tn } from "../l10n.ts";
import { Icon } from "../ui/icon.tsx";
import { PromptActions } from "./message-actions.tsx";

const FOLD_LINES = 12;
const FOLD_CHARS = 1200;

export const PromptRow = memo(function PromptRow({ row }: { row: Extract<Row, { kind: "prompt" }> }) {
  const [isWhole, setWhole] = useState(false);
  const isTask = row.origin === "task";
  const isLong = row.text.length > FOLD_CHARS || row.text.split("\n").length > FOLD_LINES;
  return (
    <div className={isTask ? "prompt is-task" : "prompt"}>
      <h2 className="sr-only">{isTask ? t("A background task reported") : t("You")}</h2>
      {isTask && (
        <div className="prompt-origin">
          <Icon name="info" /> {t("From a background task")}
        </div>
      )}
      <div className={isLong && !isWhole ? "prompt-text is-folded" : "prompt-text"}>
        {makeVisible(row.text)}
      </div>
      {isLong && (
        <button type="button" className="show-all" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? t("Show less") : t("Show all")}
        </button>
      )}
      {row.images > 0 && (
        <div className="prompt-images">
          <Icon name="file-media" /> {tn(row.images, "{n} image", "{n} images")}
        </div>
      )}
      {row.agentId === "main" && !isTask && <PromptActions seq={row.seq} />}
    </div>
  );
});
