import { pathsOf } from "../../src/safety/check/paths-of.ts";
import type { RulePlace } from "../../src/safety/path-patterns.ts";

export const linuxPlace = (change: Partial<RulePlace> = {}): RulePlace => ({
  cwd: "/home/dev/project",
  roots: ["/home/dev/project"],
  home: "/home/dev",
  paths: pathsOf("linux"),
  isCaseInsensitive: false,
  ...change,
});
