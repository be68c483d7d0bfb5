import * as z from "zod";

/** What a list of commands shows of each. */
export const SlashInfo = z.object({
  /** Without the slash. */
  name: z.string(),
  description: z.string(),
  /** What may stand behind the name, e.g. "[what to keep]"; left out where nothing does. */
  argumentHint: z.string().optional(),
});
export type SlashInfo = z.infer<typeof SlashInfo>;

/** What the tray can show. */
export const TrayPage = z.enum(["window", "cost", "instructions", "help"]);
export type TrayPage = z.infer<typeof TrayPage>;

/** A model as somebody chooses it. */
export interface SlashModel {
  readonly id: string;
  readonly name: string;
  readonly efforts: readonly string[];
}

/** What a command may do, wherever it was typed: the panel and the terminal each offer one. */
export interface SlashDesk {
  readonly isRunning: boolean;
  readonly commands: readonly SlashInfo[];
  /** Shows a part of the tray. */
  show(page: TrayPage): Promise<void> | void;
  /** A line for the person; not part of the conversation. */
  say(text: string): void;
  /** Makes room at once; `keep` is what must not get lost, "" for nothing in particular. */
  compact(keep: string): Promise<void>;
  /** A new conversation. */
  clear(): Promise<void>;
  models(): Promise<readonly SlashModel[]>;
  /** Of the next turn. */
  readonly choice: { readonly model: string; readonly effort: string };
  choose(model: string, effort: string): Promise<void>;
  /** Lets the person pick from a list. */
  pick(what: "model" | "effort"): Promise<void>;
}

export interface SlashCommand extends SlashInfo {
  /** Rejects with words for the person. */
  run(argument: string, desk: SlashDesk): Promise<void> | void;
}

/** What a text that is about to be sent is. */
export type SlashReading =
  | { readonly kind: "message" }
  | { readonly kind: "command"; readonly name: string; readonly argument: string }
  /** It looks like a command, and there is none of that name. */
  | { readonly kind: "unknown"; readonly name: string; readonly near: string | undefined };

const MESSAGE = { kind: "message" } as const;

/**
 * Tells a command from a message. A path at the beginning ("/usr/bin …") is a message, for its first word goes on behind
 * the name; so is all that begins with a blank.
 */
export function readSlash(text: string, commands: readonly SlashInfo[]): SlashReading {
  const [, word, argument = ""] = /^\/([A-Za-z][\w-]{0,39})(?:\s+([\s\S]*))?$/.exec(text.trimEnd()) ?? [];
  if (word === undefined || commands.length === 0) return MESSAGE;
  const name = word.toLowerCase();
  if (commands.some((command) => command.name === name)) return { kind: "command", name, argument };
  return { kind: "unknown", name: word, near: nearest(name, commands) };
}

/** The commands for what is typed behind the slash: those that begin with it, then those that have it somewhere. */
export function findSlash<C extends SlashInfo>(typed: string, commands: readonly C[]): C[] {
  const wanted = typed.toLowerCase();
  const begin = commands.filter(({ name }) => name.startsWith(wanted));
  const have = commands.filter(({ name }) => !name.startsWith(wanted) && name.includes(wanted));
  return [...begin, ...have];
}

/** The command that was probably meant: two letters more, less or other at most. */
function nearest(name: string, commands: readonly SlashInfo[]): string | undefined {
  const ranked = commands
    .map((command) => ({ name: command.name, distance: distance(name, command.name) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best && best.distance <= Math.min(2, best.name.length / 2) ? best.name : undefined;
}

/** How many letters have to be added, removed or replaced. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [at, letter] of [...a].entries()) {
    const next = [at + 1];
    for (const [index, other] of [...b].entries()) {
      const replaced = (row[index] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
