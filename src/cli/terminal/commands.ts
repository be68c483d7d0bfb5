import type { App } from "../../app/app.ts";
import { isModeName, MODE_NAMES } from "../../app/mode-names.ts";
import { slashCommands } from "../../commands/slash/index.ts";
import { text } from "../../core/message.ts";
import { FALLBACK_MODELS } from "../../models/model-table.ts";
import type { SlashCommand, SlashDesk, SlashInfo } from "../../protocol/slash.ts";
import type { Page } from "./markdown.ts";
import { pageLines } from "./pages.ts";

export interface CommandParts {
  readonly app: App;
  readonly page: () => Page;
  readonly print: (lines: readonly string[]) => void;
  readonly mayBypass: boolean;
  /** Asks what was put off while the person was away; returns how much that is. */
  readonly askLater: () => number;
  /** A new conversation in this terminal. */
  readonly clear: () => void;
  readonly quit: () => void;
}

/** The panel's commands, and those that take a line to do what takes a key or a button there. */
export function terminalCommands(parts: CommandParts): readonly SlashCommand[] {
  const { app, quit } = parts;
  return [
    ...slashCommands,
    {
      name: "mode",
      description: "Choose what may happen unasked",
      argumentHint: "[mode]",
      run: (argument, desk) => chooseMode(argument.trim(), desk, parts),
    },
    {
      name: "queue",
      description: "Say something when this turn has ended",
      argumentHint: "<message>",
      async run(argument, desk) {
        if (argument.trim() === "") return desk.say("What is to be said? /queue <message>");
        const isWaiting = app.isRunning;
        const outcome = app.prompt([text(argument)], "queue");
        if (isWaiting) desk.say("It is said when this turn has ended.");
        await outcome;
      },
    },
    {
      name: "waiting",
      description: "Answer what waited for you while you were away",
      run: (_argument, desk) => {
        if (parts.askLater() === 0) desk.say("Nothing waits for you.");
      },
    },
    { name: "quit", description: "Leave", run: quit },
  ];
}

function chooseMode(wanted: string, desk: SlashDesk, { app, mayBypass }: CommandParts): void {
  const names = Object.keys(MODE_NAMES);
  if (wanted === "") return desk.say(`The mode is ${app.mode}. There are: ${names.join(", ")}.`);
  const mode = isModeName(wanted) ? MODE_NAMES[wanted] : undefined;
  if (!mode) return desk.say(`There is no mode “${wanted}”. There are: ${names.join(", ")}.`);
  if (mode === "bypass" && (!mayBypass || app.permissions.disablesBypass))
    return desk.say("This mode has to be given when Plumb is started: --permission-mode.");
  app.setMode(mode);
}

/** What the commands may do here. */
export function terminalDesk(commands: readonly SlashInfo[], parts: CommandParts): SlashDesk {
  const { app, page, print, clear } = parts;
  const say = (words: string): void => print([words]);
  return {
    isRunning: app.isRunning,
    commands,
    say,
    show: (which) => print(pageLines(which, app, commands, page())),
    async compact(keep) {
      const made = await app.contextDesk.compact(keep);
      say(
        made.kind === "nothing"
          ? made.because
          : `About ${made.tokensBefore} tokens are ${made.tokensAfter} by now.`,
      );
    },
    clear: () => Promise.resolve(clear()),
    models: () => Promise.resolve(FALLBACK_MODELS),
    choice: app.choice,
    choose: (model, effort) => Promise.resolve(app.setModel(model, effort)),
    pick(what) {
      const now = FALLBACK_MODELS.find(({ id }) => id === app.choice.model);
      if (what === "model")
        print([...FALLBACK_MODELS.map(({ id }) => `  ${id}`), "Choose one with /model <name>."]);
      else say(`Choose one with /effort <level>: ${(now?.efforts ?? []).join(", ")}.`);
      return Promise.resolve();
    },
  };
}
