import { useEffect, useRef } from "react";
import { t } from "../l10n.ts";
import type { FileHit } from "../state/view.ts";
import { splitPath } from "../text/format.ts";
import { Icon } from "../ui/icon.tsx";

interface Props {
  readonly id: string;
  readonly hits: readonly FileHit[];
  readonly active: number;
  readonly choose: (hit: FileHit) => void;
}

export const optionId = (id: string, index: number): string => `${id}-${index}`;

export function MentionListBox({ id, hits, active, choose }: Props) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: "nearest" });
  }, [active]);
  if (hits.length === 0) return null;
  return (
    <div ref={list} id={id} role="listbox" aria-label={t("Files")} className="menu mentions">
      {hits.map((hit, index) => {
        const { folder, name } = splitPath(hit.label);
        return (
          <div
            key={hit.path}
            id={optionId(id, index)}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            className="menu-item"
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => choose(hit)}
            onKeyDown={(event) => event.key === "Enter" && choose(hit)}
          >
            <Icon name="file" />
            <span className="mention-name">{name}</span>
            <span className="mention-folder">{folder}</span>
          </div>
        );
      })}
    </div>
  );
}
