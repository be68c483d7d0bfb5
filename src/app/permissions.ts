import { type Access, decide, narrow, type Policy, policyFromRules, type Rule } from "../core/access.ts";
import type { ToolUseBlock } from "../core/message.ts";
import type { Mode } from "../core/mode.ts";
import type { FileSystem, Storage } from "../core/ports.ts";
import { autoRules, neverAsking, type SecondOpinion, withOpinion } from "../safety/auto-mode.ts";
import { belowHigh, jointRules } from "../safety/command-rules.ts";
import { floorRules, modeRules, readableRules, untrustedRules } from "../safety/modes.ts";
import { ownFileRules } from "../safety/own-files.ts";
import { isReadOnlyCommand } from "../safety/read-only-commands.ts";
import type { RuleFile } from "../safety/rule-files/places.ts";
import { parseRule, type RulePlace, removesTool } from "../safety/rules.ts";
import { CommandLinks } from "./command-links.ts";
import { findRuleSources } from "./find-rule-sources.ts";
import type { RuleSourceParts, RuleSources, Waiting } from "./rule-sources.ts";
import { SavedRules } from "./saved-rules.ts";
import type { WrittenRule } from "./written-rule.ts";

export type { WrittenRule } from "./written-rule.ts";

export const IN_WORKSPACE = "allowed in this workspace";
export const IN_SESSION = "allowed in this session";

/** Rules as they are written, and what came of them. */
interface Understood {
  readonly rules: readonly Rule[];
  readonly problems: readonly string[];
}

/** What is in force at one moment: `floor` can only tighten what the rules say. */
export interface InForce {
  readonly rules: readonly Rule[];
  readonly floor: readonly Rule[];
}

/** What this conversation may do: mode, floor, settings and what the user allowed on cards, as one policy. */
export class Permissions {
  readonly #place: RulePlace;
  readonly #saved: SavedRules;
  readonly #isTrusted: () => boolean;
  readonly #runsGit: boolean;
  readonly #readable: readonly Rule[];
  readonly #own: readonly string[];
  readonly #links = new CommandLinks();
  #opinion: SecondOpinion | undefined;
  #hasSandbox = false;
  readonly #files: RuleSourceParts | undefined;
  #sources: RuleSources | undefined;
  #finding: Promise<RuleSources | undefined> | undefined;
  /** Settings of the editor, or what the command line said. */
  #given: readonly WrittenRule[] = [];
  #understood: Understood | undefined;
  /** Counts changes, so that what was made of older rules is not used again. */
  #version = 0;

  /** `runsGit`: see `isReadOnlyCommand`. */
  constructor(
    place: RulePlace,
    storage: Storage,
    isTrusted: () => boolean,
    readable: readonly string[],
    runsGit = false,
    files?: RuleSourceParts,
  ) {
    this.#runsGit = runsGit;
    this.#files = files;
    this.#place = { ...place, real: this.#links.real, isLooked: this.#links.isLooked };
    this.#saved = new SavedRules(storage);
    this.#isTrusted = isTrusted;
    this.#readable = readableRules(readable, place);
    this.#own = readable;
  }

  /** Reads the rules this workspace was given earlier. An unreadable document grants nothing. */
  async load(given: readonly WrittenRule[]): Promise<void> {
    this.#given = given;
    await this.refresh();
    this.#changed();
  }

  /** The settings files are looked at again; what they say counts from the next call on. True when it is different. */
  async refresh(anew = false): Promise<boolean> {
    const looked = await Promise.all([this.#refreshFiles(anew), this.#saved.reread()]);
    const isDifferent = looked.includes(true);
    if (isDifferent) this.#changed();
    return isDifferent;
  }

  async #refreshFiles(anew: boolean): Promise<boolean> {
    this.#sources ??= await this.#find();
    return (await this.#sources?.refresh(anew)) === true;
  }

  #find(): Promise<RuleSources | undefined> {
    if (!this.#files) return Promise.resolve(undefined);
    this.#finding ??= findRuleSources(this.#files).finally(() => {
      this.#finding = undefined;
    });
    return this.#finding;
  }

  /** The user agrees to what they were shown of a project's file. Rejects with `storage`. */
  async approve(path: string, shown: readonly string[]): Promise<void> {
    await this.#sources?.approve(path, shown);
    this.#changed();
  }

  /** Other settings of the editor: they count from the next call on. */
  setGiven(given: readonly WrittenRule[]): void {
    this.#given = given;
    this.#changed();
  }

  #changed(): void {
    this.#version += 1;
    this.#understood = undefined;
  }

  /** Every rule that is in force, apart from those of this conversation, as it is written. */
  get written(): readonly WrittenRule[] {
    const saved = this.#saved.texts.map(
      (text): WrittenRule => ({ verdict: "allow", text, source: IN_WORKSPACE }),
    );
    const all = [...this.#given, ...saved];
    const isManagedOnly = this.#sources?.isManagedOnly === true;
    const others = isManagedOnly ? all.filter(({ verdict }) => verdict !== "allow") : all;
    return [...(this.#sources?.rules ?? []), ...others];
  }

  /** Settings files that are looked for. */
  get files(): readonly RuleFile[] {
    return this.#files?.files ?? [];
  }

  isUnderstood(rule: WrittenRule): boolean {
    return this.#parse(rule, []).length > 0;
  }

  get waiting(): readonly Waiting[] {
    return this.#sources?.waiting ?? [];
  }

  get sources(): RuleSources | undefined {
    return this.#sources;
  }

  /** The mode a conversation begins in: a file may say so where nobody has chosen one, and a managed one may forbid Bypass. */
  beginIn(mode: Mode, isChosen: boolean): Mode {
    const begun = isChosen ? mode : (this.#sources?.defaultMode ?? mode);
    return begun === "bypass" && this.disablesBypass ? "ask" : begun;
  }

  get disablesBypass(): boolean {
    return this.#sources?.disablesBypass === true;
  }

  /** What is wrong with rules, in words: those match nothing. */
  get problems(): readonly string[] {
    return [
      ...(this.#sources?.problems ?? []),
      ...(this.#saved.problem === undefined ? [] : [this.#saved.problem]),
      ...this.#all().problems,
    ];
  }

  #all(): Understood {
    if (this.#understood) return this.#understood;
    const problems: string[] = [];
    const rules = this.written.flatMap((rule) => this.#parse(rule, problems));
    this.#understood = { rules, problems };
    return this.#understood;
  }

  /** Folders that a settings file adds are part of the workspace, and rules stay anchored where they were. */
  get #placeNow(): RulePlace {
    const added = this.#sources?.directories ?? [];
    if (added.length === 0) return this.#place;
    const { cwd, roots, anchors = { cwd, roots } } = this.#place;
    return { ...this.#place, roots: [...roots, ...added], anchors };
  }

  /** A rule that is not understood matches nothing, and is told. What may be any number of rules asks about everything. */
  #parse({ verdict, text, source, anchors, isBroken }: WrittenRule, problems: string[]): readonly Rule[] {
    const words = `${source}: ${text}`;
    if (isBroken) {
      const because = `${words} (not understood)`;
      return [{ verdict: "ask", kind: "any", matches: () => true, source: because }];
    }
    const now = this.#placeNow;
    const { cwd } = this.#place;
    const place = anchors ? { ...now, anchors: { cwd, ...anchors } } : now;
    const rules = parseRule(verdict, text, words, place);
    if (!rules) problems.push(`${source}: "${text}" is not a rule Plumb understands; it matches nothing.`);
    const isOfCard = source === IN_SESSION || source === IN_WORKSPACE;
    return (isOfCard ? rules?.map((rule) => belowHigh(rule, place)) : rules) ?? [];
  }

  /** Whom the mode Auto asks about commands that its rules leave open. */
  consult(opinion: SecondOpinion): void {
    this.#opinion = opinion;
  }

  /** Whether commands of Auto can be confined now. */
  set hasSandbox(hasSandbox: boolean) {
    this.#hasSandbox = hasSandbox;
  }

  /** To be awaited before calls are decided: what rules have to know of the disk. Never rejects. */
  look(calls: readonly ToolUseBlock[], fs: Pick<FileSystem, "canonical">): Promise<void> {
    return this.#links.look(calls, this.#place, fs);
  }

  /** Whether a rule takes the whole tool away, so that the model need not hear of it. */
  removes(toolName: string): boolean {
    return this.written.some(({ verdict, text }) => verdict === "deny" && removesTool(text, toolName));
  }

  /** Adds rules the user chose on a card to the ones of this workspace: at once, and for later sessions once it resolves. */
  async remember(texts: readonly string[]): Promise<void> {
    const saved = this.#saved.add(texts);
    this.#changed();
    await saved;
  }

  /** Takes a rule of this workspace back, or puts another one in its place. Rejects with `storage`. */
  replaceSaved(from: string, to: string | undefined): Promise<void> {
    return this.#saved.replace(from, to, () => this.#changed());
  }

  /** Evaluated for every access anew, so that a changed mode, rule or trust counts from the next call on. */
  policy(now: () => { readonly mode: Mode; readonly allowed: readonly string[] }): Policy {
    let cached: { key: string; allowed: readonly string[]; policy: Policy } | undefined;
    return (access) => {
      const { mode, allowed } = now();
      const key = `${mode}|${this.#isTrusted()}|${this.#version}`;
      if (cached?.key !== key || cached.allowed !== allowed)
        cached = { key, allowed, policy: this.#build(mode, allowed) };
      return cached.policy(access);
    };
  }

  #build(chosen: Mode, session: readonly string[]): Policy {
    const { rules, floor } = this.inForce(chosen, session);
    const policy = withFloor(policyFromRules(rules), floor);
    const mode = this.#meant(chosen);
    if (mode === "auto" && this.#opinion) return withOpinion(policy, this.#opinion);
    return mode === "dontAsk" ? neverAsking(policy) : policy;
  }

  /** Before the workspace is trusted a mode can forbid, but not allow. */
  #meant(chosen: Mode): Mode {
    if (chosen === "bypass" && this.disablesBypass) return "ask";
    return this.#isTrusted() || chosen === "plan" || chosen === "dontAsk" ? chosen : "ask";
  }

  /** Whether a call would run without a question if a card had given these rules as well. */
  lets(
    accesses: readonly Access[],
    rules: readonly string[],
    { mode, allowed }: { readonly mode: Mode; readonly allowed: readonly string[] },
  ): boolean {
    return decide(accesses, this.#build(mode, [...allowed, ...rules])).verdict === "allow";
  }

  /** Whether this says something as a rule that allows. */
  understands(text: string): boolean {
    return parseRule("allow", text, "", this.#placeNow) !== undefined;
  }

  /** All rules a call is judged by, in the order in which the first of equals gives the reason. */
  inForce(chosen: Mode, session: readonly string[]): InForce {
    const isTrusted = this.#isTrusted();
    const mode = this.#meant(chosen);
    const place = this.#placeNow;
    // A patch shows any file, also one that a rule forbids to read.
    const showsTexts = this.#all().rules.every(
      ({ verdict, kind }) => verdict === "allow" || kind === "write",
    );
    const readsOnly = (text: string, at = place.cwd): boolean =>
      isReadOnlyCommand(text, { ...place, cwd: at }, this.#runsGit, showsTexts);
    const rules = [
      ...this.#readable,
      ...modeRules(mode, place, (text) => readsOnly(text)),
      ...this.#all().rules,
      ...(this.#sources?.isManagedOnly ? [] : session).flatMap((text) =>
        this.#parse({ verdict: "allow", text, source: IN_SESSION }, []),
      ),
    ];
    rules.push(...jointRules(rules, place, readsOnly));
    if (mode === "auto") rules.push(...autoRules(place, rules, this.#opinion, () => this.#hasSandbox));
    return {
      rules,
      floor: [
        ...floorRules(place, rules),
        ...ownFileRules(place, this.#own),
        ...(isTrusted ? [] : untrustedRules(place)),
      ],
    };
  }
}

/** The floor can only tighten: what it does not mention is left to the rules. */
function withFloor(policy: Policy, floor: readonly Rule[]): Policy {
  return narrow(
    policy,
    policyFromRules([...floor, { verdict: "allow", kind: "any", matches: () => true, source: "" }]),
  );
}
