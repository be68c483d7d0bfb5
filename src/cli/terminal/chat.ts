import type { Key } from "node:readline";
import type { App } from "../../app/app.ts";
import { AgentError, toAgentError } from "../../core/errors.ts";
import { laterQuestions } from "../../core/later.ts";
import { text } from "../../core/message.ts";
import { nextMode } from "../../core/mode.ts";
import { makeVisible } from "../../core/visible.ts";
import { readSlash, type SlashCommand } from "../../protocol/slash.ts";
import { Asker } from "./asker.ts";
import { type CommandParts, terminalCommands, terminalDesk } from "./commands.ts";
import type { Page } from "./markdown.ts";
import { Narrator } from "./narrator.ts";
import type { Screen } from "./screen.ts";
import { oneLine, paint, widthOf, wrap } from "./style.ts";

/** How often what moves is drawn, in milliseconds. */
const TICK_MS = 120;
const MOST_TAIL_ROWS = 12;

export interface ChatOptions {
  readonly app: App;
  readonly screen: Screen;
  readonly mayBypass: boolean;
  /** The person is done with this conversation; `clear` begins another. */
  readonly leave: (how: "quit" | "clear") => void;
}

/** One conversation on the screen. */
export class Chat {
  readonly commands: readonly SlashCommand[];
  readonly #app: App;
  readonly #screen: Screen;
  readonly #leave: ChatOptions["leave"];
  readonly #narrator: Narrator;
  readonly #asker: Asker;
  readonly #parts: CommandParts;
  #ticks: NodeJS.Timeout | undefined;
  #tickCount = 0;
  #beganAt = 0;
  #wantsToLeave = false;

  constructor({ app, screen, mayBypass, leave }: ChatOptions) {
    this.#app = app;
    this.#screen = screen;
    this.#leave = leave;
    const page = (): Page => ({ ...screen.looks, columns: screen.columns });
    const print = (lines: readonly string[]): void => screen.print(lines.flatMap((line) => line.split("\n")));
    this.#narrator = new Narrator(page);
    this.#asker = new Asker({ app, screen, page, changed: () => this.#draw() });
    this.#parts = {
      app,
      page,
      print,
      mayBypass,
      askLater: () => this.askLater(),
      clear: () => leave("clear"),
      quit: () => leave("quit"),
    };
    this.commands = terminalCommands(this.#parts);
    app.session.subscribe((event) => {
      const lines =
        "durable" in event ? this.#narrator.hear(event.durable) : this.#narrator.hearLive(event.live);
      screen.print(lines);
      if ("durable" in event) this.#asker.hear(event.durable);
      if ("durable" in event && event.durable.type === "mode") this.#draw();
    });
    app.onRunning((isRunning) => this.#running(isRunning));
  }

  /** Says where the conversation stands, and goes on with what waits for an answer; then says `first`, "" for nothing. */
  begin(first: string): void {
    const app = this.#app;
    const { title } = app.transcript.status;
    if (title !== "") {
      this.#screen.print([
        ...wrap(`Going on with: ${makeVisible(title, "exact")}`, this.#screen.columns),
        ...this.#narrator.last(app.session.events),
      ]);
    }
    this.#draw();
    if (app.readOnlyBecause === undefined) this.askLater();
    if (app.hasOpenQuestion) void this.#work(() => app.resume());
    else if (first === "") this.#waitForWords();
    if (first === "") return;
    const { looks } = this.#screen;
    this.#parts.print([`${paint(looks, "bold", looks.glyphs.prompt)} ${makeVisible(first)}`]);
    this.enter(first);
  }

  /** Puts what was put off while the person was away before them. Returns how many there are. */
  askLater(): number {
    const waiting = laterQuestions(this.#app.session.events);
    this.#asker.askLater(waiting);
    return waiting.length;
  }

  #waitForWords(): void {
    const { canContinue, readOnlyBecause } = this.#app;
    const words = readOnlyBecause ?? (canContinue ? "An empty line goes on where this stopped." : "");
    if (words !== "") this.#screen.print(wrap(makeVisible(words), this.#screen.columns));
    this.#screen.ask();
  }

  #running(isRunning: boolean): void {
    clearInterval(this.#ticks);
    this.#ticks = undefined;
    if (isRunning) {
      this.#beganAt = Date.now();
      this.#ticks = setInterval(() => this.#tick(), TICK_MS);
    }
    this.#draw();
    if (!isRunning) this.#waitForWords();
  }

  #tick(): void {
    this.#tickCount += 1;
    this.#screen.print(this.#narrator.take());
    this.#draw();
  }

  #draw(): void {
    const { looks, columns, rows } = this.#screen;
    const { mode, isRunning } = this.#app;
    const where = mode === "ask" ? "" : `${mode} `;
    const label = this.#asker.label;
    this.#screen.setLabel(
      label === undefined
        ? paint(looks, "bold", `${where}${looks.glyphs.prompt} `)
        : paint(looks, "yellow", label),
    );
    if (!looks.canMove) return;
    // What is taller than the screen cannot be drawn again.
    const isTall = widthOf(this.#screen.draft) > (columns * rows) / 2;
    if (!isRunning || isTall) return this.#screen.showAbove([]);
    const tail = lowest(this.#narrator.tail(MOST_TAIL_ROWS), {
      columns,
      rows: Math.min(MOST_TAIL_ROWS, rows / 2 - 2),
    });
    this.#screen.showAbove([...tail, this.#status(columns)]);
  }

  #status(columns: number): string {
    const { looks } = this.#screen;
    const { spinner } = looks.glyphs;
    if (this.#asker.isAsking)
      return paint(looks, "dim", oneLine("Waiting for you (Esc stops)", columns - 1, looks.glyphs));
    const seconds = Math.round((Date.now() - this.#beganAt) / 1000);
    const turn = spinner[this.#tickCount % spinner.length] ?? "";
    const end = ` ${seconds} s (Esc stops)`;
    const doing = oneLine(this.#narrator.doing, Math.max(columns - end.length - 3, 8), looks.glyphs);
    return paint(looks, "dim", `${turn} ${doing}${end}`);
  }

  /** A key that is not for the line. */
  press(key: Key): boolean {
    const { isRunning, mode } = this.#app;
    if (key.ctrl === true && key.name === "c") {
      this.interrupt();
      return true;
    }
    this.#wantsToLeave = false;
    if (key.name === "escape") {
      if (isRunning) this.#app.stop();
      return true;
    }
    if (key.ctrl === true && key.name === "d" && this.#screen.draft === "") {
      this.#leave("quit");
      return true;
    }
    if (key.name === "tab" && key.shift === true) {
      this.#app.setMode(nextMode(mode));
      return true;
    }
    if (key.ctrl === true || key.meta === true) return false;
    return this.#asker.press(key.name === "space" ? " " : (key.sequence ?? ""));
  }

  /** Ctrl+C: stops what runs, then empties the line, then leaves. */
  interrupt(): void {
    // There the terminal has written ^C.
    if (!this.#screen.looks.canMove) this.#screen.print([""]);
    if (this.#app.isRunning) this.#app.stop();
    else if (this.#screen.draft !== "") this.#screen.takeDraft();
    else if (this.#wantsToLeave) this.#leave("quit");
    else {
      this.#wantsToLeave = true;
      this.#screen.print(["Ctrl+C once more leaves."]);
      this.#screen.ask();
    }
  }

  enter(line: string): void {
    this.#wantsToLeave = false;
    if (this.#asker.enter(line)) return;
    const reading = readSlash(line, this.commands);
    if (reading.kind === "command") void this.#work(() => this.#run(reading.name, reading.argument));
    else if (reading.kind === "unknown") {
      const near = reading.near === undefined ? "" : ` Did you mean /${reading.near}?`;
      this.#parts.print(
        wrap(
          `There is no command /${makeVisible(reading.name)}.${near} /help lists them.`,
          this.#screen.columns,
        ),
      );
      this.#screen.ask();
    } else if (line.trim() !== "") void this.#work(() => this.#app.prompt([text(line)], "now"));
    else if (!this.#app.isRunning && this.#app.canContinue) void this.#work(() => this.#app.resume());
    else this.#screen.ask();
  }

  async #run(name: string, argument: string): Promise<void> {
    const command = this.commands.find((one) => one.name === name);
    if (!command) throw new AgentError("not_found", `There is no command /${name}.`);
    await command.run(argument, terminalDesk(this.commands, this.#parts));
    if (!this.#app.isRunning) this.#screen.ask();
  }

  async #work(run: () => Promise<unknown>): Promise<void> {
    try {
      await run();
    } catch (thrown) {
      const { message } = toAgentError(thrown);
      this.#screen.print(wrap(makeVisible(message), this.#screen.columns));
      this.#screen.ask();
    }
  }

  /** Ends it; resolves once everything is written. */
  async close(): Promise<void> {
    clearInterval(this.#ticks);
    await this.#app.close();
    clearInterval(this.#ticks);
  }
}

/** The last lines, as many as fit. */
function lowest(
  lines: readonly string[],
  room: { readonly columns: number; readonly rows: number },
): readonly string[] {
  let rows = 0;
  const first = lines.findLastIndex((line) => {
    rows += Math.max(1, Math.ceil(widthOf(line) / room.columns));
    return rows > room.rows;
  });
  return lines.slice(first + 1);
}
