import { isatty } from "node:tty";
import type { App } from "../../app/app.ts";
import { Whereabouts } from "../../core/presence.ts";
import { makeVisible } from "../../core/visible.ts";
import { onHangUp } from "../../hosts/node/terminal-output.ts";
import { findSlash } from "../../protocol/slash.ts";
import { currentFolder } from "../current-folder.ts";
import { type Flags, modeOf } from "../flags.ts";
import { openApp } from "../open-app.ts";
import { HANGUP_CODE, stopOnSignals } from "../signals.ts";
import { VERSION } from "../version.ts";
import { Wishes } from "../wishes.ts";
import { Chat } from "./chat.ts";
import { Screen } from "./screen.ts";
import { looksOf, paint, wrap } from "./style.ts";

type Leaving = "quit" | "clear";

/** Talks with the person at this terminal until they leave; resolves to the exit code. Rejects as a task does. */
export async function talk(flags: Flags, words: readonly string[]): Promise<number> {
  const cwd = currentFolder();
  const wishes = await Wishes.from(flags);
  const whereabouts = new Whereabouts({ place: "terminal" });
  const open = (chosen: Flags): Promise<App> => openApp(chosen, cwd, { wishes, whereabouts });
  let app = await open(flags);
  let leave = (_how: Leaving): void => undefined;
  let hasLeft = false;
  let isGone = false;
  let chat: Chat | undefined;
  const quit = (): void => {
    hasLeft = true;
    leave("quit");
  };
  // Who closes the terminal, or loses the line to it, is away: what runs goes on to the end of the turn, asks nobody, and leaves
  // what needs them in their queue.
  const hangUp = (): void => {
    if (isGone) return;
    isGone = true;
    screen.abandon();
    whereabouts.set({ place: "terminal", isAway: true, because: "the terminal was closed" });
    // Of questions the agent is told that nobody answers now, so that it ends with them.
    for (const callId of app.transcript.status.openQuestions) app.declineQuestions(callId);
    // For an answer that cannot be put off this program would wait for ever: the next one asks it again.
    const look = (): void => {
      if (!app.isRunning || app.isWaiting) quit();
    };
    app.onRunning(look);
    app.onWaiting(look);
    look();
  };
  const screen = new Screen({
    ...{ stdin: process.stdin, stdout: process.stdout, looks: looksOf(process.stdout, process.env) },
    entered: (text) => chat?.enter(text),
    pressed: (key) => chat?.press(key) ?? false,
    ended: () => (isatty(1) ? quit() : hangUp()),
    complete: (line) => completions(line, chat),
  });
  onHangUp(hangUp);
  const stoppedWith = stopOnSignals(quit, { interrupt: () => chat?.interrupt(), hangUp });
  screen.print(greeting(screen, cwd, flags));
  let first = words.join(" ");
  let hasSpoken = false;
  for (;;) {
    const left = new Promise<Leaving>((resolve) => {
      leave = resolve;
    });
    chat = new Chat({ app, screen, mayBypass: modeOf(flags) === "bypass", leave: (how) => leave(how) });
    if (hasLeft) quit();
    else chat.begin(first);
    first = "";
    const how = await left;
    await chat.close();
    hasSpoken = app.session.events.some(({ type }) => type === "user");
    if (how === "quit") break;
    const { choice, mode } = app;
    app = await open(anew(flags));
    app.setModel(choice.model, choice.effort);
    if (mode !== app.mode) app.setMode(mode);
    screen.print(["A new conversation. The one before is kept."]);
  }
  screen.close();
  if (isGone) return stoppedWith() ?? HANGUP_CODE;
  if (hasSpoken && flags.sessionPersistence)
    process.stdout.write("Go on with this conversation: plumb --continue\n");
  return stoppedWith() ?? 0;
}

/** The same, but for which conversation it is. */
function anew({ resume: _, continue: _1, forkSession: _2, sessionId: _3, ...flags }: Flags): Flags {
  return flags;
}

function greeting({ looks, columns }: Screen, cwd: string, { agent }: Flags): string[] {
  return [
    paint(looks, "bold", `Plumb ${VERSION}`),
    ...wrap(`In ${makeVisible(cwd, "exact")}. /help lists commands and keys; Ctrl+D leaves.`, columns),
    ...(agent === undefined ? [] : wrap(`You talk with the agent ${makeVisible(agent, "exact")}.`, columns)),
  ];
}

const completions = (line: string, chat: Chat | undefined): readonly string[] =>
  chat && /^\/[\w-]*$/.test(line)
    ? findSlash(line.slice(1), chat.commands).map(({ name }) => `/${name} `)
    : [];
