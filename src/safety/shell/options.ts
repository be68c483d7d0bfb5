import { type ShellWord, UNKNOWN } from "./word.ts";

/** What the value of an option is: text, a file that is read, one that is written. */
export type ValueUse = "text" | "read" | "write";

export interface OptionSpec {
  /** `none`: a flag. `optional`: only attached (`--color=always`, `-i.bak`). */
  readonly value: "none" | "required" | "optional";
  readonly use: ValueUse;
  /** False for options that change something, which a person may still have meant. */
  readonly isReading: boolean;
}

/** The options of one command, by name with dashes (`-n`, `--lines`). */
export type OptionTable = ReadonlyMap<string, OptionSpec>;

/** An option as it was found; `spec` is undefined when the table does not know it. */
export interface FoundOption {
  readonly name: string;
  readonly spec: OptionSpec | undefined;
  readonly value: ShellWord | undefined;
  readonly word: ShellWord;
}

export interface Arguments {
  readonly options: readonly FoundOption[];
  readonly operands: readonly ShellWord[];
  /** Operands that may turn out to be options when the text runs: a leading glob or expansion. */
  readonly doubtful: readonly ShellWord[];
}

const FLAG = { value: "none", use: "text" } as const;
const VALUES: Readonly<Record<string, Pick<OptionSpec, "value" | "use">>> = {
  "?": { value: "optional", use: "text" },
  "=": { value: "required", use: "text" },
  "=r": { value: "required", use: "read" },
  "=w": { value: "required", use: "write" },
};

/**
 * Reads a table as it is written: `-abc` flags, `-n=` with a value, `--color?` with an attached one, `=r` and `=w` a file
 * that is read or written, `^` an option that changes something, `-#` a number (`-20`).
 */
export function optionTable(text: string): OptionTable {
  const table = new Map<string, OptionSpec>();
  for (const entry of text.split(/\s+/)) {
    const match = /^(--?[^=?^]+)(=[rw]?|\?)?(\^)?$/.exec(entry);
    if (!match) continue;
    const [, name = "", kind = "", changes] = match;
    const spec = { ...(VALUES[kind] ?? FLAG), isReading: changes === undefined };
    if (name.startsWith("--")) table.set(name, spec);
    else for (const letter of name.slice(1)) table.set(`-${letter}`, spec);
  }
  return table;
}

interface Reading {
  readonly table: OptionTable;
  readonly words: readonly ShellWord[];
  at: number;
  readonly options: FoundOption[];
}

/** Takes the words after a command's name apart, with options anywhere (as GNU tools do) unless `isOrdered`. */
export function readArguments(words: readonly ShellWord[], table: OptionTable, isOrdered = false): Arguments {
  const reading: Reading = { table, words, at: 0, options: [] };
  const operands: ShellWord[] = [];
  const doubtful: ShellWord[] = [];
  while (reading.at < words.length) {
    const word = words[reading.at];
    reading.at += 1;
    if (!word) continue;
    if (word.value === "--") {
      operands.push(...words.slice(reading.at));
      // No option any more, but still all that lies here.
      doubtful.push(...words.slice(reading.at).filter(({ value, isGlob }) => isGlob && /^[*?[]/.test(value)));
      break;
    }
    if (/^--?[^-]/s.test(word.value)) {
      readOption(word, reading);
      continue;
    }
    if (mayBeOption(word)) doubtful.push(word);
    operands.push(word);
    if (isOrdered) {
      operands.push(...words.slice(reading.at));
      break;
    }
  }
  return { options: reading.options, operands, doubtful };
}

const mayBeOption = ({ value, isGlob }: ShellWord): boolean =>
  value.startsWith(UNKNOWN) || (isGlob && /^[*?[]/.test(value));

function readOption(word: ShellWord, reading: Reading): void {
  if (word.value.startsWith("--")) readLong(word, reading);
  else if (/^-\d+$/.test(word.value) && reading.table.has("-#")) {
    reading.options.push({ name: "-#", spec: reading.table.get("-#"), value: undefined, word });
  } else readCluster(word, reading);
}

const part = (word: ShellWord, from: number): ShellWord => ({ ...word, value: word.value.slice(from) });

function readLong(word: ShellWord, reading: Reading): void {
  const equals = word.value.indexOf("=");
  const name = equals < 0 ? word.value : word.value.slice(0, equals);
  const spec = reading.table.get(name);
  const attached = equals < 0 ? undefined : part(word, equals + 1);
  if (spec?.value === "none" && attached) {
    reading.options.push({ name, spec: undefined, value: attached, word });
    return;
  }
  const value = attached ?? (spec?.value === "required" ? takeValue(reading) : undefined);
  reading.options.push({ name, spec, value, word });
}

function takeValue(reading: Reading): ShellWord | undefined {
  const value = reading.words[reading.at];
  reading.at += 1;
  return value;
}

function readCluster(word: ShellWord, reading: Reading): void {
  for (let at = 1; at < word.value.length; at += 1) {
    const name = `-${word.value.charAt(at)}`;
    const spec = reading.table.get(name);
    const rest = at + 1 < word.value.length ? part(word, at + 1) : undefined;
    if (!spec || spec.value === "none") {
      reading.options.push({ name, spec, value: undefined, word });
      if (!spec) return;
      continue;
    }
    const value = rest ?? (spec.value === "required" ? takeValue(reading) : undefined);
    reading.options.push({ name, spec, value, word });
    return;
  }
}
