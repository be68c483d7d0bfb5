import {
  clearScreenDown,
  createInterface,
  cursorTo,
  emitKeypressEvents,
  type Interface,
  type Key,
  moveCursor,
} from "node:readline";
import { PassThrough } from "node:stream";
import { makeVisible } from "../../core/visible.ts";
import { type Looks, paint } from "./style.ts";

export interface ScreenEvents {
  /** A whole message; its lines are joined by line feeds. */
  readonly entered: (text: string) => void;
  /** Before the line editor gets it; true when that shall not. Never called where keys cannot be read one by one. */
  readonly pressed: (key: Key) => boolean;
  /** Nothing will come any more. */
  readonly ended: () => void;
  readonly complete: (line: string) => readonly string[];
}

interface Options extends ScreenEvents {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly looks: Looks;
}

const ESCAPE = "\u001b";
const PASTING = `${ESCAPE}[?2004`;
const COLOUR = new RegExp(`(${ESCAPE}\\[[\\d;]*m)`);

/**
 * Text above, and one line to write in below it. Node's line editor draws that line; what changes above it (the end of a reply,
 * what is being done) is part of its prompt. In a terminal that cannot move its cursor, text is only added.
 */
export class Screen {
  readonly looks: Looks;
  /** When a key was pressed last, in epoch milliseconds. */
  lastKeyAt = 0;
  readonly #options: Options;
  readonly #editor: Interface;
  readonly #keys: PassThrough;
  #above: readonly string[] = [];
  #label = "";
  #isOpen = true;
  #isGone = false;
  #drawn: string | undefined;
  /** Lines of a message that goes on. */
  #lines: string[] = [];
  #goesOn = false;
  #pasted: string | undefined;

  constructor(options: Options) {
    this.#options = options;
    const { stdin, stdout, looks } = options;
    this.looks = looks;
    this.#keys = new PassThrough();
    const { canMove } = looks;
    const setRawMode = (isRaw: boolean): unknown => stdin.setRawMode(isRaw);
    this.#editor = createInterface({
      input: canMove ? Object.assign(this.#keys, { isTTY: true, setRawMode }) : stdin,
      output: stdout,
      terminal: canMove,
      historySize: 200,
      removeHistoryDuplicates: true,
      completer: (line: string): [string[], string] => [[...options.complete(line)], line],
    });
    this.#editor.on("line", (line) => this.#entered(line));
    stdin.on("error", () => options.ended());
    if (!canMove) {
      this.#editor.on("close", () => this.#isOpen && options.ended());
      return;
    }
    emitKeypressEvents(stdin);
    stdin.on("keypress", (text: string | undefined, key: Key) => this.#pressed(text, key));
    stdin.on("end", () => options.ended());
    stdin.resume();
    stdout.write(`${PASTING}h`);
    process.once("exit", () => this.close());
  }

  get columns(): number {
    return Math.max(this.#options.stdout.columns || 80, 20);
  }
  get rows(): number {
    return Math.max(this.#options.stdout.rows || 24, 8);
  }
  /** What is being written. */
  get draft(): string {
    return this.#editor.line;
  }

  #pressed(text: string | undefined, key: Key): void {
    this.lastKeyAt = Date.now();
    if (key.name === "paste-start") this.#pasted = "";
    else if (key.name === "paste-end") this.#paste();
    else if (this.#pasted !== undefined) this.#pasted += key.name === "return" ? "\n" : (text ?? "");
    else if (!this.#options.pressed(key)) this.#edit(text, key);
  }

  #edit(text: string | undefined, key: Key): void {
    // Where a terminal sends a line feed, somebody pressed Ctrl+J.
    const isNewLine = key.name === "enter" || (key.name === "return" && key.meta === true);
    if (!isNewLine && key.name !== "return") {
      this.#keys.emit("keypress", text, key);
      return;
    }
    this.#goesOn = isNewLine;
    this.#endLine();
  }

  /** What is above goes, so that only what was said stays. */
  #endLine(): void {
    this.#editor.setPrompt(this.#label);
    this.#editor.prompt(true);
    this.#drawn = undefined;
    this.#keys.emit("keypress", "\r", { name: "return", sequence: "\r" });
  }

  #paste(): void {
    const lines = makeVisible((this.#pasted ?? "").replaceAll("\r", "\n")).split("\n");
    this.#pasted = undefined;
    for (const [at, line] of lines.entries()) {
      if (line !== "") this.#editor.write(line);
      if (at === lines.length - 1) return;
      this.#goesOn = true;
      this.#endLine();
    }
  }

  #entered(line: string): void {
    const isEscaped = !this.#goesOn && line.endsWith("\\");
    this.#lines.push(isEscaped ? line.slice(0, -1) : line);
    if (this.#goesOn || isEscaped) {
      this.#goesOn = false;
      this.#draw();
      return;
    }
    const whole = this.#lines.join("\n");
    this.#lines = [];
    this.#drawn = undefined;
    this.#options.entered(whole);
    if (this.#isOpen && this.looks.canMove) this.#draw();
  }

  /** Writes lines that stay. */
  print(lines: readonly string[]): void {
    if (lines.length === 0 || this.#isGone) return;
    const { stdout } = this.#options;
    const text = `${lines.map(harmless).join("\n")}\n`;
    if (!this.#isOpen || !this.looks.canMove) {
      stdout.write(text);
      return;
    }
    // The editor goes up as many rows as its cursor was below its beginning.
    const { rows } = this.#editor.getCursorPos();
    moveCursor(stdout, 0, -rows);
    cursorTo(stdout, 0);
    clearScreenDown(stdout);
    stdout.write(text + "\n".repeat(rows));
    this.#drawn = undefined;
    this.#draw();
  }

  /** What stands above the line until it is something else. */
  showAbove(lines: readonly string[]): void {
    this.#above = lines;
    this.#draw();
  }

  /** What stands before what is written. */
  setLabel(label: string): void {
    if (label === this.#label) return;
    this.#label = label;
    this.#draw();
  }

  #draw(): void {
    if (!this.#isOpen) return;
    const label =
      this.#lines.length > 0 ? paint(this.looks, "dim", `${this.looks.glyphs.more} `) : this.#label;
    if (!this.looks.canMove) return;
    const prompt = [...this.#above, label].map(harmless).join("\n");
    if (prompt === this.#drawn) return;
    this.#drawn = prompt;
    this.#editor.setPrompt(prompt);
    this.#editor.prompt(true);
  }

  /** Where text is only added: says what can be written now. */
  ask(): void {
    if (this.#isOpen && !this.looks.canMove) this.#options.stdout.write(harmless(this.#label));
  }

  /** Takes away what is being written, all lines of it; returns it. */
  takeDraft(): string {
    const { line } = this.#editor;
    const draft = [...this.#lines, line].join("\n");
    this.#lines = [];
    if (this.looks.canMove && line !== "") {
      this.#editor.write(null, { ctrl: true, name: "e" });
      this.#editor.write(null, { ctrl: true, name: "u" });
    }
    return draft;
  }

  giveDraft(draft: string): void {
    const lines = draft.split("\n");
    const last = lines.pop() ?? "";
    this.#lines = lines;
    this.#draw();
    if (this.looks.canMove && last !== "") this.#editor.write(last);
  }

  /** There is no terminal any more: nothing is written to it, and nothing comes from it. */
  abandon(): void {
    this.#isGone = true;
    this.#isOpen = false;
    this.#editor.close();
    this.#options.stdin.pause();
  }

  close(): void {
    if (!this.#isOpen) return;
    this.showAbove([]);
    this.#isOpen = false;
    const { stdin, stdout, looks } = this.#options;
    if (looks.canMove) {
      cursorTo(stdout, 0);
      clearScreenDown(stdout);
      stdout.write(`${PASTING}l`);
    }
    this.#editor.close();
    if (looks.canMove) stdin.setRawMode(false);
    stdin.pause();
  }
}

/** Only colours of ours: whatever else a terminal would obey has been made visible long before, or is now. */
const harmless = (line: string): string =>
  line
    .split(COLOUR)
    .map((part, at) => (at % 2 === 0 ? makeVisible(part) : part))
    .join("");
