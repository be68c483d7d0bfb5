import { memo, useState } from "react";
import { makeVisible } from "../../../src/core/visible.ts";
import { t, tn } from "../l10n.ts";
import { CopyButton } from "../ui/copy-button.tsx";
import { ScrollBox } from "../ui/scroll-box.tsx";

const LINES_PER_CHUNK = 40;
const MAX_SHOWN_LINES = 2_000;

/** Code in pieces, so that a block that grows at its end only lays out its last piece again. */
export const CodeText = memo(function CodeText({ text }: { text: string }) {
  const [isWhole, setWhole] = useState(false);
  const lines = text.split("\n");
  const shown = isWhole ? lines : lines.slice(0, MAX_SHOWN_LINES);
  const chunks: string[] = [];
  for (let at = 0; at < shown.length; at += LINES_PER_CHUNK)
    chunks.push(shown.slice(at, at + LINES_PER_CHUNK).join("\n"));
  return (
    <>
      <code>
        {chunks.map((chunk, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: chunks only grow at the end
          <Chunk key={index} text={chunk} />
        ))}
      </code>
      {shown.length < lines.length && (
        <button type="button" className="show-all" onClick={() => setWhole(true)}>
          {t("Show {n} more lines", { n: lines.length - shown.length })}
        </button>
      )}
    </>
  );
});

const Chunk = memo(function Chunk({ text }: { text: string }) {
  return (
    <span className="code-chunk">
      {makeVisible(text)}
      {"\n"}
    </span>
  );
});

export const CodeBlock = memo(function CodeBlock({ text, lang }: { text: string; lang: string }) {
  const language = makeVisible(lang.split(/[\s{:,]/, 1)[0] ?? "").slice(0, 30);
  const lineCount = text.split("\n").length;
  return (
    <div className="code-block">
      <div className="code-head">
        <span className="code-lang">{language || t("text")}</span>
        {lineCount > 15 && <span className="code-lines">{tn(lineCount, "{n} line", "{n} lines")}</span>}
        <CopyButton text={text} label={t("Copy code")} />
      </div>
      <ScrollBox className="code-scroll" label={t("Code: {language}", { language: language || t("text") })}>
        <pre>
          <CodeText text={text} />
        </pre>
      </ScrollBox>
    </div>
  );
});
