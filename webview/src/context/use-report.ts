import { useMemo } from "react";
import { ContextReport } from "../../../src/protocol/context-report.ts";
import { useView } from "../state/panel.tsx";

/** What the host said last about the conversation on screen; undefined before it has. */
export function useReport(): ContextReport | undefined {
  const said = useView((view) => view.context);
  const sessionId = useView((view) => view.sessionId);
  return useMemo(
    () => (said?.sessionId === sessionId ? ContextReport.safeParse(said.report).data : undefined),
    [said, sessionId],
  );
}
