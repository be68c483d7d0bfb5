import { shortened } from "../core/cut-text.ts";
import { LARGE_DOCUMENT_CHARS } from "../core/document-limit.ts";
import { AgentError } from "../core/errors.ts";
import type { NewProblem } from "../core/events/calls.ts";
import type { Diagnostic, Host, SavedFile, TextFile } from "../core/ports.ts";

const WITHIN_MS = 1_500;
const MAX_PROBLEMS = 20;
const MAX_MESSAGE = 500;

/** Shared by the attempts of one call: asking takes time, in which somebody who types would overtake every one of them. */
export interface Attempts {
  before?: Promise<readonly Diagnostic[] | undefined>;
}

/**
 * Saves a file and says which errors the language service finds in it now and did not find before: empty, or text
 * to append to the result. Rejects as `Documents.save` does; trouble with diagnostics never fails a saved change.
 */
export async function saveAndCheck(
  { path, text, base }: { path: string; text: string; base: TextFile | undefined },
  { host, signal }: { host: Host; signal: AbortSignal },
  attempts: Attempts = {},
): Promise<{ saved: SavedFile; problems: string; found: readonly NewProblem[] }> {
  const unknown = (): undefined => undefined;
  const isLarge = text.length >= LARGE_DOCUMENT_CHARS;
  // A new file has no errors yet. What is not known before cannot be called new after: then nothing is waited for.
  if (isLarge) attempts.before ??= Promise.resolve(undefined);
  attempts.before ??= base === undefined ? Promise.resolve([]) : host.editor.diagnostics(path).catch(unknown);
  const before = await attempts.before;
  const next = before && host.editor.nextDiagnostics(path, WITHIN_MS, signal).catch(unknown);
  const saved = await host.documents.save(path, text, base?.hash, signal);
  const after = await next;
  const fresh = before && after ? newErrors(placed(before, base?.text ?? ""), placed(after, saved.text)) : [];
  const found = fresh.slice(0, MAX_PROBLEMS).map(({ problem: { message, source }, lineText }) => ({
    path,
    message,
    source,
    lineText,
  }));
  return { saved, problems: describe(fresh.map(({ problem }) => problem)), found };
}

/** What is to be written, and what it was worked out from: undefined when the file is created. */
interface Plan {
  readonly path: string;
  readonly text: string;
  readonly file: TextFile | undefined;
}

/** Somebody who types overtakes each try; so long they are made, in milliseconds. */
const OVERTAKEN_MS = 8_000;
const PAUSE_MS = 10;

/** Plans a change and saves it; when somebody changed the file in between, what is planned for it as it is then. */
export async function saveAsPlanned<P extends Plan>(
  plan: () => Promise<P>,
  { host, signal }: { host: Host; signal: AbortSignal },
): Promise<{ plan: P; outcome: Awaited<ReturnType<typeof saveAndCheck>> }> {
  const attempts: Attempts = {};
  const until = host.clock.now() + OVERTAKEN_MS;
  for (;;) {
    const planned = await plan();
    const { path, text, file: base } = planned;
    try {
      return { plan: planned, outcome: await saveAndCheck({ path, text, base }, { host, signal }, attempts) };
    } catch (thrown) {
      const isOvertaken = thrown instanceof AgentError && thrown.kind === "stale" && base !== undefined;
      if (!isOvertaken || host.clock.now() > until) throw thrown;
      await host.clock.sleep(PAUSE_MS, signal);
    }
  }
}

interface Placed {
  readonly problem: Diagnostic;
  readonly lineText: string;
}
const placed = (problems: readonly Diagnostic[], text: string): readonly Placed[] => {
  if (problems.length === 0) return [];
  const lines = text.split("\n");
  return problems.map((problem) => ({ problem, lineText: lineTextOf(lines[problem.line - 1] ?? "") }));
};
const MAX_LINE_TEXT = 200;
const lineTextOf = (line: string): string => line.trim().slice(0, MAX_LINE_TEXT);

const words = ({ problem: { message, source } }: Placed): string => `${source}\n${message}`;

/**
 * Lines move with every edit, so a known problem is recognised by its words: in a line of the same text first, and then
 * in any. Each of it excuses one.
 */
function newErrors(before: readonly Placed[], after: readonly Placed[]): readonly Placed[] {
  const left = [...before];
  const excuse = (one: Placed, isSame: (known: Placed) => boolean): boolean => {
    const at = left.findIndex((known) => words(known) === words(one) && isSame(known));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  };
  return after
    .filter((one) => !excuse(one, ({ lineText }) => lineText === one.lineText))
    .filter((one) => !excuse(one, () => true) && one.problem.severity === "error");
}

function describe(fresh: readonly Diagnostic[]): string {
  if (fresh.length === 0) return "";
  const lines = fresh
    .slice(0, MAX_PROBLEMS)
    .map((problem) => `line ${problem.line}: ${problemText(problem)}`);
  const more = fresh.length > MAX_PROBLEMS ? `\n(${fresh.length - MAX_PROBLEMS} more)` : "";
  return `\nNew errors after this change:\n${lines.join("\n")}${more}`;
}

/** The message on one line, with the name of who says it. */
export const problemText = ({ message, source }: Diagnostic): string =>
  `${shortened(message.replaceAll(/\s+/g, " "), MAX_MESSAGE)}${source === "" ? "" : ` (${source})`}`;
