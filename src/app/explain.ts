import { type Access, decide, type Rule, type Verdict } from "../core/access.ts";
import type { Mode } from "../core/mode.ts";
import type { Host } from "../core/ports.ts";
import { hostOf } from "../safety/hosts.ts";
import { expandHome, refusePath } from "../safety/path-safety.ts";
import { loadShell, readCommands, shellRisk } from "../safety/shell/late.ts";
import type { Permissions } from "./permissions.ts";

export interface Question {
  readonly kind: "command" | "read" | "write" | "host" | "tool";
  readonly text: string;
  readonly mode: Mode;
}

/** What would be decided about something, and all that speaks for or against it. */
export interface Explanation {
  readonly verdict: Verdict;
  readonly because: string;
  readonly targets: readonly string[];
  readonly matching: readonly { readonly verdict: Verdict; readonly source: string }[];
  readonly parts: readonly {
    readonly text: string;
    readonly risk: "low" | "medium" | "high";
    readonly reasons: readonly string[];
  }[];
}

export interface ExplainParts {
  readonly permissions: Permissions;
  readonly host: Pick<Host, "fs" | "paths" | "platform">;
  readonly cwd: string;
  readonly home: string;
  readonly roots: readonly string[];
  /** Rules that this conversation was given. */
  readonly session: readonly string[];
}

/** More parts than anybody reads. */
const MAX_PARTS = 50;
const ORDER: Record<Verdict, number> = { deny: 0, ask: 1, allow: 2 };

/** Decides as if it was called now. Nothing is run; links of paths are followed on the disk. */
export async function explain({ kind, text, mode }: Question, parts: ExplainParts): Promise<Explanation> {
  const { permissions, session } = parts;
  await loadShell();
  const { accesses, refused } = await accessesOf(kind, text, parts);
  if (kind === "command")
    await permissions.look(
      [{ type: "tool_use", id: "", name: "Bash", input: { command: text } }],
      parts.host.fs,
    );
  const found = decide(
    accesses,
    permissions.policy(() => ({ mode, allowed: session })),
  );
  const { rules, floor } = permissions.inForce(mode, session);
  const isRefused = refused !== undefined && found.verdict !== "deny";
  return {
    verdict: isRefused ? "ask" : found.verdict,
    because: isRefused ? refused : found.because,
    targets: accesses.map(({ target }) => target),
    matching: matching([...floor, ...rules], accesses),
    parts: kind === "command" ? partsOf(text, parts) : [],
  };
}

function matching(rules: readonly Rule[], accesses: readonly Access[]): Explanation["matching"] {
  const found = rules.filter((rule) =>
    accesses.some(
      ({ kind, target }) => (rule.kind === kind || rule.kind === "any") && doesMatch(rule, target),
    ),
  );
  const shown = new Map(found.map(({ verdict, source }) => [`${verdict} ${source}`, { verdict, source }]));
  return [...shown.values()].toSorted((a, b) => ORDER[a.verdict] - ORDER[b.verdict]);
}

/** One that throws counts as one that asks, and so it is shown. */
function doesMatch(rule: Rule, target: string): boolean {
  try {
    return rule.matches(target);
  } catch {
    return true;
  }
}

async function accessesOf(
  kind: Question["kind"],
  text: string,
  { host, cwd, home, roots }: ExplainParts,
): Promise<{ accesses: readonly Access[]; refused?: string }> {
  if (kind === "command") return { accesses: [{ kind: "execute", target: text }] };
  if (kind === "tool") return { accesses: [{ kind: "unknown", target: text.trim() }] };
  if (kind === "host") {
    const name = hostOf(/^[a-z]+:/i.test(text.trim()) ? text.trim() : `https://${text.trim()}`);
    const accesses: Access[] = [{ kind: "network", target: name ?? "" }];
    return name === undefined
      ? { accesses, refused: "the address is not plain http or https" }
      : { accesses };
  }
  const written = host.paths.resolve(cwd, expandHome(text.trim(), home));
  const refused = refusePath(text.trim(), host.platform, { use: kind, roots });
  if (refused !== undefined) return { accesses: [{ kind, target: written }], refused };
  const real = await host.fs.canonical(written);
  return { accesses: [...new Set([written, real])].map((target) => ({ kind, target })) };
}

function partsOf(text: string, { host, cwd, home, roots }: ExplainParts): Explanation["parts"] {
  const { resolve } = host.paths;
  const { commands } = readCommands(text, { cwd, home, resolve });
  return commands.slice(0, MAX_PARTS).flatMap(({ texts, cwds }) => {
    const cmd = texts.join(" ");
    if (cmd === "") return [];
    const { risk, reasons } = shellRisk({ cmd, cwd: cwds?.[0] ?? cwd, home, roots });
    return [
      {
        text: cmd,
        risk,
        reasons: reasons.map(({ text: why, words }) => (words === cmd ? why : `${why}: ${words}`)),
      },
    ];
  });
}
