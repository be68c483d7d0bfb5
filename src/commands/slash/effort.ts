import type { SlashCommand } from "../../protocol/slash.ts";

/** What takes the level back to the model's own. */
const STANDARD = ["default", "standard", "auto"];

export const effort: SlashCommand = {
  name: "effort",
  description: "Choose how hard the model thinks",
  argumentHint: "[level]",
  async run(argument, desk) {
    const wanted = argument.trim().toLowerCase();
    const { model } = desk.choice;
    const known = (await desk.models()).find(({ id }) => id === model);
    if (known && known.efforts.length === 0) return desk.say(`${known.name} knows no levels of effort.`);
    if (wanted === "") return desk.pick("effort");
    const level = STANDARD.includes(wanted) ? "" : wanted;
    if (known && level !== "" && !known.efforts.includes(level))
      return desk.say(`There is no effort “${wanted}”. There are: ${known.efforts.join(", ")}.`);
    await desk.choose(model, level);
    desk.say(`The next turn makes ${level === "" ? "its standard" : level} effort.`);
  },
};
