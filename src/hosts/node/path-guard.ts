import { win32 } from "node:path";
import { AgentError } from "../../core/errors.ts";
import type { Host } from "../../core/ports.ts";

/**
 * Refuses spellings that must not even be looked at: on Windows a network path would send the user's credentials
 * to its server with the first `stat`, and device or stream names reach something other than a file.
 * `roots` that are network folders themselves stay usable.
 */
export function refuseUnsafePath(path: string, platform: Host["platform"], roots: readonly string[]): void {
  if (path.includes("\0")) throw new AgentError("invalid_input", "A path cannot contain a NUL character.");
  if (platform !== "win32") return;
  const plain = win32.normalize(path);
  const isKnown = roots.some((root) => {
    const relative = win32.relative(root, plain);
    return !relative.startsWith("..") && !win32.isAbsolute(relative);
  });
  if (/^[\\/]{2}|^\\\?\?/.test(plain) && !isKnown) {
    throw new AgentError("denied", `${path} is a network or device path.`);
  }
  if (/:/.test(plain.replace(/^[a-z]:/i, ""))) {
    throw new AgentError("denied", `${path} names a data stream, not a file.`);
  }
}

/** The kernel's view of processes is made of files, but reading it gives away secrets such as our own environment. */
export function refuseKernelFile(real: string, platform: Host["platform"]): void {
  if (platform === "linux" && /^\/(?:proc|sys)(?:\/|$)/.test(real)) {
    throw new AgentError("denied", `${real} belongs to the kernel and is not read as a file.`);
  }
}
