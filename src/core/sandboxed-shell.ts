import type { Access } from "./access.ts";
import type { LateQuestion } from "./ask-during.ts";
import type { Refusal, RunOptions, Shell, ShellChunk } from "./ports.ts";

/** How many refusals are named to a person; the rest is a number. */
const MAX_NAMED = 3;

export interface SandboxScope {
  /** The call was let through because it runs confined. */
  readonly isConfined: boolean;
  readonly title: string;
  readonly ask: (question: LateQuestion) => Promise<boolean>;
  /** Whether rules allow it as they are now. */
  readonly allows: (access: Access) => boolean;
}

/**
 * The shell of one call. Where its commands run is not the tool's choice, and so not the model's: it follows from the decision
 * and from the user's settings. A host that no rule is about is asked for while the command waits. When the sandbox kept a
 * command from succeeding, the user may run that very command again outside of it.
 */
export const sandboxedShell = (shell: Shell, { isConfined, title, ask, allows }: SandboxScope): Shell => {
  const options = (command: string, cwd: string): RunOptions => ({
    cwd,
    ...(isConfined && { place: "confined" }),
    askHost: (host) =>
      ask({
        access: { kind: "network", target: host },
        ...{ title, because: `the command wants to reach ${host}` },
        detail: { kind: "host", host, command },
        suggestions: [`WebFetch(domain:${host})`],
      }),
  });
  const mayLeave = (command: string, cwd: string, refused: readonly Refusal[]): Promise<boolean> => {
    const what = inWords(refused);
    return ask({
      access: { kind: "execute", target: command },
      title,
      because: `the sandbox did not let it ${what}; it may have taken effect in part`,
      detail: {
        ...{ kind: "command", command, cwd, description: "", isOutside: true },
        risk: {
          level: "high",
          reasons: [{ text: "runs without the sandbox", words: "and so with all of your rights" }],
        },
      },
      suggestions: [],
    });
  };
  return {
    ...shell,
    async *run(command, { cwd }, signal): AsyncGenerator<ShellChunk, void> {
      for await (const chunk of shell.run(command, options(command, cwd), signal)) {
        const wasKept =
          chunk.type === "exit" && chunk.code !== 0 && chunk.refused && chunk.refused.length > 0;
        if (!wasKept || !(await mayLeave(command, cwd, chunk.refused ?? []))) {
          yield chunk;
          continue;
        }
        yield { type: "output", text: AGAIN };
        yield* shell.run(command, { cwd, place: "open" }, signal);
        return;
      }
    },
    // Its call has ended long since, so nobody is asked: what rules allow it reaches, and nothing else.
    start: (command, { cwd }) =>
      shell.start(command, {
        cwd,
        ...(isConfined && { place: "confined" }),
        askHost: async (host) => allows({ kind: "network", target: host }),
      }),
  };
};

const AGAIN = "\n[The sandbox stopped this. The user approved running it again outside of it:]\n";

const VERBS = { write: "write", read: "read", host: "reach" } as const;

/** E.g. `write /etc/hosts or reach example.com`. */
export function inWords(refused: readonly Refusal[]): string {
  const named = refused.slice(0, MAX_NAMED).map(({ kind, target }) => `${VERBS[kind]} ${target}`);
  const rest = refused.length - named.length;
  return rest > 0 ? `${named.join(", ")} (and ${rest} more)` : named.join(" or ");
}
