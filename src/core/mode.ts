import * as z from "zod";

/** In the order in which they are offered. */
export const MODES = ["ask", "acceptEdits", "plan", "auto", "dontAsk", "bypass"] as const;
export const Mode = z.enum(MODES);
export type Mode = z.infer<typeof Mode>;
/** What one key goes through. Nobody gets to the others by pressing it once too often. */
const CYCLE: readonly Mode[] = ["ask", "acceptEdits", "plan", "auto"];
export const nextMode = (mode: Mode): Mode => CYCLE[(CYCLE.indexOf(mode) + 1) % CYCLE.length] ?? "ask";

/** How much happens unasked, least first. */
const BY_FREEDOM: readonly Mode[] = ["plan", "dontAsk", "ask", "acceptEdits", "auto", "bypass"];
/** Whether more happens unasked in `mode` than in `other`. */
export const isLooser = (mode: Mode, other: Mode): boolean =>
  BY_FREEDOM.indexOf(mode) > BY_FREEDOM.indexOf(other);
