import { shortSha256 } from "../core/short-sha256.ts";

/** What the provider takes for the name of a tool. */
const LONGEST_NAME = 64;
const LONGEST_SERVER = 30;

/** A name without what rules and the provider give a meaning to: two low lines are what parts a server from its tool. */
export function serverNameFor(given: string): string {
  const name = given
    .replaceAll(/[^A-Za-z0-9_-]/g, "_")
    .replaceAll(/_+/g, "_")
    .replaceAll(/^_|_$/g, "");
  return /[A-Za-z0-9]/.test(name) ? shortened(name, LONGEST_SERVER, given) : "";
}

/**
 * What a tool is called for the model, for rules and in the log. `taken`: whether another tool has that name already; then,
 * and where it is too long, some of its hash tells it from others, the same every time.
 */
export function toolNameFor(server: string, tool: string, taken: (name: string) => boolean): string {
  const begin = `mcp__${server}__`;
  const plain = tool.replaceAll(/[^A-Za-z0-9_-]/g, "_");
  const room = LONGEST_NAME - begin.length;
  const name = begin + shortened(plain === "" ? "_" : plain, room, tool);
  return taken(name) ? begin + withHash(plain, room, tool) : name;
}

const shortened = (plain: string, room: number, given: string): string =>
  plain.length <= room ? plain : withHash(plain, room, given);

function withHash(plain: string, room: number, given: string): string {
  const hash = shortSha256(new TextEncoder().encode(given)).slice(0, 8);
  return `${plain.slice(0, room - hash.length - 1).replace(/_+$/, "")}_${hash}`;
}
