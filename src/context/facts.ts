import type { AgentEvent, EventOf } from "../core/event.ts";
import { isText, isToolUse, plainText, text } from "../core/message.ts";
import { visibleText } from "../core/row-text.ts";
import { asData } from "../core/untrusted.ts";

/** What the log itself knows of a conversation: no model has to remember it. */
export interface Facts {
  /** What a person said, oldest first. */
  readonly prompts: readonly EventOf<"user">[];
  /** Files that were changed, the newest last. */
  readonly changed: readonly string[];
  /** Files that were read and not changed, the newest last. */
  readonly read: readonly string[];
  /** Commands with what became of them, the newest last. */
  readonly commands: readonly string[];
  /** Errors of the newest calls that nothing followed which worked, by the same title. */
  readonly errors: readonly string[];
  /** As it was approved, or presented last. */
  readonly plan: string | undefined;
  readonly todos: string | undefined;
  /** The agent's own. */
  readonly lastWords: string;
}

const MOST = { changed: 60, read: 30, commands: 12, errors: 4 };
const MAX_LINE_CHARS = 300;

/** The facts in the events of one agent. */
export function factsOf(own: readonly AgentEvent[]): Facts {
  const collecting = new Collecting();
  for (const event of own) collecting.take(event);
  return collecting.facts();
}

class Collecting {
  readonly #prompts: EventOf<"user">[] = [];
  readonly #changed = new Set<string>();
  readonly #read = new Set<string>();
  readonly #started = new Map<string, EventOf<"tool.started">>();
  readonly #ends = new Map<string, EventOf<"tool.finished">>();
  readonly #plans = new Map<string, string>();
  #plan: string | undefined;
  #todos: string | undefined;
  #lastWords = "";

  take(event: AgentEvent): void {
    if (event.type === "user" && event.origin !== "task") this.#prompts.push(event);
    else if (event.type === "edit") renew(this.#changed, event.path);
    else if (event.type === "tool.started") this.#started.set(event.callId, event);
    else if (event.type === "assistant") this.#reply(event);
    else if (event.type === "tool.finished") this.#finished(event);
  }

  facts(): Facts {
    const read = [...this.#read].filter((path) => !this.#changed.has(path));
    return {
      prompts: this.#prompts,
      changed: [...this.#changed].slice(-MOST.changed),
      read: read.slice(-MOST.read),
      ...this.#outcomes(),
      plan: this.#plan,
      todos: this.#todos,
      lastWords: this.#lastWords,
    };
  }

  #reply({ content }: EventOf<"assistant">): void {
    const words = plainText(content).trim();
    if (words !== "") this.#lastWords = words;
    for (const block of content) {
      if (!isToolUse(block) || block.name !== "ExitPlanMode") continue;
      const { input } = block;
      const plan = typeof input === "object" && input !== null && "plan" in input ? input.plan : undefined;
      if (typeof plan === "string") this.#plans.set(block.id, plan);
    }
  }

  #finished(event: EventOf<"tool.finished">): void {
    this.#ends.set(event.callId, event);
    const { detail } = event;
    if (detail?.kind === "todos")
      this.#todos = detail.todos.map(({ content, status }) => `- [${status}] ${content}`).join("\n");
    const own = this.#plans.get(event.callId);
    // What a person made of a plan is in the detail, unless it is so long that it was cut there.
    const isWhole = detail?.kind === "plan" && detail.hiddenChars === 0;
    if (own !== undefined && event.outcome === "done") this.#plan = isWhole ? detail.markdown : own;
    for (const { path, hash } of event.seen ?? []) if (hash !== "") renew(this.#read, path);
  }

  /** In order of their beginnings: each command once, as it went last; errors as long as they stand. */
  #outcomes(): Pick<Facts, "commands" | "errors"> {
    const commands = new Map<string, string>();
    const errors = new Map<string, string>();
    for (const [callId, { title, accesses, name }] of this.#started) {
      const end = this.#ends.get(callId);
      const said = end ? end.content.map((block) => (isText(block) ? block.text : "")).join("\n") : "";
      const command = accesses.find(({ kind }) => kind === "execute")?.target;
      errors.delete(title);
      if (end?.isError) errors.set(title, `${name}: ${oneLine(title)}: ${oneLine(said)}`);
      if (command === undefined) continue;
      commands.delete(command);
      commands.set(command, `${oneLine(command)} → ${outcomeOf(end, said)}`);
    }
    return {
      commands: [...commands.values()].slice(-MOST.commands),
      errors: [...errors.values()].slice(-MOST.errors),
    };
  }
}

function outcomeOf(end: EventOf<"tool.finished"> | undefined, said: string): string {
  if (!end) return "not finished";
  if (end.outcome === "denied") return "denied";
  const code = end.detail?.kind === "exit" ? end.detail.code : undefined;
  if (typeof code === "number" && code !== 0)
    return `exit code ${code}: ${oneLine(said.slice(-MAX_LINE_CHARS))}`;
  return end.isError ? `failed: ${oneLine(said)}` : "succeeded";
}

const oneLine = (value: string): string => {
  const line = value.replaceAll(/\s+/g, " ").trim();
  return line.length > MAX_LINE_CHARS ? `${line.slice(0, MAX_LINE_CHARS).toWellFormed()}…` : line;
};

/** The newest are those at the end. */
function renew(paths: Set<string>, path: string): void {
  paths.delete(path);
  paths.add(path);
}

/** A message as its author wrote it, without what machines put around it. */
export const said = ({ content }: EventOf<"user">): string => visibleText(content).trim();

/** Cut in the middle: how a text begins and ends says most. */
export function quote(value: string, maxChars: number): string {
  const half = Math.floor(maxChars / 2);
  const shown =
    value.length > maxChars
      ? `${value.slice(0, half).toWellFormed()}\n[… ${value.length - 2 * half} characters left out …]\n${value.slice(-half).toWellFormed()}`
      : value;
  return shown.replaceAll(/^/gm, "> ");
}

/**
 * What nobody should have to remember, as the end of a summary. What programs printed stands between the marks of data.
 * `maxChars`: of all of it, roughly.
 */
export function factLines(
  { changed, read, commands, errors }: Facts,
  boundary: string,
  maxChars = 12_000,
): string {
  const parts = [
    { heading: "Files changed so far: ", words: changed.join(", "), isData: false },
    { heading: "Files read, not changed: ", words: read.join(", "), isData: false },
    { heading: "Commands, newest last:\n", words: listed(commands), isData: true },
    { heading: "Errors that stand:\n", words: listed(errors), isData: true },
  ].filter(({ words }) => words !== "");
  const each = Math.floor(maxChars / Math.max(1, parts.length));
  return parts
    .map(({ heading, words, isData }) => {
      const shown = words.length > each ? `${words.slice(0, each).toWellFormed()}…` : words;
      return `${heading}${isData ? plainText(asData([text(shown)], PRINTED, boundary)) : shown}`;
    })
    .join("\n\n");
}

const PRINTED = { kind: "command", name: "" } as const;
const listed = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join("\n");
