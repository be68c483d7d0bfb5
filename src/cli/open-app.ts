import { App } from "../app/app.ts";
import { lastPrefix } from "../core/conversation.ts";
import { type AgentEvent, type EventOf, MAIN } from "../core/event.ts";
import type { Whereabouts } from "../core/presence.ts";
import { makeVisible } from "../core/visible.ts";
import { fetchFor } from "../hosts/node/http-fetch.ts";
import { beforeLeaving } from "../hosts/node/terminal-output.ts";
import { afterwards, beforeExit } from "./before-exit.ts";
import type { Flags } from "./flags.ts";
import { type Start, startFrom } from "./options.ts";
import type { Wishes } from "./wishes.ts";

/** The conversation that the flags are about. Rejects with what is wrong with them. */
export async function openApp(
  flags: Flags,
  cwd: string,
  { wishes, whereabouts }: { readonly wishes: Wishes; readonly whereabouts: Whereabouts },
): Promise<App> {
  const start = await startFrom(flags, cwd, {
    whereabouts,
    extras: wishes.extras,
    sending: afterwards,
    fetch: fetchFor(process.env),
  });
  const app = await openStarted(start, flags);
  for (const problem of problemsOf(start, app)) process.stderr.write(`plumb: ${makeVisible(problem)}\n`);
  const profile = start.as === undefined ? lastPrefix(app.session.events, MAIN)?.profile : undefined;
  if (profile !== undefined)
    process.stderr.write(`plumb: this session stays with the agent ${profile}; --agent main goes back.\n`);
  return app;
}

/** The conversation of a start. */
export async function openStarted(start: Start, flags: Flags): Promise<App> {
  const app = await openSession(start, flags);
  beforeLeaving(async () => {
    await app.close();
    await beforeExit();
  });
  if (app.readOnlyBecause === undefined) start.options.servers?.begin();
  // A session that goes on keeps its mode and its model, unless others are asked for, or another agent.
  if (start.mode && app.readOnlyBecause === undefined) app.setMode(start.mode);
  const prefix = lastPrefix(app.session.events, MAIN);
  const isOther = start.as !== undefined && start.as !== (prefix?.profile ?? MAIN);
  const chosen = app.session.events.findLast(isChosen);
  if (chosen && !start.isModelChosen && !isOther) app.setModel(chosen.model, chosen.effort ?? "");
  return app;
}

/** Whoever stood in for an overloaded model did so for one turn. */
const isChosen = (event: AgentEvent): event is EventOf<"prefix"> =>
  event.type === "prefix" && event.agentId === MAIN && event.insteadOf === undefined;

/** What has to be said about its settings and rules, in sentences. */
export const problemsOf = ({ problems, options }: Start, { permissions, mode }: App): readonly string[] => [
  ...problems,
  ...(options.servers?.problems ?? []),
  ...(options.extras?.().agents?.problemsIn(mode) ?? []).map((problem) => `--agents: ${problem}`),
  ...permissions.problems,
  ...permissions.waiting.map(
    ({ file, added }) =>
      `${file.label} wants to allow ${added.join(", ")}; that does not hold until you agree to it in the editor.`,
  ),
];

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
