import type { Facts, PromptSection } from "./section.ts";

const PLATFORMS = { darwin: "macOS", linux: "Linux", win32: "Windows" } as const;

/** A path must not be able to begin a line of its own. */
const oneLine = (path: string): string => path.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, "?");

export const environment: PromptSection = {
  id: "environment",
  version: 1,
  stability: "session",
  render: (facts) => ["# Environment", ...lines(facts)].join("\n"),
};

function lines({ platform, cwd, roots, today, shell, isTrusted, isGitRepository }: Facts): string[] {
  const others = roots.filter((root) => root !== cwd).map(oneLine);
  const system = `System: ${PLATFORMS[platform]}, ${shell === undefined ? "no shell" : `commands run in ${shell}`}`;
  return [
    `Working directory: ${oneLine(cwd)}`,
    ...(others.length > 0 ? [`Further workspace folders: ${others.join(", ")}`] : []),
    ...(roots.length === 0 ? ["No folder is open."] : []),
    `Git repository: ${isGitRepository ? "yes" : "no"}`,
    system,
    `Session started: ${today}`,
    ...(isTrusted
      ? []
      : ["The user has not trusted this workspace: you can read and talk, but not change or run anything."]),
  ];
}
