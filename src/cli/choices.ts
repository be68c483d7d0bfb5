import type { App } from "../app/app.ts";
import { MODE_NAMES, type ModeName } from "../app/mode-names.ts";
import { AgentError } from "../core/errors.ts";
import { factsOf } from "../models/model-table.ts";
import { modelNamed } from "./model-name.ts";

/** Another model from the next turn on, by its name or id. An effort that it does not have is left out. */
export function chooseModel(app: App, name: string, effort: string = app.choice.effort): void {
  const model = modelNamed(name);
  const efforts = factsOf(model)?.efforts;
  app.setModel(model, efforts === undefined || efforts.includes(effort) ? effort : "");
}

/** Another mode from the next call on. Throws `denied` for bypass, where it was not chosen from the beginning. */
export function chooseMode(app: App, name: ModeName, mayBypass: boolean): void {
  const mode = MODE_NAMES[name];
  if (mode === "bypass" && (!mayBypass || app.permissions.disablesBypass))
    throw new AgentError("denied", "The mode bypass has to be given when the program is started.");
  app.setMode(mode);
}
