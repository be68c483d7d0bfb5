import * as vscode from "vscode";
import { isDollars, isPrices } from "../../core/budget-settings.ts";
import { AGENTS_FILES, FOREIGN } from "../../core/instruction-choices.ts";
import { MODES } from "../../core/mode.ts";

interface Expected {
  readonly key: string;
  readonly words: () => string;
  readonly isGood: (value: unknown) => boolean;
}

const isText = (value: unknown): boolean => typeof value === "string";
const DOLLARS = (): string => vscode.l10n.t("an amount of US dollars, 0 for no limit");
const EXPECTED: readonly Expected[] = [
  { key: "model", words: () => vscode.l10n.t("text"), isGood: isText },
  { key: "effort", words: () => vscode.l10n.t("text"), isGood: isText },
  {
    key: "baseUrl",
    words: () => vscode.l10n.t("an address that begins with http:// or https://"),
    isGood: (value) => typeof value === "string" && /^(https?:\/\/\S+)?$/.test(value.trim()),
  },
  {
    key: "maxSteps",
    words: () => vscode.l10n.t("a whole number above 0"),
    isGood: (value) => typeof value === "number" && Number.isInteger(value) && value > 0,
  },
  {
    key: "checkBeforeFinishing",
    words: () => "true, false",
    isGood: (value) => typeof value === "boolean",
  },
  {
    key: "instructions.import",
    words: () => vscode.l10n.t("a list of {0}", FOREIGN.join(", ")),
    isGood: (value) => Array.isArray(value) && value.every((one) => FOREIGN.some((tool) => tool === one)),
  },
  {
    key: "instructions.agentsFiles",
    words: () => AGENTS_FILES.join(", "),
    isGood: (value) => AGENTS_FILES.some((known) => known === value),
  },
  { key: "budget.session", words: DOLLARS, isGood: isDollars },
  { key: "budget.day", words: DOLLARS, isGood: isDollars },
  {
    key: "prices",
    words: () =>
      vscode.l10n.t("models with their prices, e.g. {0}", '{"my-model": {"input": 1, "output": 5}}'),
    isGood: isPrices,
  },
  {
    key: "permissions.defaultMode",
    words: () => MODES.join(", "),
    isGood: (value) => MODES.some((mode) => mode === value),
  },
  { key: "auto.classifierModel", words: () => vscode.l10n.t("text"), isGood: isText },
  {
    key: "away.afterMinutes",
    words: () => vscode.l10n.t("a whole number, 0 or above"),
    isGood: (value) => typeof value === "number" && Number.isInteger(value) && value >= 0,
  },
  {
    key: "permissions.allowBypass",
    words: () => "true, false",
    isGood: (value) => typeof value === "boolean",
  },
  {
    key: "telemetry.enabled",
    words: () => "true, false",
    isGood: (value) => typeof value === "boolean",
  },
  {
    key: "telemetry.includeContent",
    words: () => "true, false",
    isGood: (value) => typeof value === "boolean",
  },
];

/** Settings with a value of the wrong kind, in words: Plumb goes by the default instead. */
export function settingsProblems(): readonly string[] {
  const settings = vscode.workspace.getConfiguration("plumb");
  return EXPECTED.flatMap(({ key, words, isGood }) => {
    const found = settings.inspect(key);
    const layers = [
      [vscode.l10n.t("user settings"), found?.globalValue],
      [vscode.l10n.t("workspace settings"), found?.workspaceValue],
      [vscode.l10n.t("folder settings"), found?.workspaceFolderValue],
    ] as const;
    return layers
      .filter(([, value]) => value !== undefined && !isGood(value))
      .map(([place, value]) =>
        vscode.l10n.t("{place}: plumb.{key} is {value}, which is not used. Expected: {expected}.", {
          place,
          key,
          value: JSON.stringify(value).slice(0, 80),
          expected: words(),
        }),
      );
  });
}
