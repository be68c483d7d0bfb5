import * as vscode from "vscode";

interface GitApi {
  readonly state: "uninitialized" | "initialized";
  readonly onDidChangeState: (listener: () => void) => vscode.Disposable;
  readonly onDidOpenRepository: (listener: () => void) => vscode.Disposable;
}
interface GitExports {
  readonly enabled: boolean;
  readonly onDidChangeEnablement: (listener: () => void) => vscode.Disposable;
  getAPI(version: 1): GitApi;
}

/**
 * Calls back once the editor's git support has looked for repositories, or at once when there is no such support; and
 * then for every repository that is found later.
 */
export function watchRepositories(listener: () => void): vscode.Disposable {
  const subscriptions: vscode.Disposable[] = [];
  let isDisposed = false;
  const listen = (git: GitExports): boolean => {
    // While it is switched off it has no API and throws.
    if (!git.enabled) return false;
    const api = git.getAPI(1);
    const tell = (): void => {
      if (api.state === "initialized") listener();
    };
    subscriptions.push(api.onDidChangeState(tell), api.onDidOpenRepository(tell));
    return api.state === "uninitialized";
  };
  void findGit().then((git) => {
    if (isDisposed) return;
    const isLooking = git !== undefined && listen(git);
    if (git) subscriptions.push(git.onDidChangeEnablement(() => listen(git)));
    if (!isLooking) listener();
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
