import * as vscode from "vscode";
import type { ModelInfo } from "../../core/model.ts";
import type { PlumbWindow } from "./plumb-window.ts";

/** Two quick picks: the model, and how hard it thinks where the model knows levels. */
export async function chooseModel(plumb: PlumbWindow): Promise<void> {
  const models = await plumb.accounts.models();
  const now = plumb.models.now();
  const picked = await vscode.window.showQuickPick(
    models.map((model) => ({
      label: model.name,
      description: model.id === now.model ? vscode.l10n.t("{0} (current)", model.id) : model.id,
      ...(model.price && { detail: priceWords(model.price) }),
      model,
    })),
    { title: vscode.l10n.t("Model of the next turn"), matchOnDescription: true },
  );
  if (!picked) return;
  const { model } = picked;
  if (model.efforts.length === 0) return plumb.setModel(model.id, "");
  await pickEffort(plumb, model);
}

/** One quick pick: how hard the model of the next turn thinks. */
export async function chooseEffort(plumb: PlumbWindow): Promise<void> {
  const { model: id } = plumb.models.now();
  const model = (await plumb.accounts.models()).find((one) => one.id === id);
  if (model) await pickEffort(plumb, model);
  else await chooseModel(plumb);
}

async function pickEffort(plumb: PlumbWindow, model: ModelInfo): Promise<void> {
  const standard = { label: vscode.l10n.t("Standard"), effort: "" };
  const levels = [standard, ...model.efforts.map((effort) => ({ label: effort, effort }))];
  const level = await vscode.window.showQuickPick(levels, {
    title: vscode.l10n.t("How much effort {0} makes", model.name),
  });
  if (level) await plumb.setModel(model.id, level.effort);
}

const priceWords = ({ input, output }: { input: number; output: number }): string =>
  vscode.l10n.t("{0} USD in, {1} USD out per million tokens", input, output);
