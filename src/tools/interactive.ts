import { shortened } from "../core/cut-text.ts";
import { AgentError } from "../core/errors.ts";
import type { PreviewContext } from "../core/tool.ts";
import { loadShell, readCommands } from "../safety/shell/late.ts";
import type { ReadCommand } from "../safety/shell/reading.ts";
import { ENDLESS, needOf } from "./needs-terminal.ts";

/**
 * Rejects with `invalid_input`, which says what to do instead, when a command would wait for somebody at a terminal or never
 * end. What only might is left to its timeout: commands that do their work must never be refused.
 */
export async function refuseInteractive(
  command: string,
  isBackground: boolean,
  { host, cwd, paths }: Pick<PreviewContext, "host" | "cwd" | "paths">,
): Promise<void> {
  if (!/^(?:ba|da|z)?sh$/.test(host.shell.name ?? "")) return;
  await loadShell();
  const { commands, isReadable } = readCommands(command, { cwd, home: "/~", resolve: paths.resolve });
  if (!isReadable) return;
  const hasEditor = /\b(?:GIT_(?:SEQUENCE_)?EDITOR|EDITOR|VISUAL)=/.test(command);
  for (const one of commands) {
    const around = placeIn(command, one);
    const need = needOf(
      one.words.map(({ value }) => value),
      { hasInput: around.hasInput || hasFileInput(one), hasEditor },
    );
    if (need === undefined || (need.kind === "endless" && (isBackground || around.isHandedOn))) continue;
    const advice = need.kind === "endless" ? `${need.advice} ${ENDLESS}` : need.advice;
    throw new AgentError(
      "invalid_input",
      `Not run: \`${shortened(one.texts.join(" "), 80)}\` would ${need.kind === "endless" ? "not end by itself" : "wait for somebody at a terminal, and there is none"}. ${advice}`,
    );
  }
}

const hasFileInput = ({ redirects }: ReadCommand): boolean =>
  redirects.some(({ operator }) => operator.startsWith("<"));

/** What stands around a simple command: whether something is piped into it, and whether it goes into a pipe or the background. */
function placeIn(
  text: string,
  { words, assignments }: ReadCommand,
): { hasInput: boolean; isHandedOn: boolean } {
  const spans = [...words, ...assignments];
  const start = Math.min(...spans.map((span) => span.start));
  const end = Math.max(...spans.map((span) => span.end));
  const before = text.slice(0, start).trimEnd();
  const line = text.slice(end, text.indexOf("\n", end) === -1 ? undefined : text.indexOf("\n", end));
  return {
    hasInput: /(?:^|[^|])\|&?$/.test(before) || /(?:\||<)[^|&;]*[({]$/.test(before) || line.includes("<<"),
    isHandedOn: /^[^;&|]*(?:\|(?!\|)|&(?!&))/.test(line.replaceAll(/\d?>&\d?-?|&>+/g, " ")),
  };
}
