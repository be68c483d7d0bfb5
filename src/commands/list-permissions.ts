import { readDecisions, ruleUses } from "../app/decision-log.ts";
import { listRules } from "../app/list-rules.ts";
import { permissionsHere } from "../app/permissions-of.ts";
import type { Host, Storage } from "../core/ports.ts";
import type { RuleFile } from "../safety/rule-files/places.ts";

type Write = (line: string) => Promise<void>;

export interface PermissionParts {
  readonly host: Pick<Host, "fs" | "paths" | "platform">;
  readonly storage: Storage;
  readonly cwd: string;
  readonly home: string;
  readonly ruleFiles: readonly RuleFile[];
}

/** Every rule of this folder, one JSON object a line, then what is wrong, as `{"problem"}`. Rejects only when writing does. */
export async function listPermissions(parts: PermissionParts, write: Write): Promise<void> {
  const { storage } = parts;
  const permissions = await permissionsHere(parts);
  for (const { text, use, ...rule } of listRules(permissions, await ruleUses(storage)))
    await write(
      `${JSON.stringify({
        ...{ verdict: rule.verdict, rule: text, source: rule.source, state: rule.state },
        ...(rule.file && { file: rule.file.path, line: rule.file.line }),
        warnings: rule.warnings,
        uses: use?.count ?? 0,
        ...(use && { lastUse: new Date(use.lastAt).toISOString() }),
      })}\n`,
    );
  for (const problem of permissions.problems) await write(`${JSON.stringify({ problem })}\n`);
}

/** Every decision of one conversation of this folder, or of all, one JSON object a line. Rejects with `not_found` or `storage`. */
export async function logPermissions(
  storage: Storage,
  session: string | undefined,
  write: Write,
): Promise<void> {
  for await (const decision of readDecisions(storage, session)) await write(`${JSON.stringify(decision)}\n`);
}
