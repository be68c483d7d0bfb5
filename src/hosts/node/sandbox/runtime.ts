import { randomBytes } from "node:crypto";
import type { SandboxManager } from "@anthropic-ai/sandbox-runtime";
import { plainHost } from "./host-name.ts";
import { noteHelpers } from "./leftovers.ts";
import type { SandboxPolicy } from "./policy.ts";
import { Refusals } from "./refusals.ts";

type Manager = typeof SandboxManager;

/** A command that is being confined. */
interface Running {
  readonly refusals: Refusals;
  readonly mayReach: (host: string) => Promise<boolean>;
  /** Answers there were, so that fifty connections to one host are one question. */
  readonly answers: Map<string, Promise<boolean>>;
}
/** Absolute paths, so that nothing of a workspace is taken for one of them. */
export interface Programs {
  readonly ripgrep: string | undefined;
  /** On Linux. */
  readonly bwrap?: string;
  readonly socat?: string;
  /** Where it is written down what a process that is killed leaves running. */
  readonly dataDir: string;
}
export interface Wrapped {
  /** What takes the place of the command, for a POSIX shell. */
  readonly text: string;
  readonly refusals: Refusals;
  /** To be called once nothing of it runs any longer. */
  end(): void;
}

/** The runtime is one for the whole process, as its proxies are; each command has a policy of its own. */
export class SandboxRuntime {
  static #shared: Promise<SandboxRuntime> | undefined;
  readonly #manager: Manager;
  readonly #running = new Map<string, Running>();

  private constructor(manager: Manager) {
    this.#manager = manager;
  }

  /** Rejects with what is missing, in words. Asked again after a failure: somebody may have installed it meanwhile. */
  static shared(programs: Programs): Promise<SandboxRuntime> {
    SandboxRuntime.#shared ??= SandboxRuntime.#open(programs).catch((thrown: unknown) => {
      SandboxRuntime.#shared = undefined;
      throw thrown;
    });
    return SandboxRuntime.#shared;
  }

  /**
   * Lets go of the proxies, which keep a process from ending, unless something is confined right now. They start again with
   * the next command. Never rejects.
   */
  static async rest(): Promise<void> {
    const runtime = await SandboxRuntime.#shared?.catch(() => undefined);
    if (!runtime || runtime.#running.size > 0) return;
    SandboxRuntime.#shared = undefined;
    await runtime.#manager.reset().catch(() => undefined);
  }

  static async #open({ ripgrep, bwrap, socat, dataDir }: Programs): Promise<SandboxRuntime> {
    const { SandboxManager: manager } = await import("@anthropic-ai/sandbox-runtime");
    if (!manager.isSupportedPlatform()) throw new Error("this system is not supported");
    const runtime = new SandboxRuntime(manager);
    await manager.initialize(
      {
        network: { allowedDomains: [], deniedDomains: [] },
        filesystem: { denyRead: [], allowWrite: [], denyWrite: [] },
        // It looks in the folder of this process, which is not where the commands run: our own list takes its place.
        mandatoryDenySearchDepth: 1,
        ...(ripgrep !== undefined && { ripgrep: { command: ripgrep } }),
        ...(bwrap !== undefined && { bwrapPath: bwrap }),
        ...(socat !== undefined && { socatPath: socat }),
      },
      ({ host }) => runtime.#ask(host),
      true,
    );
    noteHelpers(dataDir);
    manager.getSandboxViolationStore().subscribe((violations) => {
      const newest = violations.at(-1);
      if (newest?.encodedCommand === undefined) return;
      const id = Buffer.from(newest.encodedCommand, "base64").toString("utf8");
      runtime.#running.get(id)?.refusals.watched(newest.line);
    });
    return runtime;
  }

  /** `command` is a text for a POSIX shell. `mayReach` is asked for a host once. */
  async wrap(
    command: string,
    { policy, mayReach, bash }: { policy: SandboxPolicy; mayReach: Running["mayReach"]; bash: string },
  ): Promise<Wrapped> {
    const id = randomBytes(16).toString("base64url");
    const literal = (path: string) => ({ path, literal: true }) as const;
    const refusals = new Refusals(policy);
    this.#running.set(id, { refusals, mayReach, answers: new Map() });
    let isOver = false;
    const end = (): void => {
      if (isOver) return;
      isOver = true;
      this.#running.delete(id);
      this.#manager.cleanupAfterCommand();
    };
    try {
      const text = await this.#manager.wrapWithSandbox(
        command,
        bash,
        {
          filesystem: {
            allowWrite: policy.allowWrite.map(literal),
            denyWrite: policy.denyWrite.map(literal),
            denyRead: policy.denyRead.map(literal),
          },
        },
        undefined,
        { commandId: id, commandText: "" },
      );
      return { text, refusals, end };
    } catch (thrown) {
      this.#running.delete(id);
      throw thrown;
    }
  }

  /** Nobody says which of the commands it is that asks, so every one of them has to be allowed what one of them does. */
  async #ask(asked: string): Promise<boolean | { allow: false; reason: string }> {
    const host = plainHost(asked);
    if (host === undefined) return { allow: false, reason: "this is not a host name" };
    for (const one of this.#running.values()) {
      let answer = one.answers.get(host);
      if (!answer) {
        answer = one.mayReach(host).catch(() => false);
        one.answers.set(host, answer);
      }
      if (!(await answer)) {
        one.refusals.add("host", host);
        return { allow: false, reason: `${host} was not allowed for this command` };
      }
    }
    return this.#running.size > 0;
  }
}
