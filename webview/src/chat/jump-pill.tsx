import { useRef } from "react";
import { t, tn } from "../l10n.ts";
import { Icon } from "../ui/icon.tsx";

interface Props {
  readonly isAtEnd: boolean;
  readonly count: number;
  readonly jump: () => void;
}

/** Back to the end, and how much came since the reader left it. */
export function JumpPill({ isAtEnd, count, jump }: Props) {
  const leftAt = useRef(count);
  if (isAtEnd) leftAt.current = count;
  const fresh = Math.max(0, count - leftAt.current);
  if (isAtEnd) return null;
  return (
    <button type="button" className="jump-pill" onClick={jump}>
      <Icon name="arrow-down" />
      {fresh > 0 ? tn(fresh, "{n} new · jump to latest", "{n} new · jump to latest") : t("Jump to latest")}
    </button>
  );
}
