import type { RulePlace } from "../path-patterns.ts";
import type { Reason, Risk } from "../shell/findings.ts";
import { readCommands, shellRisk } from "../shell/late.ts";
import type { ReadCommand } from "../shell/reading.ts";

/** The command is above it as a whole: this is only to find one's way in it. */
const MAX_PART_CHARS = 240;
const MAX_PARTS = 40;
const MAX_REASONS = 3;
const MAX_NAMES = 12;
const RANK: Readonly<Record<Risk, number>> = { low: 0, medium: 1, high: 2 };

export interface CommandPart {
  readonly text: string;
  /** Characters that were left out at the end of `text`; absent when it is whole. */
  readonly hiddenChars?: number;
  readonly level: Risk;
  readonly reasons: { text: string; words: string }[];
}

/** What a card says of a command besides its text. Absent: there is nothing to say. */
export interface CommandFacts {
  /** Each simple command of several, in the order in which they stand there. */
  readonly parts?: CommandPart[];
  readonly hiddenParts?: number;
  /** Files its redirections write, as far as they are known. */
  readonly writes?: string[];
  /** Hosts that its words name. */
  readonly hosts?: string[];
}

/** For the person who is asked; it decides nothing. Nothing is said of a text that cannot be read. */
export function commandFacts(cmd: string, { cwd, roots, paths }: FactsPlace): CommandFacts {
  const { commands, isReadable } = readCommands(cmd, { cwd, home: "/~", resolve: paths.resolve });
  if (!isReadable) return {};
  const spans = commands
    .map((command) => spanOf(command))
    .filter((span) => span !== undefined)
    .toSorted((a, b) => a.start - b.start || b.end - a.end);
  const writes = named(commands.flatMap((command) => writtenBy(command)));
  const hosts = named(commands.flatMap(({ words }) => words.flatMap(({ value }) => hostsIn(value))));
  const parts =
    spans.length > 1 ? partsOf(cmd, spans, shellRisk({ cmd, cwd, roots, home: "/~" }).reasons) : [];
  return {
    ...(parts.length > 0 && { parts: parts.slice(0, MAX_PARTS) }),
    ...(parts.length > MAX_PARTS && { hiddenParts: parts.length - MAX_PARTS }),
    ...(writes.length > 0 && { writes }),
    ...(hosts.length > 0 && { hosts }),
  };
}

type FactsPlace = Pick<RulePlace, "cwd" | "roots" | "paths">;
type Span = { readonly start: number; readonly end: number };

function spanOf({ words, assignments, redirects }: ReadCommand): Span | undefined {
  const all = [...words, ...assignments, ...redirects.flatMap((redirect) => redirect.words)];
  if (all.length === 0) return undefined;
  return { start: Math.min(...all.map(({ start }) => start)), end: Math.max(...all.map(({ end }) => end)) };
}

function partsOf(cmd: string, spans: readonly Span[], reasons: readonly Reason[]): CommandPart[] {
  const owners = reasons.map((reason) => innermost(spans, reason));
  return spans.map((span): CommandPart => {
    const own = reasons.filter((_, at) => owners[at] === span);
    const level = own.reduce<Risk>((worst, { risk }) => (RANK[risk] > RANK[worst] ? risk : worst), "low");
    const whole = cmd.slice(span.start, span.end);
    const text = whole.length > MAX_PART_CHARS ? whole.slice(0, MAX_PART_CHARS).toWellFormed() : whole;
    return {
      text,
      ...(text.length < whole.length && { hiddenChars: whole.length - text.length }),
      level,
      reasons: own
        .filter(({ risk }) => risk === level)
        .slice(0, MAX_REASONS)
        .map(({ text: why, words }) => ({ text: why, words: words.slice(0, 60).toWellFormed() })),
    };
  });
}

/** The smallest part a reason stands in; a command in a substitution stands in two. */
function innermost(spans: readonly Span[], { start, end }: Span): Span | undefined {
  const around = spans.filter((span) => span.start <= start && end <= span.end);
  return around.toSorted((a, b) => a.end - a.start - (b.end - b.start))[0];
}

const writtenBy = ({ redirects }: ReadCommand): string[] =>
  redirects
    .filter(({ operator }) => operator !== "<")
    .flatMap(({ words }) => words.map(({ value }) => value))
    .filter((value) => value !== "" && !value.includes("\0"));

function hostsIn(value: string): string[] {
  if (value.includes("\0")) return [];
  const urls = value.match(/\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>]+/gi) ?? [];
  const hosts = urls.map((url) => (URL.canParse(url) ? new URL(url).host : ""));
  const remote = /^[\w.-]+@([\w.-]+):/.exec(value)?.[1];
  return [...hosts, remote ?? ""].filter(Boolean);
}

/** Each name once. What does not fit is counted, as the last one. */
function named(names: readonly string[]): string[] {
  const all = [...new Set(names)];
  return all.length <= MAX_NAMES ? all : [...all.slice(0, MAX_NAMES), `… ${all.length - MAX_NAMES} more`];
}
