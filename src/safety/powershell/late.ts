import { isWindowsPath } from "../fold-path.ts";
import type { CommandReading, ReadingPlace } from "../shell/reading.ts";
import type { ShellRisk, ShellText } from "../shell/shell-risk.ts";
import type { Engine, GrammarFiles, Parse } from "./engine.ts";

/** What runs commands. */
export type ShellLanguage = "bash" | "powershell";

/** What runs commands in a folder, if nobody says: where paths are those of Windows it is PowerShell, never another shell. */
export const languageAt = ({
  cwd,
  shell,
}: {
  readonly cwd: string;
  readonly shell?: ShellLanguage | undefined;
}): ShellLanguage => shell ?? (isWindowsPath(cwd) ? "powershell" : "bash");

let read: (() => Promise<GrammarFiles>) | undefined;
let isUsual = false;
let loaded: { readonly engine: Engine; readonly parse: Parse } | undefined;
let loading: Promise<void> | undefined;

/**
 * Says who reads the files of the grammar, and whether PowerShell is what runs commands here. Until somebody does, every
 * PowerShell text counts as unreadable.
 */
export function provideGrammar(files: () => Promise<GrammarFiles>, isUsualHere = false): void {
  read = files;
  isUsual = isUsualHere;
}

/**
 * Loads what reads PowerShell, once. Until then, and when its files are missing or broken, every text counts as
 * unreadable, which asks. Never rejects; a later call tries again.
 */
export function loadPowershell(): Promise<void> {
  loading ??= load().catch(() => {
    loading = undefined;
  });
  return loading;
}

/** The same where PowerShell is what runs commands; nothing elsewhere. */
export const loadUsual = (): Promise<void> => (isUsual ? loadPowershell() : Promise.resolve());
export const isPowershellUsual = (): boolean => isUsual;

async function load(): Promise<void> {
  if (!read) throw new Error("Nobody reads the files of the grammar.");
  const [{ engine }, files] = await Promise.all([import("./engine.ts"), read()]);
  loaded = { engine, parse: await engine.loadGrammar(files) };
}

/** `powershellRisk`, as soon as it is loaded. Total: never throws. */
export const powershellRisk = (text: ShellText): ShellRisk =>
  loaded?.engine.powershellRisk(text, loaded.parse) ?? {
    risk: "high",
    readOnly: false,
    reasons: [{ risk: "high", text: "could not be judged", words: text.cmd, start: 0, end: text.cmd.length }],
  };

const UNREADABLE: CommandReading = { commands: [], isReadable: false, isOdd: true, hasVariable: true };

/** `readPowershell`, as soon as it is loaded. Total: never throws. */
export const readPowershell = (text: string, place: ReadingPlace): CommandReading =>
  loaded?.engine.readPowershell(text, place, loaded.parse) ?? UNREADABLE;

/** What of a text sends something away, in words; undefined when it is sure that nothing does. */
export function whatPowershellSends(text: string, place: ReadingPlace): string | undefined {
  if (!loaded) return "what could not be judged";
  const { isCmdlet, sendsFrom } = loaded.engine;
  return sendsFrom(readPowershell(text, place), isCmdlet);
}

/** The name by which rules know a program, for PowerShell: what an alias stands for. As it is until that is known. */
export const rulesName = (written: string): string => loaded?.engine.programName(written) ?? written;
