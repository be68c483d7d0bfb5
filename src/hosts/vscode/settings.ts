import * as vscode from "vscode";
import { toDollars, toPrices } from "../../core/budget-settings.ts";
import type { BudgetLimits, PriceOf } from "../../core/cost.ts";
import { type InstructionChoices, toInstructionChoices } from "../../core/instruction-choices.ts";
import { MODES, type Mode } from "../../core/mode.ts";

/** What the user chose in the editor's settings. Read anew each time, so that a change counts at once. */
export interface Settings {
  /** "" means: the best model the account offers. */
  readonly model: string;
  /** "" means: what the model does by itself. */
  readonly effort: string;
  readonly baseUrl: string | undefined;
  readonly defaultMode: Mode;
  /** Whether the user set it; where not, a settings file may. */
  readonly isModeChosen: boolean;
  readonly canBypass: boolean;
  /** "" means: a fast one of the same family. */
  readonly classifierModel: string;
  /** 0 means never. */
  readonly awayAfterMinutes: number;
  readonly maxSteps: number;
  /** Whether Plumb is asked to check its work when it would finish without. */
  readonly checksBeforeFinishing: boolean;
  /** In percent of the window; 0 means never. */
  readonly compactAt: number;
  /** Whether secrets are taken out of what tools bring. */
  readonly redactsSecrets: boolean;
  /** Which instruction files count. */
  readonly instructions: InstructionChoices;
  /** Whether the provider's cache is kept warm while the user writes. */
  readonly keepsWarm: boolean;
  /** What may be spent. A repository has no say in it. */
  readonly budget: BudgetLimits;
  readonly priceOf: PriceOf;
  readonly rules: readonly WrittenRule[];
  /** Whether the diff of a proposed edit opens as soon as its card is there. */
  readonly opensProposals: boolean;
}
export interface WrittenRule {
  readonly verdict: "allow" | "ask" | "deny";
  readonly text: string;
  /** Where it stands, for people. */
  readonly source: string;
  /** Something that may forbid anything, and that is no rule. */
  readonly isBroken?: true;
}

export function readSettings(): Settings {
  const settings = vscode.workspace.getConfiguration("plumb");
  const canBypass = globalValue(settings, "permissions.allowBypass") === true;
  return {
    model: textOf(settings.get("model")),
    effort: textOf(settings.get("effort")),
    baseUrl: textOf(globalValue(settings, "baseUrl")) || undefined,
    defaultMode: toMode(globalValue(settings, "permissions.defaultMode"), canBypass),
    isModeChosen: globalValue(settings, "permissions.defaultMode") !== undefined,
    canBypass,
    classifierModel: textOf(globalValue(settings, "auto.classifierModel")),
    awayAfterMinutes: toMinutes(globalValue(settings, "away.afterMinutes")),
    redactsSecrets: globalValue(settings, "redactSecrets") !== false,
    instructions: toInstructionChoices(
      globalValue(settings, "instructions.import"),
      globalValue(settings, "instructions.agentsFiles"),
    ),
    keepsWarm: globalValue(settings, "cache.keepWarm") !== false,
    maxSteps: toCount(settings.get("maxSteps"), 200),
    checksBeforeFinishing: settings.get("checkBeforeFinishing") !== false,
    compactAt: toPercent(settings.get("context.compactAt"), 80),
    opensProposals: settings.get("review.openProposal") === "always",
    budget: {
      session: toDollars(globalValue(settings, "budget.session")),
      day: toDollars(globalValue(settings, "budget.day")),
    },
    priceOf: toPrices(globalValue(settings, "prices")),
    rules: [
      ...rulesOf("allow", globalValue(settings, "permissions.allow"), "user settings"),
      ...tightening(settings, "ask"),
      ...tightening(settings, "deny"),
    ],
  };
}

/** A repository may tighten what the user set, never replace it: so every layer counts, not the strongest one. */
function tightening(
  settings: vscode.WorkspaceConfiguration,
  verdict: "ask" | "deny",
): readonly WrittenRule[] {
  const layers = settings.inspect(`permissions.${verdict}`);
  return [
    ...rulesOf(verdict, layers?.globalValue, "user settings"),
    ...rulesOf(verdict, layers?.workspaceValue, "workspace settings"),
    ...rulesOf(verdict, layers?.workspaceFolderValue, "folder settings"),
  ];
}

/** What could send a key elsewhere or widen permissions is never taken from a workspace. */
const globalValue = (settings: vscode.WorkspaceConfiguration, key: string): unknown =>
  settings.inspect(key)?.globalValue;

/**
 * An entry that is no rule stays in the list as it is written, so that whoever reads the rules reports it. What is no list at all
 * may forbid anything.
 */
function rulesOf(verdict: WrittenRule["verdict"], value: unknown, source: string): readonly WrittenRule[] {
  if (value === undefined || value === null) return [];
  const told = (what: unknown): string => `plumb.permissions.${verdict}: ${JSON.stringify(what)}`;
  const isRule = (rule: unknown): rule is string => typeof rule === "string" && rule.trim() !== "";
  if (Array.isArray(value))
    return value.map((rule: unknown) => ({ verdict, text: isRule(rule) ? rule : told(rule), source }));
  // A lone rule that forbids is meant; one that allows has to be written properly.
  if (verdict === "allow") return [{ verdict, text: told(value), source }];
  return [
    isRule(value) ? { verdict, text: value, source } : { verdict, text: told(value), source, isBroken: true },
  ];
}

const textOf = (value: unknown): string => (typeof value === "string" ? value.trim() : "");

const toCount = (value: unknown, otherwise: number): number =>
  typeof value === "number" && Number.isInteger(value) && value > 0 ? value : otherwise;

const toPercent = (value: unknown, otherwise: number): number =>
  typeof value === "number" && value >= 0 && value <= 100 ? value : otherwise;

/** More than a day is as good as never, and longer than a timer can be. */
function toMinutes(value: unknown): number {
  const isGood = typeof value === "number" && Number.isInteger(value) && value >= 0;
  if (!isGood) return AWAY_AFTER_MINUTES;
  return value > 24 * 60 ? 0 : value;
}
const AWAY_AFTER_MINUTES = 10;

function toMode(value: unknown, canBypass: boolean): Mode {
  const mode = MODES.find((known) => known === value) ?? "ask";
  return mode === "bypass" && !canBypass ? "ask" : mode;
}
