import { commandChoices } from "../../src/safety/suggest/suggest-commands.ts";
import { linuxPlace } from "./place.ts";

/** What a card would offer for a command where no rule says anything yet: the commands themselves, then their kinds. */
export const choicesFor = (
  command: string,
  lets: (rules: readonly string[]) => boolean = () => true,
): readonly (readonly string[])[] => commandChoices(command, linuxPlace(), { isAllowed: () => false, lets });
