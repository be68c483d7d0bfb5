import { memo, useState } from "react";
import { t } from "../l10n.ts";
import { Blocks } from "./blocks.tsx";
import { MarkdownStream, type Parsed } from "./stream.ts";

/** Longer replies are shown up to here until asked for. */
const MAX_CHARS = 200_000;
const MAX_STREAMS = 300;

/** Parsed replies outlive their elements: a row that is scrolled away and back is not parsed again. */
const streams = new Map<string, MarkdownStream>();

function parsedOf(id: string, text: string, isOpen: boolean): Parsed {
  const stream = streams.get(id) ?? new MarkdownStream();
  streams.delete(id);
  streams.set(id, stream);
  if (streams.size > MAX_STREAMS) streams.delete(streams.keys().next().value ?? "");
  return stream.update(text, isOpen);
}

interface Props {
  /** Names the text while it grows; one id, one growing text. */
  readonly id: string;
  readonly text: string;
  readonly isOpen: boolean;
}

/** Text from a model, as elements. Nothing in it runs, loads, or leads anywhere without a question. */
export const Markdown = memo(function Markdown({ id, text, isOpen }: Props) {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole || text.length <= MAX_CHARS ? text : text.slice(0, MAX_CHARS);
  const { tokens, refs } = parsedOf(id, shown, isOpen);
  return (
    <div className="markdown">
      <Blocks tokens={tokens} refs={refs} />
      {shown.length < text.length && (
        <button type="button" className="show-all" onClick={() => setWhole(true)}>
          {t("Show {n} more characters", { n: text.length - shown.length })}
        </button>
      )}
    </div>
  );
});
