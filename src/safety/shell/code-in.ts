import { baseName } from "../shell-wrappers.ts";
import { type ReadCommand, type ReadingPlace, readCommands } from "./reading.ts";
import { type ShellWord, UNKNOWN } from "./word.ts";

export type Language = "javascript" | "typescript" | "python" | "shell";

/** Code that a command hands to an interpreter: as text in the command, or as a file. */
export interface CodePiece {
  readonly language: Language;
  /** How a person would call it, e.g. `node -e`. */
  readonly name: string;
  readonly from: { readonly text: string } | { readonly path: string };
}

interface Interpreter {
  readonly language: Language;
  /** Options whose next word is the code. */
  readonly inline: RegExp;
  /** Options with a word of their own; behind others the first word that is no option is the file. */
  readonly pairs: RegExp;
}

const INTERPRETERS: readonly (readonly [RegExp, Interpreter])[] = [
  [
    /^node(?:js)?$/,
    {
      language: "javascript",
      inline: /^(?:-e|--eval|-p|--print|-pe)$/,
      pairs: /^(?:-r|--require|--import|--loader|-C|--conditions)$/,
    },
  ],
  [/^python(?:[23](?:\.\d+)?)?$/, { language: "python", inline: /^-[IBEsSuO]*c$/, pairs: /^-[WX]$/ }],
  [/^(?:ba|da)?sh$/, { language: "shell", inline: /^-[eux]*c$/, pairs: /^-[oO]$/ }],
];
const HERE =
  /(?:^|[\n;&|(][ \t]*)(node|nodejs|python[23]?(?:\.\d+)?|bash|sh)([ \t][^\n<|;&]*)?<<-?[ \t]*(['"]?)([A-Za-z_]\w*)\3[^\n]*\n([\s\S]*?)\n[ \t]*\4(?=\n|$|\))/g;
const MOST_PIECES = 8;
const MOST_CHARS = 256 * 1024;

/** What could be checked before it runs. What is only known when it runs is left out. Total: never throws. */
export function codeIn(text: string, place: ReadingPlace): CodePiece[] {
  const { commands, isReadable } = readCommands(text, place);
  // The interpreter is the shell itself then, which would run the lines before the mistake.
  if (!isReadable) return [{ language: "shell", name: "the shell", from: { text } }];
  return [...commands.flatMap((command) => ofCommand(command, place)), ...hereDocuments(text)]
    .filter(({ from }) => !("text" in from) || (from.text.trim() !== "" && from.text.length <= MOST_CHARS))
    .slice(0, MOST_PIECES);
}

const interpreterOf = (program: string): Interpreter | undefined =>
  INTERPRETERS.find(([name]) => name.test(baseName(program)))?.[1];

function ofCommand({ words, cwds }: ReadCommand, { resolve }: ReadingPlace): CodePiece[] {
  const [program, ...args] = words;
  const found = program?.isLiteral ? interpreterOf(program.value) : undefined;
  if (!program || !found) return [];
  const name = baseName(program.value);
  const at = placeOfCode(args, found);
  const [option, code] = args.slice(at, at + 2);
  if (option === undefined || !isKnown(option)) return [];
  if (!found.inline.test(option.value)) return script(option.value, found, name, cwds, resolve);
  return code && isKnown(code) ? [{ ...named(found, name, option.value), from: { text: code.value } }] : [];
}

/** Where the option stands that is followed by code, or the word that names a file; behind the last word where none does. */
function placeOfCode(args: readonly ShellWord[], { inline, pairs }: Interpreter): number {
  for (let i = 0; i < args.length; i++) {
    const { value = "" } = args[i] ?? {};
    if (inline.test(value) || !value.startsWith("-")) return i;
    if (ELSEWHERE.test(value)) return args.length;
    if (pairs.test(value)) i += 1;
  }
  return args.length;
}

/** What runs then is not what the words name. */
const ELSEWHERE = /^(?:-m|-s|-|--test|--check|-c|--watch|--run|-n)$/;

/** Whether its value is what the interpreter gets: not filled in, and not several words. */
const isKnown = ({ value, isGlob, isSplit }: ShellWord): boolean =>
  !isSplit && !isGlob && !value.includes(UNKNOWN);

const named = ({ language }: Interpreter, name: string, word: string) => ({
  language,
  name: `${name} ${word}`,
});

const ENDINGS: Readonly<Record<string, Language>> = {
  js: "javascript",
  cjs: "javascript",
  ts: "typescript",
  cts: "typescript",
  py: "python",
  sh: "shell",
  bash: "shell",
};

function script(
  path: string,
  found: Interpreter,
  name: string,
  cwds: ReadCommand["cwds"],
  resolve: ReadingPlace["resolve"],
): CodePiece[] {
  const language = ENDINGS[/\.(\w+)$/.exec(path)?.[1] ?? ""];
  const fits = language === found.language || (language === "typescript" && found.language === "javascript");
  const [cwd, ...others] = cwds ?? [];
  if (!language || !fits || cwd === undefined || others.length > 0) return [];
  return [{ language, name: `${name} ${path}`, from: { path: resolve(cwd, path) } }];
}

/** In quotes the text is the code as it stands; without them the shell fills it in first. */
function hereDocuments(text: string): CodePiece[] {
  return [...text.matchAll(HERE)].flatMap(([, program = "", options = "", quote, , code = ""]) => {
    const found = interpreterOf(program);
    const readsInput = /^(?:[ \t]+-?)?[ \t]*$/.test(options);
    const isAsWritten = quote !== "" || !/[$`\\]/.test(code);
    if (!found || !readsInput || !isAsWritten) return [];
    return [{ language: found.language, name: `${program} <<`, from: { text: code } }];
  });
}
