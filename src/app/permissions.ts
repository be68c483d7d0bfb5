import * as z from "zod";
import { narrow, type Policy, policyFromRules, type Rule, type Verdict } from "../core/access.ts";
import type { Mode } from "../core/event.ts";
import type { ToolUseBlock } from "../core/message.ts";
import type { FileSystem, Storage } from "../core/ports.ts";
import { autoRules, neverAsking, type SecondOpinion, withOpinion } from "../safety/auto-mode.ts";
import { jointRules } from "../safety/command-rules.ts";
import { floorRules, modeRules, readableRules, untrustedRules } from "../safety/modes.ts";
import { isReadOnlyCommand } from "../safety/read-only-commands.ts";
import { parseRule, type RulePlace, removesTool } from "../safety/rules.ts";
import { CommandLinks } from "./command-links.ts";

/** A rule as people write it, e.g. `{ verdict: "allow", text: "Bash(npm test)", source: "user settings" }`. */
export interface WrittenRule {
  readonly verdict: Verdict;
  readonly text: string;
  readonly source: string;
}

/** Strict, because what else somebody wrote there (e.g. `deny`) would silently not hold. */
const RulesDocument = z.strictObject({ allow: z.array(z.string()) });
const RULES = "rules";

/** What this conversation may do: mode, floor, settings and what the user allowed on cards, as one policy. */
export class Permissions {
  readonly #place: RulePlace;
  readonly #storage: Storage;
  readonly #isTrusted: () => boolean;
  readonly #runsGit: boolean;
  readonly #readable: readonly Rule[];
  readonly #links = new CommandLinks();
  #opinion: SecondOpinion | undefined;
  #written: Rule[] = [];
  #workspace: Rule[] = [];
  #removed: readonly string[] = [];
  /** Rules that could not be understood, in words: they match nothing. */
  readonly problems: string[] = [];

  /** `runsGit`: see `isReadOnlyCommand`. */
  constructor(
    place: RulePlace,
    storage: Storage,
    isTrusted: () => boolean,
    readable: readonly string[],
    runsGit = false,
  ) {
    this.#runsGit = runsGit;
    this.#place = { ...place, real: this.#links.real, isLooked: this.#links.isLooked };
    this.#storage = storage;
    this.#isTrusted = isTrusted;
    this.#readable = readableRules(readable, place);
  }

  /** Reads the rules this workspace was given earlier. An unreadable document grants nothing. */
  async load(written: readonly WrittenRule[]): Promise<void> {
    this.#written = written.flatMap((rule) => this.#parse(rule));
    this.#removed = written.filter(({ verdict }) => verdict === "deny").map(({ text }) => text);
    this.#workspace = (await this.#readDocument()).flatMap((text) =>
      this.#parse({ verdict: "allow", text, source: "allowed in this workspace" }),
    );
  }

  async #readDocument(): Promise<readonly string[]> {
    try {
      const document = await this.#storage.readDocument(RULES);
      return document === undefined ? [] : RulesDocument.parse(JSON.parse(document)).allow;
    } catch {
      this.problems.push(
        "The saved rules of this workspace (rules.json) cannot be read; none of them applies. The file is kept as rules-damaged.json.",
      );
      await this.#setAside();
      return [];
    }
  }

  /** What cannot be read is kept beside the document, because the next rule that is saved replaces it. */
  async #setAside(): Promise<void> {
    const damaged = await this.#storage.readDocument(RULES).catch(() => undefined);
    if (damaged !== undefined)
      await this.#storage.writeDocument(`${RULES}-damaged`, damaged).catch(() => undefined);
  }

  #parse({ verdict, text, source }: WrittenRule): Rule[] {
    const rules = parseRule(verdict, text, `${source}: ${text}`, this.#place);
    if (rules) return rules;
    if (verdict === "allow") {
      this.problems.push(`${source}: "${text}" is not a rule Plumb understands; it allows nothing.`);
      return [];
    }
    // Somebody wanted to forbid something, and we do not know what: so it may be anything.
    this.problems.push(
      `${source}: "${text}" is not a rule Plumb understands; until it is corrected, Plumb asks before everything.`,
    );
    return [
      { verdict: "ask", kind: "any", matches: () => true, source: `${source}: ${text} (not understood)` },
    ];
  }

  /** Whom the mode Auto asks about commands that its rules leave open. */
  consult(opinion: SecondOpinion): void {
    this.#opinion = opinion;
  }

  /** To be awaited before calls are decided: what rules have to know of the disk. Never rejects. */
  look(calls: readonly ToolUseBlock[], fs: Pick<FileSystem, "canonical">): Promise<void> {
    return this.#links.look(calls, this.#place, fs);
  }

  /** Whether a rule takes the whole tool away, so that the model need not hear of it. */
  removes(toolName: string): boolean {
    return this.#removed.some((text) => removesTool(text, toolName));
  }

  /** Adds rules the user chose on a card to the ones of this workspace: at once, and for later sessions once it resolves. */
  async remember(texts: readonly string[]): Promise<void> {
    this.#workspace.push(
      ...texts.flatMap((text) =>
        this.#parse({ verdict: "allow", text, source: "allowed in this workspace" }),
      ),
    );
    const known = await this.#readDocument();
    const allow = [...new Set([...known, ...texts])];
    await this.#storage.writeDocument(RULES, JSON.stringify({ allow }, null, 2));
  }

  /** Evaluated for every access anew, so that a changed mode, rule or trust counts from the next call on. */
  policy(now: () => { readonly mode: Mode; readonly allowed: readonly string[] }): Policy {
    let cached: { key: string; policy: Policy } | undefined;
    return (access) => {
      const { mode, allowed } = now();
      const key = `${mode}|${this.#isTrusted()}|${allowed.length}|${this.#workspace.length}|${this.#written.length}`;
      if (cached?.key !== key) cached = { key, policy: this.#build(mode, allowed) };
      return cached.policy(access);
    };
  }

  #build(chosen: Mode, session: readonly string[]): Policy {
    const isTrusted = this.#isTrusted();
    // Before the workspace is trusted a mode can forbid, but not allow.
    const mode = isTrusted || chosen === "plan" || chosen === "dontAsk" ? chosen : "ask";
    const rules = [
      ...this.#readable,
      ...modeRules(mode, this.#place, (text) => isReadOnlyCommand(text, this.#place, this.#runsGit)),
      ...this.#written,
      ...this.#workspace,
      ...session.flatMap((text) =>
        this.#parse({ verdict: "allow", text, source: "allowed in this session" }),
      ),
    ];
    rules.push(...jointRules(rules, this.#place));
    if (mode === "auto") rules.push(...autoRules(this.#place, rules, this.#opinion));
    const floor = [...floorRules(this.#place, rules), ...(isTrusted ? [] : untrustedRules(this.#place))];
    const policy = withFloor(policyFromRules(rules), floor);
    if (mode === "auto" && this.#opinion) return withOpinion(policy, this.#opinion);
    return mode === "dontAsk" ? neverAsking(policy) : policy;
  }
}

/** The floor can only tighten: what it does not mention is left to the rules. */
function withFloor(policy: Policy, floor: readonly Rule[]): Policy {
  return narrow(
    policy,
    policyFromRules([...floor, { verdict: "allow", kind: "any", matches: () => true, source: "" }]),
  );
}
