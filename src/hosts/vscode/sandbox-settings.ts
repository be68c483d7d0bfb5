import * as vscode from "vscode";
import { type SandboxSettings, toSandboxSettings } from "../node/sandbox/settings.ts";

/** Only what the user chose: a repository that could loosen the sandbox would have none. */
export function readSandboxSettings(): SandboxSettings {
  const settings = vscode.workspace.getConfiguration("plumb.sandbox");
  const own = (key: string): unknown => settings.inspect(key)?.globalValue;
  return toSandboxSettings({
    enabled: own("enabled"),
    allowedDomains: own("allowedDomains"),
    docker: own("docker"),
  });
}
