import { useEffect, useRef } from "react";
import { Icon, type IconName } from "../ui/icon.tsx";

/** Something that can be put where the caret is. */
export interface Option {
  readonly key: string;
  readonly icon: IconName;
  readonly name: string;
  readonly note: string;
}

interface Props {
  readonly id: string;
  readonly label: string;
  readonly options: readonly Option[];
  readonly active: number;
  readonly choose: (index: number) => void;
}

export const optionId = (id: string, index: number): string => `${id}-${index}`;

/** What fits what is being typed. The text field keeps the focus; its keys move through the list. */
export function OptionList({ id, label, options, active, choose }: Props) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: "nearest" });
  }, [active]);
  if (options.length === 0) return null;
  return (
    <div ref={list} id={id} role="listbox" aria-label={label} className="menu mentions">
      {options.map(({ key, icon, name, note }, index) => (
        <div
          key={key}
          id={optionId(id, index)}
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          className="menu-item"
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => choose(index)}
          onKeyDown={(event) => event.key === "Enter" && choose(index)}
        >
          <Icon name={icon} />
          <span className="mention-name">{name}</span>
          <span className="mention-folder">{note}</span>
        </div>
      ))}
    </div>
  );
}
