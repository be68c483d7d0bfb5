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
import { type LoaderParts, NO_SETTINGS } from "./instructions/texts.ts";
import type { Permissions } from "./permissions.ts";
import type { SecretKeeper } from "./secret-keeper.ts";

export interface BriefingParts {
  readonly options: Pick<
    AppOptions,
    | "host"
    | "cwd"
    | "extras"
    | "roots"
    | "anchoredRoots"
    | "home"
    | "ruleFiles"
    | "isTrusted"
    | "isThere"
    | "instructions"
    | "lookMs"
  >;
  readonly permissions: Permissions;
  readonly session: Session;
  readonly ledger: Ledger;
  readonly secrets: Pick<SecretKeeper, "hide" | "soon">;
}

/** What agents are told of where they are and how things are done there: gathered beside what else a first request waits for. */
export class Briefing {
  readonly #parts: BriefingParts;
  readonly #instructions: LateInstructions;
  #gathering: Promise<void> | undefined;
  #workspace: WorkspaceFacts | undefined;

  constructor(parts: BriefingParts) {
    this.#parts = parts;
    const { options, permissions, session, ledger, secrets } = parts;
    this.#instructions = new LateInstructions({
      ...loaderParts(options, permissions, ledger),
      ...{
        session,
        secrets,
        lookMs: options.lookMs,
        heeds: (name) =>
          (options.extras?.().agents?.named(name) ?? agentNamed(name))?.ignoresInstructions !== true,
      },
    });
  }

  /** Begins to look around, without anybody waiting for it. */
  begin(): void {
    const { options } = this.#parts;
    if (!options.isTrusted() || options.roots.length === 0) return;
    // Without it an agent finds out by itself.
    this.#gathering ??= this.#gather().catch(() => undefined);
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

/** What finds instruction files is made of. */
export function loaderParts(
  options: BriefingParts["options"],
  permissions: Permissions,
  ledger: Ledger,
): LoaderParts {
  const { host, cwd, roots, anchoredRoots = roots, home, ruleFiles = [], isTrusted } = options;
  // Modes come and go: whether a file may be read without asking must not depend on them.
  const policy = permissions.policy(() => ({ mode: "ask", allowed: [] }));
  return {
    ...{ host, cwd, roots: anchoredRoots, home, ruleFiles, isTrusted, isSecret },
    ...(options.isThere && { isThere: options.isThere }),
    choices: () => options.instructions?.() ?? DEFAULT_CHOICES,
    settings: () => permissions.sources?.instructions ?? NO_SETTINGS,
    mayRead: (target) => decide([{ kind: "read", target }], policy),
    isPending: (path) => ledger.file(path)?.baseline !== undefined,
  };
}

const isThere = (host: Host, path: string): Promise<boolean> =>
  host.fs.stat(path).then(
    () => true,
    () => false,
  );
