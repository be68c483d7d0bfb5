import { Findings, type Span } from "../shell/findings.ts";
import { HIDDEN, MAX_CHARS } from "../shell/parse.ts";
import { REGISTRIES, type ShellRisk, type ShellText } from "../shell/shell-risk.ts";
import { UNKNOWN } from "../shell/word.ts";
import { calculates, judgeCommand, variablesOf } from "./commands.ts";
import type { Parse } from "./grammar.ts";
import { PowershellJudge, plainPlace } from "./judge.ts";
import { type Command, type Redirection, Unreadable } from "./skeleton.ts";
import { SkeletonReader } from "./skeleton-reader.ts";
import { type Visitor, walkSkeleton } from "./walk.ts";

class RiskJudge extends PowershellJudge implements Visitor {
  redirection({ operator, target }: Redirection): void {
    if (operator.includes("&")) return;
    variablesOf(target, this);
    const word = this.wordOf(target);
    const isNull =
      target.parts.length === 1 &&
      target.parts[0]?.kind === "variable" &&
      /^null$/i.test(target.parts[0].name);
    if (isNull) return;
    if (operator === "<") this.note("high", "PowerShell has no such redirection", word);
    else if (target.kind !== "word" || word.value === "")
      this.note("high", "the target is only known when it runs", word);
    else this.path(word, "write");
  }

  calculates(command: Command): boolean {
    return calculates(command, this);
  }

  command(command: Command, blocks: readonly (() => void)[], before: readonly Command[]): void {
    if (this.isSpent(command)) return;
    judgeCommand(command, blocks, before, this);
    for (const redirection of command.redirections) this.redirection(redirection);
  }
}

/** What could come of a PowerShell text: as `shellRisk`, on the tree of PowerShell's grammar. Total: never throws. */
export function powershellRisk({ cmd, hosts = [], ...where }: ShellText, parse: Parse): ShellRisk {
  try {
    const judge = new RiskJudge(cmd, plainPlace(where), new Set([...REGISTRIES, ...hosts]));
    judgeText(cmd, judge, parse);
    const { risk, readOnly, reasons } = judge.findings;
    // Its providers and formats can be extended, so nothing beyond what is proved is called harmless.
    return { risk, readOnly: readOnly && risk === "low", reasons };
  } catch (thrown) {
    const findings = new Findings(cmd);
    const problem = thrown instanceof Unreadable ? thrown.message : "could not be judged";
    const at = thrown instanceof Unreadable ? Math.min(thrown.at, Math.max(0, cmd.length - 1)) : 0;
    findings.add("high", problem, { start: at, end: cmd.length }, "changes");
    return { risk: "high", readOnly: false, reasons: findings.reasons };
  }
}

function judgeText(cmd: string, judge: RiskJudge, parse: Parse): void {
  const text = readable(cmd);
  if (text.trim() === "") return;
  const skeleton = new SkeletonReader(text).read();
  if (skeleton.text.trim() === "") return;
  walkSkeleton(skeleton, parse, judge);
  const everything: Span = { start: 0, end: cmd.length };
  judge.conclude(textsIn(skeleton.commands, skeleton.strings), everything);
}

/** Throws for what is too long, or shows something else than it is. */
export function readable(text: string): string {
  if (text.length > MAX_CHARS) throw new Unreadable("too long to be judged", 0);
  // Dashes and line ends of Windows are what they seem to be.
  const hidden = HIDDEN.exec(text.replaceAll("\r\n", " \n"));
  if (hidden) throw new Unreadable("contains characters that cannot be seen", hidden.index);
  return text;
}

/** Nobody takes an ordinary name apart. */
const MAX_PIECES = 5;
const MAX_JOINED = 100;

/** Texts that a name could be, also one that is put together of pieces. */
function* textsIn(commands: readonly Command[], strings: readonly string[]): Generator<string> {
  const joined = strings
    .slice(0, MAX_JOINED)
    .flatMap((_text, at) =>
      Array.from({ length: MAX_PIECES }, (_piece, count) => strings.slice(at, at + count + 1).join("")),
    );
  yield* strings;
  yield* joined;
  for (const { elements } of commands)
    for (const { parts } of elements) {
      const isWhole = parts.every((part) => part.kind === "text");
      const pieces = isWhole ? [""] : [UNKNOWN, ...joined.slice(0, MAX_JOINED)];
      for (const piece of pieces)
        yield parts.map((part) => (part.kind === "text" ? part.text : piece)).join("");
    }
}
