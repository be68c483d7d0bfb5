import type { Engine } from "./engine.ts";
import type { CommandReading, ReadingPlace } from "./reading.ts";
import type { ShellRisk, ShellText } from "./shell-risk.ts";

let loaded: Engine | undefined;
let loading: Promise<void> | undefined;

/**
 * Loads what reads shell text, once. Until then, and when it cannot be loaded, every text counts as unreadable, which
 * asks. Never rejects.
 */
export function loadShell(): Promise<void> {
  loading ??= import("./engine.ts").then(
    ({ engine }) => {
      loaded = engine;
    },
    () => {
      loading = undefined;
    },
  );
  return loading;
}

const UNREADABLE: CommandReading = { commands: [], isReadable: false, isOdd: true, hasVariable: true };

/** `readCommands`, as soon as it is loaded. Total: never throws. */
export const readCommands = (text: string, place: ReadingPlace): CommandReading =>
  loaded?.readCommands(text, place) ?? UNREADABLE;

/** `shellRisk`, as soon as it is loaded. Total: never throws. */
export const shellRisk = (text: ShellText): ShellRisk =>
  loaded?.shellRisk(text) ?? {
    risk: "high",
    readOnly: false,
    reasons: [{ risk: "high", text: "could not be judged", words: text.cmd, start: 0, end: text.cmd.length }],
  };
