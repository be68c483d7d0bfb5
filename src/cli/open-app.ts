import { App } from "../app/app.ts";
import { lastPrefix } from "../core/conversation.ts";
import { MAIN } from "../core/event.ts";
import type { Flags } from "./flags.ts";
import { type Start, startFrom } from "./options.ts";
import type { Wishes } from "./wishes.ts";

/** The conversation that the flags are about. Rejects with what is wrong with them. */
export async function openApp(
  flags: Flags,
  cwd: string,
  { wishes, isCallerThere }: { readonly wishes: Wishes; readonly isCallerThere: () => boolean },
): Promise<App> {
  const start = await startFrom(flags, cwd, { isThere: isCallerThere, extras: wishes.extras });
  const app = await openSession(start, flags);
  // A session that goes on keeps its mode and its model, unless others are asked for.
  if (start.mode && app.readOnlyBecause === undefined) app.setMode(start.mode);
  const prefix = lastPrefix(app.session.events, MAIN);
  if (prefix && !start.isModelChosen) app.setModel(prefix.model, prefix.effort ?? "");
  for (const problem of [...start.problems, ...app.permissions.problems])
    process.stderr.write(`plumb: ${problem}\n`);
  for (const { file, added } of app.permissions.waiting)
    process.stderr.write(
      `plumb: ${file.label} wants to allow ${added.join(", ")}; that does not hold until you agree to it in the editor.\n`,
    );
  return app;
}

async function openSession({ options }: Start, { forkSession, sessionId }: Flags): Promise<App> {
  const app = await App.open(options);
  if (!forkSession) return app;
  // Also while another window writes that session: nothing is written there.
  const fork = await forked(app, sessionId);
  return App.open({ ...options, sessionId: fork, isNew: false });
}

async function forked(app: App, as: string | undefined): Promise<string> {
  try {
    return (await app.checkpoints.fork(undefined, as)).sessionId;
  } finally {
    await app.close();
  }
}
