import { t } from "../l10n.ts";
import { usePanel, usePost, useView } from "../state/panel.tsx";
import { Button } from "../ui/button.tsx";
import { Icon, type IconName } from "../ui/icon.tsx";

/** What stands where the conversation will be. */
export function Welcome() {
  const account = useView((view) => view.surroundings.account);
  return (
    <div className="welcome" data-region="conversation">
      <PlumbMark />
      {account === "none" ? <SignIn /> : <FirstRun />}
    </div>
  );
}

/** A plumb line: a thread and its weight. */
const PlumbMark = () => (
  <svg className="plumb-mark" viewBox="0 0 48 48" width="48" height="48" aria-hidden="true">
    <path d="M12 5h24M24 5v17" className="plumb-line" />
    <path d="M24 22c5 0 8 2.5 8 6 0 5-5 10-8 15-3-5-8-10-8-15 0-3.5 3-6 8-6z" className="plumb-weight" />
  </svg>
);

function SignIn() {
  const post = usePost();
  return (
    <>
      <h1>{t("Welcome to Plumb")}</h1>
      <p className="welcome-lead">
        {t(
          "A coding agent you can check. You see every step, decide what it may do, and keep or undo every change.",
        )}
      </p>
      <div className="welcome-actions">
        <Button kind="primary" icon="key" onClick={() => post({ type: "signIn" })}>
          {t("Sign in with an API key")}
        </Button>
        <Button kind="secondary" icon="mortar-board" onClick={() => post({ type: "startTour" })}>
          {t("Try without a key")}
        </Button>
        <Button kind="quiet" icon="book" onClick={() => post({ type: "openWalkthrough" })}>
          {t("Open the walkthrough")}
        </Button>
      </div>
      <p className="welcome-note">
        {t("The key stays in your editor’s secret storage. The tour is scripted and runs offline.")}
      </p>
    </>
  );
}

type Starter = { readonly icon: IconName; readonly title: string; readonly text: string };

const starters = (): readonly Starter[] => [
  {
    icon: "eye",
    title: t("Explain this project"),
    text: t("Explain how this project is organised and where its main parts are."),
  },
  {
    icon: "checklist",
    title: t("Find and fix a failing test"),
    text: t("Run the tests, find one that fails, and fix its cause."),
  },
  { icon: "edit", title: t("Make a small change"), text: t("I would like to change ") },
];

function FirstRun() {
  const { store } = usePanel();
  const post = usePost();
  const isTour = useView((view) => view.surroundings.account === "tour");
  return (
    <>
      <h1>{t("What shall we work on?")}</h1>
      <p className="welcome-lead">
        {isTour
          ? t("Send any message to begin the tour.")
          : t("Plumb asks before it changes or runs anything.")}
      </p>
      <ul className="starters">
        {starters().map(({ icon, title, text }) => (
          <li key={title}>
            <button
              type="button"
              className="starter"
              onClick={() => store.apply({ type: "compose", text, focus: true })}
            >
              <Icon name={icon} />
              <span>{title}</span>
            </button>
          </li>
        ))}
      </ul>
      <p className="welcome-note">
        {t("Select code in an editor and right-click to ask about it.")}{" "}
        <button type="button" className="link-button" onClick={() => post({ type: "openWalkthrough" })}>
          {t("Walkthrough")}
        </button>
      </p>
    </>
  );
}
