import * as vscode from "vscode";
import type { ModelInfo } from "../../core/model.ts";
import type { SlashInfo } from "../../protocol/slash.ts";
import type { Attachment, Surroundings } from "../../protocol/view.ts";

export interface WindowFacts {
  readonly account: Surroundings["account"];
  readonly models: readonly ModelInfo[];
  readonly slash: readonly SlashInfo[];
  readonly model: string;
  readonly effort: string;
  readonly canBypass: boolean;
  readonly isAway: boolean;
  readonly attachments: readonly Attachment[];
  readonly readOnlyBecause: string | undefined;
}

/** Facts of the window around the conversation, as the panel needs them. */
export function toSurroundings(facts: WindowFacts): Surroundings {
  const price = facts.models.find(({ id }) => id === facts.model)?.price;
  const roots = folderPaths();
  return {
    account: facts.account,
    isTrusted: vscode.workspace.isTrusted,
    hasFolder: roots.length > 0,
    platform: platform(),
    roots: [...roots],
    model: facts.model,
    effort: facts.effort,
    canBypass: facts.canBypass,
    isAway: facts.isAway,
    models: facts.models.map(({ id, name, contextTokens, efforts }) => ({
      id,
      name,
      contextTokens,
      efforts: [...efforts],
    })),
    slash: [...facts.slash],
    attachments: [...facts.attachments],
    ...(facts.readOnlyBecause !== undefined && { readOnlyBecause: facts.readOnlyBecause }),
    ...(price && { price: { ...price } }),
  };
}

/** Folders on a real file system, in the order of the explorer. */
export const folderPaths = (): readonly string[] =>
  (vscode.workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === "file")
    .map(({ uri }) => uri.fsPath);

export function platform(): "darwin" | "linux" | "win32" {
  return process.platform === "darwin" || process.platform === "win32" ? process.platform : "linux";
}
