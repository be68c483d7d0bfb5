import * as vscode from "vscode";
import { AgentError } from "../../../core/errors.ts";
import type { SlashCommand, SlashDesk, SlashInfo } from "../../../protocol/slash.ts";
import { chooseEffort, chooseModel } from "../model-picks.ts";
import type { PlumbWindow } from "../plumb-window.ts";

/** Runs a command that was typed in the panel. Rejects with words for the person. */
export async function runSlash(name: string, argument: string, plumb: PlumbWindow): Promise<void> {
  const commands = await plumb.slashCommands();
  const command = commands.find((one) => one.name === name);
  if (!command) throw new AgentError("not_found", vscode.l10n.t("There is no command /{0}.", name));
  await command.run(argument, deskOf(plumb, commands));
}

/** What the list of the composer shows. */
export const infoOf = ({ name, description, argumentHint }: SlashCommand): SlashInfo => ({
  name,
  description,
  ...(argumentHint !== undefined && { argumentHint }),
});

function deskOf(plumb: PlumbWindow, commands: readonly SlashCommand[]): SlashDesk {
  return {
    isRunning: plumb.chats.current?.isRunning ?? false,
    commands,
    show: (page) => plumb.context.open(page),
    say: (text) => plumb.context.say(text),
    compact: (keep) => plumb.context.compact(keep),
    clear: () => plumb.switching.beginChat(),
    models: () => plumb.accounts.models(),
    choice: plumb.models.now(),
    choose: (model, effort) => plumb.setModel(model, effort),
    pick: (what) => (what === "model" ? chooseModel(plumb) : chooseEffort(plumb)),
  };
}
