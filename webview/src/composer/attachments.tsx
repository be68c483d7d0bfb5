import type { Attachment } from "../../../src/protocol/view.ts";
import { t } from "../l10n.ts";
import { splitPath } from "../text/format.ts";
import { IconButton } from "../ui/button.tsx";
import { Icon, type IconName } from "../ui/icon.tsx";

const ICONS: Readonly<Record<Attachment["kind"], IconName>> = {
  file: "file",
  selection: "selection",
  image: "file-media",
};

interface Props {
  readonly items: readonly Attachment[];
  readonly drop: (index: number) => void;
}

const titleOf = (item: Attachment): string =>
  item.kind === "selection"
    ? t("{path}, lines {first} to {last}", { path: item.path, first: item.firstLine, last: item.lastLine })
    : item.kind === "file"
      ? item.path
      : item.label;

/** Of a path the name comes first: it is what is left when there is no room. */
function Label({ text }: { text: string }) {
  const { folder, name } = splitPath(text);
  return (
    <span className="chip-label">
      <bdi>{name}</bdi> {folder && <bdi className="line-folder">{folder}</bdi>}
    </span>
  );
}

/** What goes with the next message. */
export function Attachments({ items, drop }: Props) {
  if (items.length === 0) return null;
  return (
    <ul className="chips" aria-label={t("Attached")}>
      {items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same thing may be attached twice
        <li key={index} className="chip" title={titleOf(item)}>
          {item.kind === "image" ? (
            <img className="chip-image" src={`data:${item.mediaType};base64,${item.base64}`} alt="" />
          ) : (
            <Icon name={ICONS[item.kind]} />
          )}
          <Label text={item.label} />
          <IconButton
            icon="close"
            label={t("Remove {label}", { label: item.label })}
            onClick={() => drop(index)}
          />
        </li>
      ))}
    </ul>
  );
}
