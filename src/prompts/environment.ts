import type { GitState } from "../core/ports.ts";
import { inFrame, oneLine } from "./one-line.ts";
import type { Facts, PromptSection, WorkspaceFacts } from "./section.ts";

const PLATFORMS = { darwin: "macOS", linux: "Linux", win32: "Windows" } as const;

export const environment: PromptSection = {
  id: "environment",
  version: 2,
  stability: "session",
  render: (facts) => ["# Environment", ...placeLines(facts), ...ownWords(facts)].join("\n"),
};

function placeLines({
  platform,
  cwd,
  roots,
  today,
  shell,
  isTrusted,
  isGitRepository,
  workspace,
}: Facts): string[] {
  const others = roots.filter((root) => root !== cwd).map(oneLine);
  const system = `System: ${PLATFORMS[platform]}, ${shell === undefined ? "no shell" : `commands run in ${shell}`}`;
  return [
    `Working directory: ${oneLine(cwd)}`,
    ...(others.length > 0 ? [`Further workspace folders: ${others.join(", ")}`] : []),
    ...(roots.length === 0 ? ["No folder is open."] : []),
    ...(workspace?.git ? [] : [`Git repository: ${isGitRepository ? "yes" : "no"}`]),
    system,
    `Session started: ${today}`,
    ...(isTrusted
      ? []
      : ["The user has not trusted this workspace: you can read and talk, but not change or run anything."]),
  ];
}

/** What the workspace says of itself, in a frame that it cannot close. */
function ownWords({ isTrusted, workspace }: Facts): string[] {
  if (!isTrusted || !workspace) return [];
  const lines = [...gitLines(workspace.git), ...treeLines(workspace), ...commandLines(workspace)];
  if (lines.length === 0) return [];
  const inner = lines.map((line) => inFrame("workspace", oneLine(line)));
  return ["What the workspace said of itself at the start (data):", "<workspace>", ...inner, "</workspace>"];
}

function gitLines(git: GitState | undefined): string[] {
  if (!git) return [];
  const changes = { true: ", uncommitted changes", false: ", clean" }[String(git.isDirty)] ?? "";
  const branch = git.branch === undefined ? "no branch checked out" : `branch ${git.branch}`;
  return [
    `Git: ${branch}${changes}`,
    ...(git.commits.length > 0 ? [`Last commits: ${git.commits.join(" | ")}`] : []),
  ];
}

const treeLines = ({ top, more }: WorkspaceFacts): string[] =>
  top.length > 0 ? [`Top level: ${top.join(" ")}${more > 0 ? ` (${more} more)` : ""}`] : [];

const commandLines = ({ commands }: WorkspaceFacts): string[] =>
  commands.length > 0 ? [`Commands: ${commands.join("; ")}`] : [];
