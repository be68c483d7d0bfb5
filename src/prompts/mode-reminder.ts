import type { Mode } from "../core/mode.ts";
import type { PromptSection } from "./section.ts";

const REMINDERS: Record<Mode, string> = {
  ask: "Mode: Ask. You may read the workspace freely. Edits and commands go to the user for approval, unless they have allowed them.",
  acceptEdits:
    "Mode: Accept edits. Edits in the workspace happen without asking and are reviewed afterwards. Commands still go to the user for approval.",
  plan: "Mode: Plan. Look, but change nothing: edits and commands are refused. Find out what you need, ask what only the user can decide, then present a plan with ExitPlanMode: which files change and how, how the result will be checked, what is uncertain. When the user rejects it, work in what they said and present it again. Do not begin before they approve.",
  auto: "Mode: Auto. Edits in the workspace and harmless commands happen without asking; risky ones still go to the user. Prefer commands whose effect can be seen from their text, and do nothing irreversible that was not asked for.",
  dontAsk:
    "Mode: Don't ask. The user is not to be asked: what no rule allows is denied. Take a denial as an answer, find another way, and say at the end what could not be done and why.",
  bypass:
    "Mode: Bypass. Hardly anything asks now, so be more careful, not less: stay inside the task and do nothing irreversible that was not asked for.",
};

/** What the agent is told when the user changes the mode. The policy enforces it; this only saves refused calls. */
export const modeReminder = (mode: Mode): string => REMINDERS[mode];

/** Said when a conversation begins in another mode than Ask, and whenever the mode changes. */
export const mode: PromptSection = {
  id: "mode",
  version: 1,
  stability: "turn",
  render: ({ mode: begun = "ask" }) => (begun === "ask" ? "" : modeReminder(begun)),
};
