import { t } from "../l10n.ts";
import { usePost, useView } from "../state/panel.tsx";
import { formatTokens } from "../text/format.ts";
import { Icon } from "../ui/icon.tsx";
import { Menu } from "../ui/menu.tsx";
import { Group } from "../ui/scroll-box.tsx";

/** Which model answers, and how hard it thinks. */
export function ModelMenu() {
  const post = usePost();
  const model = useView((view) => view.surroundings.model || view.status.model);
  const effort = useView((view) => (view.surroundings.model ? view.surroundings.effort : view.status.effort));
  const models = useView((view) => view.surroundings.models);
  const current = models.find((one) => one.id === model);
  const name = current?.name ?? model;
  if (models.length === 0 && !name) return null;
  return (
    <Menu
      className="model-button"
      label={t("Model: {name}", { name: effort ? `${name} ${effort}` : name || t("not chosen") })}
      isDisabled={models.length === 0}
      button={
        <>
          <span className="button-text">{name || t("Choose a model")}</span>
          {effort && <span className="model-effort">{` ${effort}`}</span>}
          <Icon name="chevron-down" />
        </>
      }
    >
      {(close) => (
        <>
          {models.map((one) => (
            <Item
              key={one.id}
              isChosen={one.id === model}
              name={one.name}
              note={t("{n} tokens of context", { n: formatTokens(one.contextTokens) })}
              choose={() => {
                post({ type: "model", model: one.id, effort: one.efforts.includes(effort) ? effort : "" });
                close();
              }}
            />
          ))}
          {(current?.efforts.length ?? 0) > 0 && (
            <Group className="menu-group" label={t("Effort")}>
              <div className="menu-head" aria-hidden="true">
                {t("Effort")}
              </div>
              {["", ...(current?.efforts ?? [])].map((one) => (
                <Item
                  key={one}
                  isChosen={one === effort}
                  name={one || t("default")}
                  choose={() => {
                    post({ type: "model", model, effort: one });
                    close();
                  }}
                />
              ))}
            </Group>
          )}
        </>
      )}
    </Menu>
  );
}

type ItemProps = { isChosen: boolean; name: string; note?: string; choose: () => void };

const Item = ({ isChosen, name, note, choose }: ItemProps) => (
  <button
    type="button"
    role="menuitemradio"
    aria-checked={isChosen}
    className="menu-item"
    tabIndex={-1}
    onClick={choose}
  >
    <span className="menu-words">
      <span>{name}</span>
      {note && <span className="menu-note">{note}</span>}
    </span>
    {isChosen && <Icon name="check" />}
  </button>
);
