import { useEffect, useId, useRef, useState } from "react";
import { hasHidden } from "../../../src/core/visible.ts";
import { t, tn } from "../l10n.ts";
import { Icon } from "../ui/icon.tsx";
import { ScrollBox } from "../ui/scroll-box.tsx";
import { VisibleText } from "../ui/visible-text.tsx";

interface Props {
  readonly text: string;
  /** Names what it is, for screen readers. */
  readonly label: string;
  /** Called when the end of it has come into sight. Must not change from one drawing to the next. */
  readonly onEnd?: (() => void) | undefined;
}

/** A text to approve, character by character. What is longer than its box scrolls, and says how much is left. */
export function Exact({ text, label, onEnd }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const end = useRef<HTMLSpanElement>(null);
  const note = useId();
  const [below, setBelow] = useState<number>();
  useEffect(() => {
    const element = box.current;
    if (!element || !end.current) return;
    let frame = 0;
    const measure = (): void => setBelow(linesBelow(element));
    // What it leads to changes sizes again, which is for the next frame.
    const size = new ResizeObserver(() => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(measure);
    });
    size.observe(element);
    element.addEventListener("scroll", measure, { passive: true });
    // Whatever hides it, this box or one around it, what is not in sight was not seen.
    const sight = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) onEnd?.();
    });
    sight.observe(end.current);
    return () => {
      cancelAnimationFrame(frame);
      size.disconnect();
      sight.disconnect();
      element.removeEventListener("scroll", measure);
    };
  }, [onEnd]);
  const content = (
    <>
      <VisibleText text={text} />
      <span className="ask-end" ref={end} />
    </>
  );
  return (
    <>
      <ScrollBox
        className="ask-exact"
        label={label}
        ref={box}
        isLong={below !== undefined}
        describedBy={note}
      >
        {content}
      </ScrollBox>
      {below !== undefined && (
        <p className="cut-note" id={note}>
          {below > 0
            ? tn(below, "{n} more line; scroll to read it.", "{n} more lines; scroll to read them.")
            : t("This was the end of it.")}
        </p>
      )}
      {hasHidden(text, "exact") && (
        <p className="ask-warning">
          <Icon name="warning" />{" "}
          {t("It contains characters that cannot be seen. They are spelled out above.")}
        </p>
      )}
    </>
  );
}

/** Lines below what is in sight; undefined when all of it always is. */
function linesBelow(element: HTMLElement): number | undefined {
  if (element.scrollHeight <= element.clientHeight + 1) return undefined;
  const hidden = element.scrollHeight - element.scrollTop - element.clientHeight;
  const height = Number.parseFloat(getComputedStyle(element).lineHeight);
  return Math.max(0, Math.round(hidden / (height || 18)));
}
