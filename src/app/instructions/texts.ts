import type { InstructionChoices } from "../../core/instruction-choices.ts";
import type { LeftInstruction } from "../../core/instructions.ts";
import type { Host } from "../../core/ports.ts";
import type { RuleFile } from "../../safety/rule-files/places.ts";
import type { InstructionScope } from "./places.ts";

/** One file that counts, as the model gets it apart from its secrets. */
export interface InstructionText {
  readonly path: string;
  readonly scope: InstructionScope;
  readonly because: string;
  readonly text: string;
  /** It counts because of what the agent touched, and not from the beginning. */
  readonly isTouched?: true;
}
export interface LoadedTexts {
  /** Outermost first: of two that contradict each other the later one goes first. */
  readonly texts: readonly InstructionText[];
  readonly left: readonly LeftInstruction[];
  /** Whether there are rules that count only for some files. */
  readonly hasConditional: boolean;
  /** False when a file could not be looked at: then what is missing has not been taken back. */
  readonly isWhole: boolean;
}

/** What settings files say about instructions. */
export interface InstructionSettings {
  /** The text of the setting `claudeMd` of managed files, with where it stands. */
  readonly managed: readonly { readonly path: string; readonly text: string }[];
  /** `isOwn`: of the user or the machine, and not of a repository, which may only leave out what it brings itself. */
  readonly excludes: readonly { readonly glob: string; readonly isOwn: boolean }[];
}
export const NO_SETTINGS: InstructionSettings = { managed: [], excludes: [] };

export interface LoaderParts {
  readonly host: Pick<Host, "fs" | "paths" | "platform">;
  readonly cwd: string;
  /** Workspace folders, canonical. */
  readonly roots: readonly string[];
  readonly home: string;
  readonly ruleFiles: readonly RuleFile[];
  readonly isTrusted: () => boolean;
  readonly choices: () => InstructionChoices;
  readonly settings: () => InstructionSettings;
  /** What the rules say about reading a file, without a mode that would allow it. */
  readonly mayRead: (path: string) => {
    readonly verdict: "allow" | "ask" | "deny";
    readonly because: string;
  };
  /** Whether what a file holds now is a change of the agent that nobody has decided about. */
  readonly isPending: (path: string) => boolean;
  readonly isSecret: (path: string) => boolean;
  /** Whether there is anything at a path; true in doubt. Default: the host is asked. */
  readonly isThere?: (path: string) => boolean;
}

/** What an agent has touched: folders below a root whose instructions count too, and files that rules may be about. */
export interface Touched {
  readonly folders: readonly string[];
  readonly files: readonly string[];
}
