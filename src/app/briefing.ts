import { agentNamed } from "../agents/index.ts";
import { decide } from "../core/access.ts";
import type { Agent } from "../core/agent.ts";
import { lastPrefix } from "../core/conversation.ts";
import { MAIN } from "../core/event.ts";
import { DEFAULT_CHOICES } from "../core/instruction-choices.ts";
import type { Host } from "../core/ports.ts";
import type { Session } from "../core/session.ts";
import type { Facts, WorkspaceFacts } from "../prompts/section.ts";
import type { Ledger } from "../review/ledger.ts";
import { isSecret } from "../safety/protected-files.ts";
import type { AppOptions } from "./app-options.ts";
import { LateInstructions } from "./instructions/late-instructions.ts";

import { NO_SETTINGS } from "./instructions/texts.ts";
import type { Permissions } from "./permissions.ts";
import type { SecretKeeper } from "./secret-keeper.ts";

interface Parts {
  readonly options: AppOptions;
  readonly permissions: Permissions;
  readonly session: Session;
  readonly ledger: Ledger;
  readonly secrets: SecretKeeper;
}

/** What agents are told of where they are and how things are done there: gathered beside what else a first request waits for. */
export class Briefing {
  readonly #parts: Parts;
  readonly #instructions: LateInstructions;
  #gathering: Promise<void> | undefined;
  #workspace: WorkspaceFacts | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { options, permissions, session, ledger, secrets } = parts;
    // Modes come and go: whether a file may be read without asking must not depend on them.
    const policy = permissions.policy(() => ({ mode: "ask", allowed: [] }));
    this.#instructions = new LateInstructions({
      ...{
        session,
        secrets,
        host: options.host,
        cwd: options.cwd,
        roots: options.anchoredRoots ?? options.roots,
        home: options.home,
      },
      ...(options.isThere && { isThere: options.isThere }),
      ruleFiles: options.ruleFiles ?? [],
      isTrusted: options.isTrusted,
      choices: () => options.instructions?.() ?? DEFAULT_CHOICES,
      settings: () => permissions.sources?.instructions ?? NO_SETTINGS,
      mayRead: (target) => decide([{ kind: "read", target }], policy),
      isPending: (path) => ledger.file(path)?.baseline !== undefined,
      isSecret,
      heeds: (name) => agentNamed(name)?.ignoresInstructions !== true,
    });
  }

  /** Begins to look around, without anybody waiting for it. */
  begin(): void {
    const { options } = this.#parts;
    if (!options.isTrusted() || options.roots.length === 0) return;
    this.#gathering ??= this.#gather();
  }

  async #gather(): Promise<void> {
    const { host, cwd } = this.#parts.options;
    const { gatherWorkspace } = await import("./facts/gather-facts.ts");
    this.#workspace = await gatherWorkspace(host, cwd);
  }

  /** For agents whose prefix begins now. Never rejects. */
  async facts(): Promise<Facts> {
    this.begin();
    const { options, session } = this.#parts;
    const { host, cwd, roots, isTrusted } = options;
    // A conversation that goes on has its prefix: only agents that it may start later would have use of this.
    const isWaited = lastPrefix(session.events, MAIN) === undefined;
    const [instructions, isGitRepository] = await Promise.all([
      this.#instructions.standing(),
      isThere(host, host.paths.join(cwd, ".git")),
      isWaited ? this.#gathering : undefined,
    ]);
    const workspace = isTrusted() ? this.#workspace : undefined;
    return {
      ...{
        platform: host.platform,
        cwd,
        roots,
        shell: host.shell.name,
        isTrusted: isTrusted(),
        isGitRepository,
      },
      today: new Date(host.clock.now()).toISOString().slice(0, 10),
      ...(workspace && { workspace: this.#withoutSecrets(workspace) }),
      instructions,
    };
  }

  /** Before each request. Rejects only when aborted or when the log cannot be written. */
  tell(agent: Agent, signal: AbortSignal): Promise<void> {
    return this.#instructions.tell(agent, signal);
  }

  #withoutSecrets({ git, top, more, commands }: WorkspaceFacts): WorkspaceFacts {
    const hide = (text: string): string => this.#parts.secrets.hide(text);
    const { branch, isDirty, commits = [] } = git ?? {};
    const hidden = { branch: branch && hide(branch), isDirty, commits: commits.map(hide) };
    return { git: git && hidden, top: top.map(hide), more, commands };
  }
}

const isThere = (host: Host, path: string): Promise<boolean> =>
  host.fs.stat(path).then(
    () => true,
    () => false,
  );
