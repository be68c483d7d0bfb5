import * as z from "zod";
import type { Access } from "./access.ts";
import type { Detail, Question } from "./detail.ts";
import { AgentError } from "./errors.ts";
import type { AgentEvent } from "./event.ts";
import type { NewProblem } from "./events/calls.ts";
import type { ToolSpec } from "./events/talk.ts";
import type { HeldFile } from "./last-seen.ts";
import { type Block, text } from "./message.ts";
import type { Host, Paths } from "./ports.ts";
import type { Ends } from "./preview.ts";
import type { Seen } from "./seen.ts";

/** Facts about the place a call runs in, known before anything is touched. */
export interface Place {
  readonly cwd: string;
  /** Workspace folders, canonical. Empty when no folder is open. */
  readonly roots: readonly string[];
  /** Folders of our own (saved outputs) that may be read without asking. */
  readonly readable: readonly string[];
  readonly paths: Paths;
}

/** The whole of what a call does to one text file, so that a person can change it before it happens. */
export interface TextChange {
  readonly path: string;
  /** Undefined when the file is created. */
  readonly before: string | undefined;
  readonly after: string;
}

/** A change of a file as a person accepted it: `after` is to be written, whatever the call itself said (`proposed`). */
export interface Accepted extends TextChange {
  readonly proposed: string;
}

/** What the approval card shows, and for a change of a file the texts that it is made of. */
export interface Preview {
  readonly detail: Detail;
  readonly change?: TextChange;
}

export interface PreviewContext extends Place {
  /** Restricted to the accesses this call declared. */
  readonly host: Host;
  readonly signal: AbortSignal;
  /** What this agent last read of a file, or undefined when it never did. */
  readonly seen: (path: string) => Seen | undefined;
  /**
   * What the model wrote for a file that holds `held`, with the real text where a placeholder or an escaped character
   * stands for it. Throws `invalid_input` where that is not in the file: a placeholder is never written in its place.
   */
  readonly restore: (written: string, held: string) => string;
  /** Whether the rules also let this call read (or write) a file that it only meets on its way, e.g. one of many that are searched. */
  readonly mayMeet: (path: string, kind?: "read" | "write") => boolean;
}

export interface ToolContext extends PreviewContext {
  readonly callId: string;
  /** What this agent still has of a file before it, so that it need not be sent again. */
  readonly held: (path: string) => HeldFile;
  /** All that this agent's conversation consists of, whatever of it is still sent. */
  readonly transcript: () => readonly AgentEvent[];
  /** The text as it may be shown, with a placeholder for each secret. Never throws. */
  readonly hide: (text: string) => string;
  /** Set when a person changed what the call proposed, or the file changed while they looked at it. */
  readonly accepted?: Accepted;
  /** Set when a person allowed exactly this call, with what they said about it. */
  readonly approved?: { readonly feedback?: string };
  /** Shows text at the running call; only the newest few thousand characters are kept. */
  readonly report: (progress: string) => void;
  /** Aborts after so many milliseconds; while a person is asked about the call it stands still. */
  readonly deadline: (ms: number) => AbortSignal;
  /** Runs a sub-agent to completion and returns its final text. */
  readonly spawn: (agentName: string, description: string, prompt: string) => Promise<string>;
  /** One answer per question. Rejects with `denied` when nobody is there to answer. */
  readonly ask: (questions: readonly Question[]) => Promise<readonly string[]>;
  /** Tells the model, when this turn or a later one goes on, that something it started has ended. */
  readonly notify: (later: Promise<string>) => void;
}

export interface ToolOutput {
  readonly content: string | readonly Block[];
  readonly detail?: Detail;
  readonly seen?: readonly Seen[];
  /** Errors that were not there before the call. */
  readonly problems?: readonly NewProblem[];
  /** The same in about so many characters, with how to get the rest. Default: it goes to a file, and both ends are shown. */
  readonly shorter?: (maxChars: number) => ToolOutput | Promise<ToolOutput>;
  /** True for a result the model must treat as an error though the tool ran, e.g. a command with exit code 1. */
  readonly isError?: boolean;
}

/** Sets of rules in the rule grammar, each of which would allow a call from now on, narrowest first. */
export type RuleChoices = readonly (readonly string[])[];

/** What the rules in force say, for suggesting further ones. */
export interface RulesInForce {
  readonly isAllowed: (access: Access) => boolean;
  /** Whether the call would run without a question if these held as well. */
  readonly lets: (rules: readonly string[]) => boolean;
}

interface ToolSpecification<Input extends z.ZodType> {
  name: string;
  description: string;
  input: Input;
  /** What the model is told of the input. Default: the schema of `input`. */
  schema?: Readonly<Record<string, unknown>>;
  /** One line for people. Default: the name. */
  title?: (input: z.output<Input>, place: Place) => string;
  /** Everything the call will touch; paths absolute. Default: `unknown`, which always asks and never runs in parallel. */
  accesses?: (input: z.output<Input>, place: Place) => readonly Access[];
  /** True only where it is proved that the call changes nothing, so that it may run beside its neighbours. It allows nothing. Default: by its accesses. */
  isReadOnly?: (input: z.output<Input>, place: Place) => boolean;
  /** What exactly will happen, for the approval card. May read (scoped), must not change anything. Default: the input as JSON. */
  preview?: (input: z.output<Input>, context: PreviewContext) => Promise<Detail>;
  /** Takes the place of `preview` in a tool that changes one text file; its `run` must write `context.accepted` when there is one. */
  propose?: (input: z.output<Input>, context: PreviewContext) => Promise<Required<Preview>>;
  /** Default: none, so only "once" is offered. */
  suggest?: (input: z.output<Input>, place: Place, rules: RulesInForce) => RuleChoices | Promise<RuleChoices>;
  /** Default 120,000. Time spent waiting for a person does not count. 0 means none. */
  timeoutMs?: number | ((input: z.output<Input>) => number);
  /** A longer text is shown in part, and all of it goes to a file that the model can read on. Default 20,000 (7,000 tokens). */
  maxOutputChars?: number;
  /** How much of both ends of such a text is shown, in characters. Default 6,000 and 2,000. */
  previewEnds?: Ends;
  /**
   * What the result is made of. `own words`: ours, or the user's. `file text`: lines an edit may name, so characters that
   * cannot be seen are shown. Default: text from elsewhere, which is marked as such.
   */
  brings?: Brings;
  /** True for a tool that is seldom needed: models that can load it later are only told its name. */
  isDeferred?: boolean;
  /** True when an interrupted call may be run again under the same id (it only resumes other agents). */
  isResumable?: boolean;
  run(input: z.output<Input>, context: ToolContext): Promise<string | ToolOutput>;
}

export type Brings = "own words" | "file text" | "foreign text";

/** A call whose input has been validated. The input type is closed over, so registries stay free of casts. */
export interface PreparedCall {
  readonly brings: Brings;
  readonly title: string;
  readonly accesses: readonly Access[];
  /** Proved, though its accesses do not say so; see `ToolSpecification`. */
  isReadOnly?(): boolean;
  readonly timeoutMs: number;
  readonly maxOutputChars: number;
  readonly previewEnds: Ends;
  /** Asked for only when somebody is. */
  suggest(rules: RulesInForce): Promise<RuleChoices>;
  preview(context: PreviewContext): Promise<Preview>;
  run(context: ToolContext): Promise<ToolOutput>;
}

export interface Tool {
  readonly spec: ToolSpec;
  readonly isResumable: boolean;
  /** Default: it is offered with its definition from the beginning. */
  readonly isDeferred?: boolean;
  /** Throws AgentError `invalid_input`, worded so that the model can call right the next time. */
  prepare(raw: unknown, place: Place): PreparedCall;
}

/** The tool that loads those that are deferred. */
export const TOOL_SEARCH = "ToolSearch";

type Schemas = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The bundler works out the schemas of the built-in tools beforehand, as JSON by name; elsewhere it is not there. */
declare const PLUMB_TOOL_SCHEMAS: string | undefined;
const BUILTIN_SCHEMAS: Schemas = typeof PLUMB_TOOL_SCHEMAS === "string" ? JSON.parse(PLUMB_TOOL_SCHEMAS) : {};

/** Whatever a tool forgets to say is assumed to be the worst: unknown access, always ask, never in parallel. */
export function defineTool<Input extends z.ZodType>(tool: ToolSpecification<Input>): Tool {
  return {
    spec: {
      name: tool.name,
      description: tool.description,
      input_schema: tool.schema ?? BUILTIN_SCHEMAS[tool.name] ?? jsonSchema(tool.input),
    },
    isResumable: tool.isResumable ?? false,
    ...(tool.isDeferred && { isDeferred: true }),
    prepare(raw, place) {
      const parsed = tool.input.safeParse(raw);
      if (!parsed.success) throw invalidInput(tool.name, raw, parsed.error);
      const input = parsed.data;
      return {
        brings: tool.brings ?? "foreign text",
        title: tool.title?.(input, place) ?? tool.name,
        accesses: tool.accesses?.(input, place) ?? [{ kind: "unknown", target: tool.name }],
        isReadOnly: () => tool.isReadOnly?.(input, place) ?? false,
        timeoutMs: (typeof tool.timeoutMs === "function" ? tool.timeoutMs(input) : tool.timeoutMs) ?? 120_000,
        maxOutputChars: tool.maxOutputChars ?? 20_000,
        previewEnds: tool.previewEnds ?? { head: 6_000, tail: 2_000 },
        suggest: async (rules) => (await tool.suggest?.(input, place, rules)) ?? [],
        async preview(context) {
          if (tool.propose) return tool.propose(input, context);
          const detail = await tool.preview?.(input, context);
          return { detail: detail ?? { kind: "input", json: JSON.stringify(input, null, 2) } };
        },
        async run(context) {
          const output = await tool.run(input, context);
          return typeof output === "string" ? { content: output } : output;
        },
      };
    },
  };
}

/** What every call is checked for anyway, and no model has to be told. */
const IMPLIED: Readonly<Record<string, readonly unknown[]>> = {
  additionalProperties: [false],
  exclusiveMinimum: [0],
  minimum: [0],
  maximum: [Number.MAX_SAFE_INTEGER],
};

/** Draft 2020-12 without the keys that only cost tokens. "input", because "output" would make defaulted fields required. */
function jsonSchema(input: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(input, { io: "input" });
  return JSON.parse(
    JSON.stringify(schema, (key, value) => (IMPLIED[key]?.includes(value) ? undefined : value)),
  );
}

function invalidInput(name: string, raw: unknown, error: z.ZodError): AgentError {
  if (typeof raw === "string") {
    return new AgentError(
      "invalid_input",
      `The arguments of ${name} did not arrive as complete JSON, so nothing was run. Send the call again, in smaller parts if it was long.`,
    );
  }
  return new AgentError("invalid_input", `${name}: ${z.prettifyError(error)}`);
}

export const outputBlocks = (content: ToolOutput["content"]): Block[] =>
  typeof content === "string" ? [text(content === "" ? "(no output)" : content)] : [...content];
