import type { Mode } from "../core/mode.ts";

/** Modes as settings and the command line call them; the names of other agents are understood too. */
export const MODE_NAMES = {
  ask: "ask",
  default: "ask",
  manual: "ask",
  acceptEdits: "acceptEdits",
  plan: "plan",
  auto: "auto",
  dontAsk: "dontAsk",
  bypass: "bypass",
  bypassPermissions: "bypass",
} as const satisfies Record<string, Mode>;

export type ModeName = keyof typeof MODE_NAMES;

export const isModeName = (text: string): text is ModeName => Object.hasOwn(MODE_NAMES, text);
