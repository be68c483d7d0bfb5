import type { Environment } from "./agent.ts";
import type { EventBody } from "./event.ts";
import type { EditRecord, RecordEdit } from "./scoped-host.ts";

/** Puts the changes of one call into the log, numbered as they come. */
export function editRecorder(
  env: Pick<Environment, "session" | "countChanges" | "isUnderReview">,
  agentId: string,
  callId: string,
): { record: RecordEdit; nextEditId: () => string } {
  let count = 0;
  const nextEditId = (): string => {
    count += 1;
    return `${callId}:${count}`;
  };
  const append = (body: EventBody): void => void env.session.append(agentId, body);
  const add = ({ beforeText, afterText, ...edit }: EditRecord): (() => void) => {
    const editId = nextEditId();
    append({ type: "edit", editId, callId, ...edit, ...env.countChanges(beforeText, afterText) });
    return () => append({ type: "edit.failed", editId });
  };
  const record: RecordEdit = (edit) => {
    const { from, ...moved } = edit;
    if (from === undefined) return add(edit);
    if (!env.isUnderReview(edit.path)) {
      const fail = add(edit);
      return () => {
        append({ type: "moved", from: edit.path, to: from, by: "agent" });
        fail();
      };
    }
    // Something is to be decided where it goes, e.g. that another file was deleted there: the two stay apart.
    const isGone = add({ ...moved, path: from, after: "", afterText: "" });
    const isNew = add({ ...moved, before: "", beforeText: "" });
    return () => {
      isNew();
      isGone();
    };
  };
  return { record, nextEditId };
}
