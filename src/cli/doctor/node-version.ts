import type { Finding } from "./finding.ts";

/** As `engines` of package.json says it: major and minor. */
const [MAJOR, MINOR] = [22, 12];

/** Whether the program may expect what it uses of Node. `version` is like `22.12.0`. */
export function ofNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isEnough = major > MAJOR || (major === MAJOR && minor >= MINOR);
  return isEnough
    ? { name: "Node.js", words: version }
    : { name: "Node.js", words: `${version}; ${MAJOR}.${MINOR} or newer is needed`, is: "problem" };
}
