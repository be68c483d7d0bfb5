import { loaderParts } from "../app/briefing.ts";
import { InstructionLoader } from "../app/instructions/loader.ts";
import { TouchedPlaces } from "../app/instructions/nested.ts";
import { shownPlace } from "../app/instructions/shown-place.ts";
import { permissionsHere } from "../app/permissions-of.ts";
import { familyOf, textTokens } from "../context/token-sizes.ts";
import type { InstructionChoices } from "../core/instruction-choices.ts";
import type { Host, Storage } from "../core/ports.ts";
import { Ledger } from "../review/ledger.ts";
import type { RuleFile } from "../safety/rule-files/places.ts";

type Write = (line: string) => Promise<void>;

export interface PlaceParts {
  readonly host: Host;
  readonly storage: Storage;
  readonly cwd: string;
  readonly home: string;
  readonly ruleFiles: readonly RuleFile[];
  readonly instructions: () => InstructionChoices;
  /** What tokens are counted for. */
  readonly model: string;
}

/**
 * Instruction files that would count here, in order, and what is left out, with the reasons; `files` as if they had been
 * read. As a table, or as JSON lines. Rejects only when writing does.
 */
export async function listInstructions(
  parts: PlaceParts,
  { files, isJson }: { readonly files: readonly string[]; readonly isJson: boolean },
  write: Write,
): Promise<void> {
  const { host, cwd, home, model } = parts;
  const options = { ...parts, roots: [cwd], isTrusted: () => true };
  const loader = new InstructionLoader(loaderParts(options, await permissionsHere(parts), new Ledger()));
  const touched = new TouchedPlaces([cwd], host.paths);
  for (const file of files) touched.add(host.paths.resolve(cwd, file));
  const { texts, left } = await loader.load({ folders: touched.folders, files: touched.files });
  const family = familyOf(model);
  const counted = texts.map(({ path, scope, because, text }) => {
    return { path, scope, tokens: Math.ceil(textTokens(text, family)), because };
  });
  if (isJson) {
    for (const file of counted) await write(`${JSON.stringify(file)}\n`);
    for (const { path, because } of left) await write(`${JSON.stringify({ path, left: because })}\n`);
    return;
  }
  const shown = (path: string): string => shownPlace(path, { paths: host.paths, cwd, home });
  const total = counted.reduce((sum, { tokens }) => sum + tokens, 0);
  const rows = counted.map(({ path, scope, tokens, because }) => [
    shown(path),
    scope,
    String(tokens),
    because,
  ]);
  await write(
    rows.length === 0
      ? "No instructions count here.\n"
      : `Instructions that count here, the most general ones first (about ${total} tokens):\n${table(rows, [2])}`,
  );
  if (left.length === 0) return;
  await write(`\nLeft out:\n${table(left.map(({ path, because }) => [shown(path), because]))}`);
}

/** Columns as wide as what is in them; those of figures end where they end. */
export function table(rows: readonly (readonly string[])[], figures: readonly number[] = []): string {
  const widths = (rows[0] ?? []).map((_cell, i) => Math.max(...rows.map((row) => (row[i] ?? "").length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (figures.includes(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join("  ")
      .trimEnd();
  return rows.map((row) => `  ${line(row)}\n`).join("");
}
