import * as vscode from "vscode";
import { isRootOfMachine } from "../node/privileges.ts";
import { readSettings } from "./settings.ts";

/** Why nobody gets into the mode Bypass here and now, in words; undefined when they do. */
export function bypassRefusal(): string | undefined {
  if (!readSettings().canBypass)
    return vscode.l10n.t(
      "The mode Bypass is off. It is turned on in your own settings: plumb.permissions.allowBypass.",
    );
  if (!vscode.workspace.isTrusted)
    return vscode.l10n.t("There is no mode Bypass in a workspace that is not trusted.");
  if (isRootOfMachine())
    return vscode.l10n.t(
      "There is no mode Bypass for root: a mistake could reach the whole machine. Use an ordinary user or a container.",
    );
  return undefined;
}

export const mayBypass = (): boolean => bypassRefusal() === undefined;
