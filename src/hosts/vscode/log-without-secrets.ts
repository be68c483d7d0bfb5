import type * as vscode from "vscode";

/** The log that people open, and send along with reports: what goes wrong is written there without the secrets in its words. */
export function logWithoutSecrets(log: vscode.LogOutputChannel): vscode.LogOutputChannel {
  let last: Promise<void> = Promise.resolve();
  /** In order, and loaded with the first thing that went wrong: a start writes none of it. */
  const written =
    (write: (message: string) => void) =>
    (message: string | Error, ...more: unknown[]): void => {
      const text = [message, ...more].map(wordsOf).join(" ");
      last = last.then(async () => write(await looked(text)));
    };
  return {
    name: log.name,
    get logLevel() {
      return log.logLevel;
    },
    onDidChangeLogLevel: log.onDidChangeLogLevel,
    trace: written((message) => log.trace(message)),
    debug: written((message) => log.debug(message)),
    info: (message, ...more) => log.info(message, ...more),
    warn: written((message) => log.warn(message)),
    error: written((message) => log.error(message)),
    append: written((message) => log.append(message)),
    appendLine: written((message) => log.appendLine(message)),
    replace: written((message) => log.replace(message)),
    clear: () => log.clear(),
    show: () => log.show(),
    hide: () => log.hide(),
    dispose: () => log.dispose(),
  };
}

const wordsOf = (message: unknown): string =>
  message instanceof Error ? (message.stack ?? message.message) : String(message);

async function looked(text: string): Promise<string> {
  try {
    const { redact } = await import("../../safety/redact/redactor.ts");
    return redact(text);
  } catch {
    return "(This could not be looked through for secrets, so it is left out.)";
  }
}
