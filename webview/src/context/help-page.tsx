import { t } from "../l10n.ts";
import { usePanel, useView } from "../state/panel.tsx";

/** Every command; a click writes it into the message. */
export function HelpPage() {
  const { store } = usePanel();
  const commands = useView((view) => view.surroundings.slash);
  return (
    <ul className="context-files">
      {commands?.map(({ name, argumentHint = "", description }) => (
        <li key={name}>
          <button
            type="button"
            className="context-file"
            onClick={() => store.apply({ type: "compose", text: `/${name} `, focus: true })}
          >
            <span className="context-command">
              /{name} <span className="context-muted">{argumentHint}</span>
            </span>
            <span className="context-describe">{t(description)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
