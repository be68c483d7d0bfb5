import { MAIN } from "../core/event.ts";
import type { Host } from "../core/ports.ts";
import type { Session } from "../core/session.ts";

/**
 * Whether commands that Auto lets through can be confined now. Where they are to be and cannot, the conversation says so, once:
 * what would have run then asks.
 */
export async function lookForSandbox({ shell }: Pick<Host, "shell">, session: Session): Promise<boolean> {
  const { state, words } = await shell.sandbox();
  if (state === "unavailable") {
    const text = `${words} Until then Auto asks before what would have run in it.`;
    const isSaid = session.events.some((event) => event.type === "notice" && event.text === text);
    if (!isSaid) session.append(MAIN, { type: "notice", kind: "info", text });
  }
  return state === "on";
}
