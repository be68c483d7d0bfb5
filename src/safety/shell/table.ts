import type { Call, Context, Handler } from "./context.ts";
import { type Arguments, type FoundOption, type OptionTable, optionTable, readArguments } from "./options.ts";
import type { ShellWord } from "./word.ts";

/**
 * A family of commands as data: names to `kinds; options`. The kind says what operands are: `read` and `list` paths,
 * `write` paths that change, `text`, `words` (options are text as well), `pattern` (text first, then paths to read) or `none`. `teeth` marks a command some
 * of whose options run or change something, so that no operand may turn out to be an option; `^` marks one that
 * changes something in any case. For the options see `optionTable`: all that are listed only read.
 */
export type CommandTable = Readonly<Record<string, string>>;

interface TableSpec {
  readonly operands: string;
  readonly hasTeeth: boolean;
  readonly options: OptionTable;
}

function parseSpec(text: string): TableSpec {
  const [kinds = "", ...options] = text.split(";");
  const words = kinds.trim().split(/\s+/);
  return {
    operands: words[0] ?? "none",
    hasTeeth: words.includes("teeth"),
    options: optionTable(options.join(" ")),
  };
}

/** The judges of a family, by name. Each line is only read when its command is first met. */
export function fromTable(table: CommandTable): [string, Handler][] {
  return Object.entries(table).flatMap(([names, text]) => {
    let spec: TableSpec | undefined;
    const handler: Handler = (call, context) => {
      spec ??= parseSpec(text);
      judgeBySpec(call, context, spec);
    };
    return names.split(" ").map((name): [string, Handler] => [name, handler]);
  });
}

function judgeBySpec(call: Call, context: Context, spec: TableSpec): void {
  if (spec.operands === "words") return;
  const args = readArguments(call.args, spec.options);
  judgeOptions(args, context);
  if (spec.hasTeeth) judgeDoubtful(args, context);
  const hasPattern = args.options.some(({ name }) => /^-[ef]$|^--(?:regexp|file|files)$/.test(name));
  const operands = spec.operands === "pattern" && !hasPattern ? args.operands.slice(1) : args.operands;
  for (const operand of operands) judgeOperand(operand, call, context, spec.operands);
}

function judgeOperand(operand: ShellWord, call: Call, context: Context, kind: string): void {
  if (kind === "text" || (kind !== "none" && operand.value === "-")) return;
  if (kind === "none") context.note("high", `${call.name} with this could change something`, operand);
  else if (kind === "list" || kind === "write") context.path(operand, kind);
  else context.path(operand, "read");
}

/** What the options of a command mean, all of its readers included. Unknown ones could do anything. */
export function judgeOptions({ options }: Arguments, context: Context): void {
  for (const option of options) judgeOption(option, context);
}

export function judgeOption({ spec, value, word, name }: FoundOption, context: Context): void {
  if (!spec)
    context.note("high", `${name.replaceAll("\0", "…")} is not an option that is known to be harmless`, word);
  else if (value && spec.use !== "text" && (value.value !== "-" || spec.use === "write"))
    context.path(value, spec.use);
  if (spec && !spec.isReading) context.note("medium", `${name} changes something`, word);
}

/** A file may be called like an option, and an expansion may become one. */
export function judgeDoubtful({ doubtful }: Arguments, context: Context): void {
  for (const word of doubtful) context.note("medium", "may become an option when it runs", word);
}

const tables = new Map<string, OptionTable>();

/** `readArguments` with a table written in place; tables are read once. */
export function argumentsOf(call: Call, options: string, isOrdered = false): Arguments {
  let table = tables.get(options);
  if (!table) {
    table = optionTable(options);
    tables.set(options, table);
  }
  return readArguments(call.args, table, isOrdered);
}
