import { useEffect, useRef } from "react";
import { type Mode, nextMode } from "../../../src/core/mode.ts";
import { t } from "../l10n.ts";
import { usePanel, useView } from "../state/panel.tsx";
import { Icon } from "../ui/icon.tsx";
import { Menu } from "../ui/menu.tsx";
import { modesFor, modeWords } from "./modes.ts";

/** Changes the mode and says so. */
export function useMode(): { mode: Mode; setMode: (mode: Mode) => void; cycle: () => void } {
  const { host, store } = usePanel();
  const mode = useView((view) => view.status.mode);
  // The key may be pressed again before the host has answered.
  const wanted = useRef(mode);
  useEffect(() => {
    wanted.current = mode;
  }, [mode]);
  const setMode = (next: Mode): void => {
    wanted.current = next;
    host.post({ type: "mode", mode: next });
    const { name, explanation } = modeWords(next);
    store.say(t("Mode: {name}. {explanation}.", { name, explanation }));
  };
  return { mode, setMode, cycle: () => setMode(nextMode(wanted.current)) };
}

export function ModeMenu() {
  const { host } = usePanel();
  const { mode, setMode } = useMode();
  const canBypass = useView((view) => view.surroundings.canBypass);
  const { name, icon, explanation } = modeWords(mode);
  return (
    <Menu
      className={`mode-button mode-${mode}`}
      label={t("Mode: {name}", { name })}
      title={t("{name}: {explanation} (Shift+Tab changes the mode)", { name, explanation })}
      button={
        <>
          <Icon name={icon} />
          <span className="button-text">{name}</span>
        </>
      }
    >
      {(close) => (
        <>
          {modesFor(canBypass).map((one) => (
            <ModeItem
              key={one}
              mode={one}
              isChosen={one === mode}
              choose={() => {
                setMode(one);
                close();
              }}
            />
          ))}
          <button
            type="button"
            role="menuitem"
            className="menu-item"
            tabIndex={-1}
            onClick={() => {
              host.post({ type: "openPermissions" });
              close();
            }}
          >
            <Icon name="shield" />
            <span className="menu-words">{t("Permissions…")}</span>
          </button>
        </>
      )}
    </Menu>
  );
}

function ModeItem({ mode, isChosen, choose }: { mode: Mode; isChosen: boolean; choose: () => void }) {
  const { name, icon, explanation } = modeWords(mode);
  return (
    <button
      type="button"
      role="menuitemradio"
      aria-checked={isChosen}
      className="menu-item"
      tabIndex={-1}
      onClick={choose}
    >
      <Icon name={icon} className={`mode-icon-${mode}`} />
      <span className="menu-words">
        <span>{name}</span>
        <span className="menu-note">{explanation}</span>
      </span>
      {isChosen && <Icon name="check" />}
    </button>
  );
}
