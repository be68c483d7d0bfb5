import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ParseError } from "jsonc-parser";
import { AgentError } from "../../../core/errors.ts";
import { codeOf } from "../file-errors.ts";
import { type SandboxSettings, toSandboxSettings } from "./settings.ts";

/**
 * What the user wrote into `settings.json` of their Plumb folder under `sandbox`; `enabled` of the command line wins over it.
 * Rejects with `invalid_input` when the file is there and cannot be read: what it says may be that nothing runs without a sandbox.
 */
export async function readUserSandbox(dataDir: string, enabled?: string): Promise<SandboxSettings> {
  const path = join(dataDir, "settings.json");
  const raw = await readIfThere(path);
  const own = isRecord(raw) ? raw["sandbox"] : undefined;
  return toSandboxSettings({ ...(isRecord(own) ? own : {}), ...(enabled !== undefined && { enabled }) });
}

async function readIfThere(path: string): Promise<unknown> {
  const fail = (cause?: unknown): AgentError =>
    new AgentError(
      "invalid_input",
      `${path} cannot be read, so nobody knows whether it asks for the sandbox.`,
      {
        ...(cause !== undefined && { cause }),
      },
    );
  const text = await readFile(path, "utf8").catch((thrown: unknown) => {
    if (codeOf(thrown) === "ENOENT") return undefined;
    throw fail(thrown);
  });
  if (text === undefined) return undefined;
  const { parse } = await import("jsonc-parser");
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  if (errors.length > 0) throw fail();
  return value;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
