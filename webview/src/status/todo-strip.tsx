import type { Todo } from "../../../src/core/detail.ts";
import { t } from "../l10n.ts";
import { useView } from "../state/panel.tsx";
import { Icon, type IconName, Spinner } from "../ui/icon.tsx";
import { ScrollBox } from "../ui/scroll-box.tsx";
import { useUiFlag } from "./ui-flag.ts";

const ICONS: Readonly<Record<Todo["status"], IconName>> = {
  pending: "circle-large-outline",
  in_progress: "loading",
  completed: "pass-filled",
};

const words = (status: Todo["status"]): string =>
  status === "completed" ? t("done") : status === "in_progress" ? t("in progress") : t("to do");

/** The plan and how far it is: one line, or all of it. */
export function TodoStrip() {
  const todos = useView((view) => view.status.todos);
  const isAsking = useView((view) => view.waiting !== undefined);
  const isRunning = useView((view) => view.isRunning);
  const [isChosen, setOpen] = useUiFlag("isTodoOpen");
  if (todos.length === 0) return null;
  const done = todos.filter((todo) => todo.status === "completed").length;
  const current = todos.find((todo) => todo.status === "in_progress");
  const isOpen = isChosen && !isAsking;
  return (
    <section className="strip" aria-label={t("Plan")}>
      <button type="button" className="strip-head" aria-expanded={isOpen} onClick={() => setOpen(!isChosen)}>
        <Icon name="chevron-right" className={isOpen ? "chevron is-open" : "chevron"} />
        <span className="strip-count">
          {t("Plan")} {done}/{todos.length}
        </span>
        <span className="strip-now">
          {!isOpen && (current?.activeForm ?? (done === todos.length ? t("All done") : ""))}
        </span>
        <progress
          className="strip-progress"
          max={todos.length}
          value={done}
          aria-label={t("{done} of {all} steps done", { done, all: todos.length })}
        />
      </button>
      {isOpen && (
        <ScrollBox className="todos" label={t("Plan")}>
          <ul>
            {todos.map((todo, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the list is replaced as a whole
              <li key={index} data-status={todo.status}>
                {todo.status === "in_progress" && isRunning ? (
                  <Spinner />
                ) : (
                  <Icon name={todo.status === "in_progress" ? "circle-large-outline" : ICONS[todo.status]} />
                )}
                <span>{todo.status === "in_progress" ? todo.activeForm : todo.content}</span>
                <span className="sr-only">({words(todo.status)})</span>
              </li>
            ))}
          </ul>
        </ScrollBox>
      )}
    </section>
  );
}
