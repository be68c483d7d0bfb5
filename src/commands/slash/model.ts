import type { SlashCommand, SlashModel } from "../../protocol/slash.ts";

export const model: SlashCommand = {
  name: "model",
  description: "Choose the model of the next turn",
  argumentHint: "[name]",
  async run(argument, desk) {
    const wanted = argument.trim();
    if (wanted === "") return desk.pick("model");
    const found = findModel(wanted, await desk.models());
    if (typeof found === "string") return desk.say(found);
    // A level that the model does not know would only make the provider refuse.
    const effort = found.efforts.includes(desk.choice.effort) ? desk.choice.effort : "";
    await desk.choose(found.id, effort);
    desk.say(`The next turn uses ${found.name}.`);
  },
};

/** By its id, else by all the words of its name that were typed; in words why not, when none or several fit. */
function findModel(wanted: string, models: readonly SlashModel[]): SlashModel | string {
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[\s._-]+/g, " ");
  const exact = models.find(({ id, name }) => id === wanted || plain(name) === plain(wanted));
  if (exact) return exact;
  const words = plain(wanted).split(" ");
  const fits = models.filter(({ id, name }) => words.every((word) => plain(`${id} ${name}`).includes(word)));
  const [first] = fits;
  if (first && fits.length === 1) return first;
  const names = (fits.length > 0 ? fits : models).map(({ name }) => name).join(", ");
  return fits.length > 0
    ? `Several models fit “${wanted}”: ${names}.`
    : `No model is called “${wanted}”. There are: ${names || "none"}.`;
}
