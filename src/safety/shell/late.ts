import {
  isPowershellUsual,
  languageAt,
  loadUsual,
  powershellRisk,
  readPowershell,
  whatPowershellSends,
} from "../powershell/late.ts";
import type { Engine } from "./engine.ts";
import type { CommandReading, ReadingPlace } from "./reading.ts";
import type { ShellRisk, ShellText } from "./shell-risk.ts";

let loaded: Engine | undefined;
let loading: Promise<void> | undefined;

/**
 * Loads what reads shell text, once. Until then, and when it cannot be loaded, every text counts as unreadable, which
 * asks. Never rejects. Where PowerShell runs commands, what reads that is loaded as well.
 */
export async function loadShell(): Promise<void> {
  await Promise.all([loadBash(), loadUsual()]);
}

function loadBash(): Promise<void> {
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

/** `readCommands` of the shell that runs commands there, as soon as it is loaded. Total: never throws. */
export function readCommands(text: string, place: ReadingPlace): CommandReading {
  if (languageAt(place) === "powershell") return readPowershell(text, place);
  try {
    return loaded?.readCommands(text, place) ?? UNREADABLE;
  } catch {
    return UNREADABLE;
  }
}

const unjudged = ({ cmd }: ShellText): ShellRisk => ({
  risk: "high",
  readOnly: false,
  reasons: [{ risk: "high", text: "could not be judged", words: cmd, start: 0, end: cmd.length }],
});

/** `shellRisk` of the shell that runs commands there, as soon as it is loaded. Total: never throws. */
export function shellRisk(text: ShellText): ShellRisk {
  if (languageAt(text) === "powershell") return powershellRisk(text);
  try {
    return loaded?.shellRisk(text) ?? unjudged(text);
  } catch {
    return unjudged(text);
  }
}

/** `canonicalCommand`, as soon as it is loaded; of PowerShell, only the same text is the same command. Total: never throws. */
export const canonicalCommand = (text: string): string | undefined =>
  isPowershellUsual() ? text : loaded?.canonicalCommand(text);

/** `whatSends`, as soon as it is loaded. Total: never throws. */
export function whatSends(text: string, place: ReadingPlace): string | undefined {
  if (languageAt(place) === "powershell") return whatPowershellSends(text, place);
  try {
    return loaded ? loaded.whatSends(text, place) : "what could not be judged";
  } catch {
    return "what could not be judged";
  }
}
