import { t } from "../l10n.ts";
import { usePost, useView } from "../state/panel.tsx";
import { IconButton } from "../ui/button.tsx";

/** What can be done with a message of the user's: they come with the pointer or the keyboard, and always where neither hovers. */
export function PromptActions({ seq }: { seq: number }) {
  const post = usePost();
  const isReadOnly = useView((view) => view.surroundings.readOnlyBecause !== undefined);
  return (
    <div className="message-actions">
      {!isReadOnly && (
        <IconButton
          icon="discard"
          label={t("Rewind to before this message…")}
          onClick={() => post({ type: "rewind", seq })}
        />
      )}
      <IconButton
        icon="repo-forked"
        label={t("Fork a new chat from here")}
        onClick={() => post({ type: "fork", seq })}
      />
    </div>
  );
}

/** At the last reply: a new conversation with everything in it. */
export function ReplyActions() {
  const post = usePost();
  return (
    <div className="message-actions">
      <IconButton
        icon="repo-forked"
        label={t("Fork a new chat from this reply")}
        onClick={() => post({ type: "fork" })}
      />
    </div>
  );
}
