import { AgentError, toAgentError } from "../core/errors.ts";
import type { Host, Storage } from "../core/ports.ts";
import { changeRule, type RuleChange } from "../safety/rule-files/edit-rule-file.ts";
import type { RuleFile } from "../safety/rule-files/places.ts";
import { type Decision, readDecisions, ruleUses } from "./decision-log.ts";
import { type ExplainParts, type Explanation, explain, type Question } from "./explain.ts";
import { type ListedRule, listRules } from "./list-rules.ts";
import { IN_SESSION, IN_WORKSPACE } from "./permissions.ts";

export interface DeskParts extends ExplainParts {
  readonly host: Pick<Host, "fs" | "paths" | "platform" | "documents">;
  readonly storage: Storage;
  /** Takes a rule of this conversation back, or puts another one in its place. */
  readonly replaceInSession: (from: string, to: string | undefined) => void;
}

/** Where a person looks at rules, tries them and changes them. Loaded when somebody does. */
export class RuleDesk {
  readonly #parts: DeskParts;

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  /** Every rule there is, those of this conversation included, with its use in the conversations of this workspace. */
  async list(): Promise<readonly ListedRule[]> {
    const { permissions, session, storage } = this.#parts;
    const uses = await ruleUses(storage);
    const own = session.map((text) => ({ verdict: "allow", text, source: IN_SESSION }) as const);
    return listRules(permissions, uses, own);
  }

  explain(question: Question): Promise<Explanation> {
    return explain(question, this.#parts);
  }

  /** Settings files that a rule can be written to. */
  get files(): readonly RuleFile[] {
    return this.#parts.permissions.files.filter(({ scope }) => scope !== "managed");
  }

  /**
   * Changes a rule where it stands; `to` left out takes it away. Rejects with `stale` when it is not there any more, with
   * `invalid_input` when `to` is no rule or nobody may change it here.
   */
  async change(rule: ListedRule, to: string | undefined): Promise<void> {
    const { permissions } = this.#parts;
    if (to !== undefined) this.check({ ...rule, text: to });
    if (rule.source === IN_SESSION) return this.#parts.replaceInSession(rule.text, to);
    if (rule.source === IN_WORKSPACE) return permissions.replaceSaved(rule.text, to);
    const file = this.files.find(({ path }) => path === rule.file?.path);
    if (!file) throw new AgentError("invalid_input", "This rule cannot be changed here.");
    await this.write(file, { verdict: rule.verdict, from: rule.text, ...(to !== undefined && { to }) });
  }

  /** Rejects with `invalid_input` for what is not understood as a rule. */
  check(rule: Pick<ListedRule, "verdict" | "text">): void {
    if (this.#parts.permissions.isUnderstood({ ...rule, source: "" })) return;
    throw new AgentError("invalid_input", `${JSON.stringify(rule.text)} is not a rule Plumb understands.`);
  }

  /** What a person writes into a file of the repository they have agreed to. */
  async write(file: RuleFile, change: RuleChange): Promise<void> {
    const { host, permissions } = this.#parts;
    const signal = AbortSignal.timeout(10_000);
    const old = await host.documents.open(file.path, signal).catch((thrown: unknown) => {
      if (toAgentError(thrown).kind === "not_found") return undefined;
      throw thrown;
    });
    const text = changeRule(old?.text ?? "", change);
    if (text === undefined)
      throw new AgentError("stale", "The file does not say that any more, or cannot be understood.");
    await host.documents.save(file.path, text, old?.hash, signal);
    await permissions.refresh(true);
    if (file.root !== undefined && change.verdict === "allow" && change.to !== undefined)
      await permissions.approve(file.path, [change.to]);
  }

  decisions(session?: string): AsyncIterable<Decision> {
    return readDecisions(this.#parts.storage, session);
  }
}
