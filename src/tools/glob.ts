import * as z from "zod";
import { AgentError } from "../core/errors.ts";
import { defineTool, type Place } from "../core/tool.ts";
import { isWindowsPath } from "../safety/fold-path.ts";
import { namedPath } from "./named-path.ts";
import { folderRule } from "./path-rule.ts";
import { SEARCH_ARGUMENTS, type SearchPlace, searchAccesses, searchPlace } from "./search-place.ts";
import { shownPath } from "./shown-path.ts";

const MAX_SHOWN = 100;
const MAX_COUNTED = 10_000;

const Input = z.strictObject({
  pattern: z.string(),
  path: z.string().optional(),
});
type Input = z.infer<typeof Input>;

export const glob = defineTool({
  name: "Glob",
  description:
    "Lists files by glob (e.g. src/**/*.ts), newest first, at most 100. Ignored files are left out.",
  input: Input,
  title: ({ pattern, path }) => (path === undefined ? `Find ${pattern}` : `Find ${pattern} in ${path}`),
  accesses: (input, place) => searchAccesses(split(input, place)),
  suggest: (input, place) => folderRule(split(input, place).target, place),

  async run(input, context) {
    const { target, folder, argument, rest } = split(input, context);
    const { kind } = await context.host.fs.stat(target);
    if (kind !== "directory") {
      throw new AgentError("invalid_input", `${shownPath(target, context)} is not a folder.`);
    }
    const matches = await matcher(rest);
    const prefix = argument.endsWith("/") ? argument : `${argument}/`;
    const args = ["--files", "--sortr=modified", ...SEARCH_ARGUMENTS, "--", argument];
    const shown: string[] = [];
    let count = 0;
    for await (const line of context.host.search.ripgrep(args, { cwd: folder }, context.signal)) {
      if (!matches(line.startsWith(prefix) ? line.slice(prefix.length) : line)) continue;
      count += 1;
      if (count <= MAX_SHOWN) shown.push(shownPath(context.paths.resolve(folder, line), context));
      if (count === MAX_COUNTED) break;
    }
    if (count === 0)
      return `No files match ${rest} in ${shownPath(target, context)} (ignored files do not count).`;
    if (count <= MAX_SHOWN) return shown.join("\n");
    const total = count === MAX_COUNTED ? `more than ${MAX_COUNTED}` : `${count}`;
    return `${shown.join("\n")}\n[The newest ${MAX_SHOWN} of ${total} files. Use a narrower pattern or path.]`;
  },
});

/** Leading folders of the pattern are where to search, so that `../x/*` and absolute patterns work and little is walked. */
function split({ pattern, path }: Input, place: Place): SearchPlace & { readonly rest: string } {
  const segments = (isWindowsPath(place.cwd) ? pattern.replaceAll("\\", "/") : pattern).split("/");
  const firstGlob = segments.findIndex((segment) => /[*?[{]|[!@+]\(/.test(segment));
  const literal = firstGlob === -1 ? segments.length - 1 : Math.min(firstGlob, segments.length - 1);
  const leading = segments.slice(0, literal).join("/");
  const base = leading === "" && pattern.startsWith("/") ? "/" : leading;
  const from = namedPath(path || ".", place);
  return { ...searchPlace(place.paths.resolve(from, base), place), rest: segments.slice(literal).join("/") };
}

/** Without a slash a pattern is about names at any depth. A file that is called like the pattern always matches. */
async function matcher(pattern: string): Promise<(path: string) => boolean> {
  const { default: picomatch } = await import("picomatch");
  const isMatch = picomatch(pattern, { dot: true, basename: !pattern.includes("/") });
  return (path) => path === pattern || isMatch(path);
}
