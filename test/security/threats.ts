/** A test that proves a defence: its file below `test/` and its title as it is written there. */
export interface Proof {
  readonly file: string;
  readonly title: string;
}
export interface Threat {
  readonly row: number;
  readonly threat: string;
  readonly defence: string;
  readonly proofs: readonly Proof[];
  /** Why there is no test, or what no test can show. Where the thing itself is missing, `missing` goes red once it exists. */
  readonly why?: string;
  readonly missing?: keyof typeof MISSING;
}

/** What is not built yet, and how one would notice that it is: something in the sources of the product. */
export const MISSING = {
  "MCP servers of a repository": /enabledMcpjsonServers|enableAllProjectMcpServers/,
  hooks: /\bPreToolUse\b|\bPostToolUse\b|\brunHook/,
  "deep links": /registerUriHandler|"onUri"/,
  diagrams: /["'](?:mermaid|katex)["'/]/i,
} as const;

export const of =
  (file: string) =>
  (title: string): Proof => ({ file, title });

export const risk = of("safety/shell/risk-corpus.test.ts")(
  "no command is judged to be less risky than it is",
);
export const rules = of("safety/permission-corpus.test.ts")("$id: $tool $input is decided $expected ($why)");
export const paths = of("safety/path-corpus.test.ts")("$id: $op $path is $expected ($why)");
export const markdown = of("webview/markdown-safety.test.ts")("$id $why");
export const wildcards = of("security/wildcards.test.ts");
export const links = of("security/links.test.ts");
export const races = of("security/toctou.test.ts");
export const shell = of("security/shell-properties.test.ts");
export const floor = of("safety/modes.test.ts")("holds in mode %s");
export const instructing = of("security/instructions.test.ts")(
  "whatever instructs or starts an agent, an editor or a tool is protected, at any depth and in any case",
);
export const untrusted = of("ui/untrusted.test.ts")(
  "in a workspace that is not trusted Plumb says so, reads, and does nothing else, whatever the repository's settings say",
);
export const standing = of("security/standing.test.ts");
export const approval = of("core/approval.test.ts");
export const manifest = of("hosts/vscode/manifest.test.ts")(
  "what could send a key elsewhere or widen permissions cannot be set by a workspace, nor by the container it comes with",
);
