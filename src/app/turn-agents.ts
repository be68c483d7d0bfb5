import type { Policy } from "../core/access.ts";
import type { Agent, Environment } from "../core/agent.ts";
import { toAgentError } from "../core/errors.ts";
import { MAIN } from "../core/event.ts";
import type { Mode } from "../core/mode.ts";
import type { Session } from "../core/session.ts";
import type { Ledger } from "../review/ledger.ts";
import { afterTaint } from "./after-taint.ts";
import type { AppOptions } from "./app-options.ts";
import { Briefing } from "./briefing.ts";
import type { BudgetDesk } from "./budget/budget-desk.ts";
import { type Choice, createAgents, type Hooks } from "./build-agent.ts";
import { cardRulesOf } from "./card-rules.ts";
import { CatchUp } from "./catch-up.ts";
import { commandsIn } from "./command-links.ts";
import type { ContextDesk } from "./context-desk.ts";
import { LateCacheWatch } from "./late-cache-watch.ts";
import { LateOpinions } from "./late-opinions.ts";
import type { LateTools } from "./late-tools.ts";
import { loadAhead } from "./load-ahead.ts";
import { lookForSandbox } from "./look-for-sandbox.ts";
import type { Permissions } from "./permissions.ts";
import type { PresenceRecord } from "./presence-record.ts";
import type { SecretKeeper } from "./secret-keeper.ts";

interface Parts extends Pick<Hooks, "person" | "outlives" | "notify"> {
  readonly options: AppOptions;
  readonly session: Session;
  readonly ledger: Ledger;
  readonly permissions: Permissions;
  readonly secrets: SecretKeeper;
  readonly presences: PresenceRecord;
  readonly budget: BudgetDesk;
  readonly contextDesk: ContextDesk;
  readonly mode: () => Mode;
  /** Rules that the person allowed in this conversation. */
  readonly allowed: () => readonly string[];
  readonly choice: () => Choice;
}

/** Makes the agents of each turn, and keeps from turn to turn what they were told and what was found out for them. */
export class TurnAgents {
  readonly catchUp: CatchUp;
  readonly briefing: Briefing;
  readonly #parts: Parts;
  readonly #opinions: LateOpinions;
  readonly #cacheWatch = new LateCacheWatch();
  readonly #lateTools: Promise<LateTools> | undefined;

  constructor(parts: Parts) {
    const { options, session, ledger, permissions, secrets } = parts;
    this.#parts = parts;
    this.catchUp = new CatchUp({ host: secrets.guarded(options.host), session, cwd: options.cwd });
    this.briefing = new Briefing({ options, permissions, session, ledger, secrets });
    this.#opinions = new LateOpinions({
      ...{ ...options, classifier: options.classifier, session },
      provider: parts.budget.provider,
      hide: (text) => secrets.hide(text),
      mainModel: () => parts.choice().model,
    });
    permissions.consult(this.#opinions);
    const { servers, provider } = options;
    this.#lateTools =
      servers && import("./late-tools.ts").then((late) => new late.LateTools({ servers, session, provider }));
    // Who needs it hears of trouble.
    this.#lateTools?.catch(() => undefined);
  }

  async make(): Promise<{ env: Environment; main: () => Agent }> {
    const { options, session, permissions, secrets, presences, budget, choice } = this.#parts;
    const policy = this.#policy();
    presences.note();
    secrets.begin(session);
    loadAhead(session);
    budget.beginTurn();
    const [{ main, env }] = await Promise.all([
      createAgents({ ...options, provider: budget.provider }, policy, this.#hooks(policy)),
      permissions.refresh(),
      options.servers?.ready(),
    ]);
    return { env, main: () => main(choice()) };
  }

  readonly #now = (): { mode: Mode; allowed: readonly string[] } => ({
    mode: this.#parts.mode(),
    allowed: this.#parts.allowed(),
  });

  #policy(): Policy {
    const { options, session, permissions, mode, allowed } = this.#parts;
    const { cwd, home, host } = options;
    return afterTaint(permissions.policy(this.#now), {
      session,
      place: { cwd, home, resolve: host.paths.resolve },
      rules: () => permissions.inForce(mode(), allowed()).rules,
      mode,
    });
  }

  #hooks(policy: Policy): Hooks {
    const { options, session, ledger, permissions, secrets, contextDesk, mode, allowed, ...parts } =
      this.#parts;
    return {
      ...{ secrets, session, mode, person: parts.person, outlives: parts.outlives, notify: parts.notify },
      cacheWatch: this.#cacheWatch,
      host: this.catchUp.noting(secrets.guarded(options.host)),
      policyIn: (inMode) => permissions.policy(() => ({ mode: inMode, allowed: allowed() })),
      isRemoved: (toolName) => permissions.removes(toolName),
      beforeCalls: async (calls, signal) => {
        await permissions.look(calls, options.host.fs);
        if (mode() !== "auto") return;
        permissions.hasSandbox = await lookForSandbox(options.host, session);
        await this.#opinions.ask(commandsIn(calls), signal, policy);
      },
      hasHistory: (path) => ledger.file(path) !== undefined,
      facts: () => this.briefing.facts(),
      catchUp: async (agent, signal) => {
        await this.catchUp.tell(agent, signal);
        await this.briefing.tell(agent, signal);
        (await this.#lateTools)?.tell(agent);
      },
      takeRoomWish: (agentId) => contextDesk.takeWish(agentId),
      cardRules: cardRulesOf(permissions, this.#now),
      remember: async (scope, rules) => {
        session.append(MAIN, { type: "rules", scope, allow: [...rules] });
        if (scope === "workspace") await this.#rememberForWorkspace(rules);
      },
    };
  }

  /** What was allowed is allowed: that it could not be remembered is no reason not to do it. */
  async #rememberForWorkspace(rules: readonly string[]): Promise<void> {
    try {
      await this.#parts.permissions.remember(rules);
    } catch (thrown) {
      const text = `The rule holds for this conversation only: ${toAgentError(thrown).message}`;
      this.#parts.session.append(MAIN, { type: "notice", kind: "warning", text });
    }
  }
}
