import * as vscode from "vscode";
import type { ModelInfo } from "../../core/model.ts";
import type { Attachment, Surroundings } from "../../protocol/view.ts";
import type { Accounts } from "./accounts.ts";
import { mayBypass } from "./bypass-gate.ts";
import type { Chats } from "./chats.ts";
import { infoOf } from "./context/slash.ts";
import type { Engine } from "./engine.ts";
import type { ModelChoice } from "./model-choice.ts";

/** Where the facts are. */
interface Sources {
  readonly accounts: Pick<Accounts, "kind">;
  readonly models: Pick<ModelChoice, "now">;
  readonly presence: { readonly isAway: boolean };
  readonly written: { readonly attachments: readonly Attachment[] };
  readonly chats: Pick<Chats, "current">;
  slashCommands(): ReturnType<Engine["slashCommands"]>;
  knownModels(): readonly ModelInfo[];
}

/** Facts of the window around the conversation, as the panel needs them. */
export async function surroundingsOf(window: Sources): Promise<Surroundings> {
  const [account, slash] = await Promise.all([window.accounts.kind(), window.slashCommands()]);
  const known = account === "none" ? [] : window.knownModels();
  const { model, effort } = window.models.now();
  const price = known.find(({ id }) => id === model)?.price;
  const readOnlyBecause = window.chats.current?.readOnlyBecause;
  const roots = folderPaths();
  return {
    ...{ account, model, effort },
    isTrusted: vscode.workspace.isTrusted,
    hasFolder: roots.length > 0,
    platform: platform(),
    roots: [...roots],
    canBypass: mayBypass(),
    isAway: window.presence.isAway,
    models: known.map(({ id, name, contextTokens, efforts }) => ({
      ...{ id, name, contextTokens },
      efforts: [...efforts],
    })),
    slash: slash.map(infoOf),
    attachments: [...window.written.attachments],
    ...(readOnlyBecause !== undefined && { readOnlyBecause }),
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
