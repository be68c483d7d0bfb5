import * as vscode from "vscode";

interface GitApi {
  readonly onDidOpenRepository: (listener: () => void) => vscode.Disposable;
}
interface GitExports {
  readonly enabled: boolean;
  readonly onDidChangeEnablement: (listener: () => void) => vscode.Disposable;
  getAPI(version: 1): GitApi;
}

/** Calls back whenever the editor's git support has found a repository; never when there is no such support. */
export function onDidFindRepository(listener: () => void): vscode.Disposable {
  const subscriptions: vscode.Disposable[] = [];
  let isDisposed = false;
  const listen = (git: GitExports): void => {
    // While it is switched off it has no API and throws.
    if (git.enabled && !isDisposed) subscriptions.push(git.getAPI(1).onDidOpenRepository(listener));
  };
  void findGit().then((git) => {
    if (!git || isDisposed) return;
    listen(git);
    subscriptions.push(git.onDidChangeEnablement(() => listen(git)));
    // Those it has found before.
    listener();
  });
  return new vscode.Disposable(() => {
    isDisposed = true;
    for (const subscription of subscriptions) subscription.dispose();
  });
}

async function findGit(): Promise<GitExports | undefined> {
  try {
    // It is active in every window anyway; this waits until it is.
    const exports: unknown = await vscode.extensions.getExtension("vscode.git")?.activate();
    return isGit(exports) ? exports : undefined;
  } catch {
    return undefined;
  }
}

const isGit = (value: unknown): value is GitExports =>
  typeof value === "object" &&
  value !== null &&
  "enabled" in value &&
  "onDidChangeEnablement" in value &&
  "getAPI" in value &&
  typeof value.getAPI === "function";
