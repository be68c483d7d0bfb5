import { toSlashes } from "../fold-path.ts";
import type { ShellLanguage } from "../powershell/late.ts";
import { Findings, type Reason, type Risk } from "./findings.ts";
import { Judge } from "./judge.ts";
import { parseShell } from "./parse.ts";
import type { ShellPlace } from "./paths.ts";
import { Walk } from "./walk.ts";

/** A text to judge: bash, not interactive, started in `cwd`. */
export interface ShellText extends ShellPlace {
  readonly cmd: string;
  /** What runs it; by default what Plumb uses where such a folder is. */
  readonly shell?: ShellLanguage | undefined;
  /** Hosts, besides the usual package registries, that may be read from. */
  readonly hosts?: readonly string[];
}

export interface ShellRisk {
  readonly risk: Risk;
  /** True only when running the text provably changes nothing anywhere and sends nothing. */
  readonly readOnly: boolean;
  readonly reasons: readonly Reason[];
}

/** Hosts of public package registries; reading from them is no surprise. */
export const REGISTRIES = ["registry.npmjs.org", "pypi.org", "files.pythonhosted.org"];

/** On Windows `C:\\a` is `/c/a` to its shells. */
const toShell = (path: string): string => toSlashes(path).replace(/(?<=.)\/$/, "");

const everything = (text: string): { start: number; end: number } => ({ start: 0, end: text.length });

/**
 * What could come of running a text. Low is proved from its syntax; whatever is not known is high. Total: never throws.
 */
export function shellRisk({ cmd, hosts = [], cwd, home, roots }: ShellText): ShellRisk {
  try {
    const place = { cwd: toShell(cwd), home: toShell(home), roots: roots.map(toShell) };
    const judge = new Judge(cmd, { place, hosts: new Set([...REGISTRIES, ...hosts]), nested });
    nested(cmd, judge);
    const { risk, readOnly, reasons } = judge.findings;
    return { risk, readOnly, reasons };
  } catch {
    const findings = new Findings(cmd);
    findings.add("high", "could not be judged", everything(cmd), "changes");
    return { risk: "high", readOnly: false, reasons: findings.reasons };
  }
}

function nested(text: string, judge: Judge): void {
  const parsed = parseShell(text);
  if ("script" in parsed) new Walk(judge).script(parsed.script);
  else
    judge.note("high", parsed.problem, {
      start: Math.min(parsed.at, Math.max(0, text.length - 1)),
      end: text.length,
    });
}
