import type { Environment, TextComparison } from "./agent.ts";
import { AgentError } from "./errors.ts";
import type { EventBody } from "./event.ts";
import type { EditRecord, RecordEdit } from "./scoped-host.ts";

/** Puts the changes of one call into the log, numbered as they come. */
export function editRecorder(
  env: Pick<Environment, "session" | "hasHistory"> & Pick<TextComparison, "countChanges">,
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
    append({ type: "edit", editId, callId, ...edit, ...env.countChanges(beforeText, afterText, edit.by) });
    return () => append({ type: "edit.failed", editId });
  };
  const record: RecordEdit = (edit) => {
    const { from, form, below, ...moved } = edit;
    if (from === undefined) return add(edit);
    if (!env.hasHistory(edit.path)) {
      const fail = add({ ...moved, from, ...(below !== undefined && { below }) });
      return () => {
        append({ type: "moved", from: edit.path, to: from, by: "agent" });
        fail();
      };
    }
    // Another file was there, e.g. one that was deleted, and may come back: what happened to each of them stays apart.
    if (!form)
      throw new AgentError(
        "failed",
        `${from} is no text that could be put back byte for byte, and ${edit.path} is where another file was changed before. Choose another path, or use a command.`,
      );
    const isGone = add({ ...moved, path: from, after: "", afterText: "", form });
    const isNew = add({ ...moved, before: "", beforeText: "" });
    return () => {
      isNew();
      isGone();
    };
  };
  return { record, nextEditId };
}
