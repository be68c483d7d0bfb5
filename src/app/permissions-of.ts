import type { Host, Storage } from "../core/ports.ts";
import type { RuleFile } from "../safety/rule-files/places.ts";
import type { RulePlace } from "../safety/rules.ts";
import type { AppOptions } from "./app-options.ts";
import { Permissions } from "./permissions.ts";

type Folder = Pick<RulePlace, "cwd" | "roots" | "home"> & {
  readonly host: Pick<Host, "paths" | "platform">;
  readonly anchoredRoots?: readonly string[];
};

const placeOf = ({ host, cwd, roots, home, anchoredRoots }: Folder): RulePlace => ({
  ...{ cwd, roots, home, paths: host.paths },
  isCaseInsensitive: host.platform !== "linux",
  ...(anchoredRoots && { anchors: { cwd, roots: anchoredRoots } }),
});

/** What a conversation that is opened like this may do; its rules are still to be loaded. */
export function permissionsOf(options: AppOptions): Permissions {
  const { storage, isTrusted, readable, runsGit, ruleFiles: files = [] } = options;
  return new Permissions(placeOf(options), storage, isTrusted, readable, runsGit, { ...options, files });
}

/** Permissions as a conversation in a folder would begin with, if the folder were trusted. Rejects when they cannot be loaded. */
export async function permissionsHere({
  host,
  storage,
  cwd,
  home,
  ruleFiles,
}: {
  readonly host: Pick<Host, "fs" | "paths" | "platform">;
  readonly storage: Storage;
  readonly cwd: string;
  readonly home: string;
  readonly ruleFiles: readonly RuleFile[];
}): Promise<Permissions> {
  const place = placeOf({ host, cwd, roots: [cwd], home });
  const isTrusted = (): boolean => true;
  const files = { ...{ host, storage, home, isTrusted }, files: ruleFiles };
  const permissions = new Permissions(place, storage, isTrusted, [], false, files);
  await permissions.load([]);
  return permissions;
}
