import type { Access, Rule, Verdict } from "../core/access.ts";
import type { Mode } from "../core/mode.ts";
import { commandFloor, isExactCommand } from "./command-floor.ts";
import { isPrivateHost } from "./hosts.ts";
import { fromRoot, isInRoots, type RulePlace } from "./path-patterns.ts";
import { isProtectedForWriting, isSecret, isSystemPath } from "./protected-files.ts";

const everything = (): boolean => true;
/** The tool that presents a plan. */
const leavesPlan = (tool: string): boolean => tool === "ExitPlanMode";
const rule = (
  verdict: Verdict,
  kind: Access["kind"] | "any",
  source: string,
  matches: (target: string) => boolean = everything,
): Rule => ({ verdict, kind, source, matches });

/**
 * What a mode means, as rules beside all others: modes that allow never lift a deny, an ask or the floor. Commands of which
 * `isReadOnly` is sure run without a question.
 */
export function modeRules(
  mode: Mode,
  place: RulePlace,
  isReadOnly: (command: string) => boolean = () => false,
): Rule[] {
  const inside = (target: string): boolean => isInRoots(place, target);
  const read = [
    rule("allow", "unknown", "does nothing outside of plan mode", leavesPlan),
    rule("allow", "read", "workspace file", inside),
    rule("allow", "execute", "only reads", isReadOnly),
  ];
  switch (mode) {
    case "ask":
      return read;
    case "acceptEdits":
      return [...read, rule("allow", "write", "mode: accept edits", inside)];
    // Which commands run besides is said by `autoRules`.
    case "auto":
      return [...read, rule("allow", "write", "mode: auto", inside)];
    // What would ask is denied by `neverAsking`, after all rules have spoken.
    case "dontAsk":
      return read;
    case "plan":
      return [
        ...read,
        rule("deny", "write", "plan mode"),
        rule("deny", "execute", "plan mode", (command) => !isReadOnly(command)),
        rule("deny", "unknown", "plan mode", (tool) => !leavesPlan(tool)),
        rule("ask", "unknown", "plan mode ends only when you approve the plan", leavesPlan),
        rule("ask", "network", "plan mode"),
      ];
    case "bypass":
      return [rule("allow", "any", "mode: bypass")];
  }
}

/** Before a workspace is trusted nothing of it is executed or changed, whatever mode and rules say. */
export function untrustedRules(place: RulePlace): Rule[] {
  const why = "this workspace is not trusted";
  return [
    rule("allow", "read", "workspace file", (target) => isInRoots(place, target)),
    ...(["write", "execute", "network", "unknown"] as const).map((kind) => rule("deny", kind, why)),
  ];
}

/** Folders outside the workspace that may be read without asking, e.g. saved outputs. Absolute and canonical. */
export function readableRules(folders: readonly string[], place: RulePlace): Rule[] {
  if (folders.length === 0) return [];
  const matches = (target: string): boolean =>
    folders.some((folder) => place.paths.within(folder, target) !== undefined);
  return [rule("allow", "read", "saved output", matches)];
}

/**
 * What asks under every mode: writing protected files, reading secrets, private hosts. Only an allow rule that names
 * such a thing on purpose lifts it, so give all rules that are in force.
 */
export function floorRules(place: RulePlace, rules: readonly Rule[] = []): Rule[] {
  const named = rules.filter((candidate) => candidate.verdict === "allow" && "isNaming" in candidate);
  const floor = (kind: Access["kind"], source: string, matches: (target: string) => boolean): Rule =>
    rule("ask", kind, source, (target) => {
      if (!matches(target)) return false;
      return !named.some((allow) => allow.kind === kind && allow.matches(target));
    });
  const isWholeDisk = place.roots.some((root) => place.paths.dirname(root) === root);
  return [
    floor("write", "protected file", (target) => isProtectedForWriting(fromRoot(target, place))),
    floor("read", "may hold secrets", (target) => isSecret(fromRoot(target, place))),
    floor("network", "private address", isPrivateHost),
    commandFloor(place, {
      mayRead: (path) => named.some(({ kind, matches }) => kind === "read" && matches(path)),
      isNamed: (text) => rules.some((one) => isExactCommand(one) && one.matches(text)),
    }),
    ...(isWholeDisk ? [floor("write", "system file", isSystemPath)] : []),
  ];
}
