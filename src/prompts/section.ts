/** What a prompt may depend on: fixed when a session starts, so that its prefix can be cached. */
export interface Facts {
  readonly platform: "darwin" | "linux" | "win32";
  readonly cwd: string;
  /** Workspace folders. */
  readonly roots: readonly string[];
  /** The day the session started, e.g. 2026-01-31. */
  readonly today: string;
  /** What runs commands, e.g. `bash`; undefined when nothing can. */
  readonly shell: string | undefined;
  readonly isTrusted: boolean;
  readonly isGitRepository: boolean;
  /** Project instructions in force, outermost first. Empty while the workspace is not trusted. */
  readonly instructions: readonly { readonly path: string; readonly text: string }[];
  /** Who a sub-agent is; the main agent when left out. */
  readonly agentPrompt?: string;
}

export interface PromptSection {
  readonly id: string;
  /** Raised whenever the wording changes: evaluations and bug reports quote `id@version`. */
  readonly version: number;
  /** `product` is the same for everybody and comes first; `session` depends on the place. */
  readonly stability: "product" | "session";
  /** Empty means: leave me out. */
  render(facts: Facts): string;
}
