import * as z from "zod";

const Block = z.looseObject({ type: z.string() });
const Content = z.union([z.string(), z.array(Block)]);
export const TourRequest = z.looseObject({
  model: z.string(),
  system: z.union([z.string(), z.array(z.looseObject({ text: z.string() }))]).optional(),
  tools: z.array(z.looseObject({ name: z.string() })).optional(),
  messages: z.array(z.looseObject({ role: z.string(), content: Content })),
});
type TourRequest = z.infer<typeof TourRequest>;
type Block = z.infer<typeof Block>;

/** What came of one tool call. */
export interface CallResult {
  readonly text: string;
  readonly isError: boolean;
}

/** What the script must know of a conversation; read from the request alone, so that any chat can be resumed. */
export interface TourState {
  /** Absolute path of the folder the agent works in; undefined when the request does not say. */
  readonly cwd: string | undefined;
  readonly tools: ReadonlySet<string>;
  /** What the user typed last, without what was attached. */
  readonly prompt: string;
  /** The code attached to it, when there is any. */
  readonly selection: { readonly path: string; readonly lines: string; readonly text: string } | undefined;
  /** Prompts before this one that got their whole answer. */
  readonly answered: number;
  /** Whether a question was asked before this prompt. */
  readonly hasAsked: boolean;
  /** Results of the replies since the prompt, one list per reply. */
  readonly rounds: readonly (readonly CallResult[])[];
  /** What the user typed while the script was at work. */
  readonly steering: string;
}

export function readState(request: TourRequest): TourState {
  const turns = request.messages.map(({ role, content }) => ({
    role,
    blocks: typeof content === "string" ? [{ type: "text", text: content }] : content,
  }));
  const promptAt = turns.findLastIndex(({ role, blocks }) => role === "user" && isPrompt(blocks));
  const prompt = turns[promptAt]?.blocks ?? [];
  const before = turns.slice(0, Math.max(0, promptAt));
  const since = turns.slice(promptAt + 1);
  return {
    cwd: /^Working directory: (.+)$/m.exec(systemText(request))?.[1]?.trim(),
    tools: new Set(request.tools?.map(({ name }) => name)),
    prompt: typed(prompt),
    selection: selectionOf(prompt),
    answered: before.filter(isAnswer).length,
    hasAsked: before.some(({ blocks }) => blocks.some((block) => block["name"] === "AskUserQuestion")),
    rounds: since
      .filter(({ role }) => role === "user")
      .map(({ blocks }) => blocks.filter(isResult).map(toResult)),
    steering: typed(since.findLast(({ role }) => role === "user")?.blocks ?? []),
  };
}

const systemText = ({ system }: TourRequest): string =>
  typeof system === "string" ? system : (system ?? []).map(({ text }) => text).join("\n");

const isResult = (block: Block): boolean => block.type === "tool_result";
const isAnswer = ({ role, blocks }: { role: string; blocks: readonly Block[] }): boolean =>
  role === "assistant" && !blocks.some(({ type }) => type === "tool_use");

/** A message without results begins something new; so does one whose results say that the user had stopped. */
function isPrompt(blocks: readonly Block[]): boolean {
  const results = blocks.filter(isResult).map(toResult);
  if (results.length === 0) return typed(blocks) !== "" || selectionOf(blocks) !== undefined;
  return (
    typed(blocks) !== "" &&
    results.some(({ text, isError }) => isError && /interrupt|stopped|cancel/i.test(text))
  );
}

function toResult(block: Block): CallResult {
  const inner = Content.safeParse(block["content"]);
  const content = inner.success ? inner.data : "";
  return {
    text: typeof content === "string" ? content : content.map(textOf).join("\n"),
    isError: block["is_error"] === true,
  };
}

const textOf = (block: Block): string => (typeof block["text"] === "string" ? block["text"] : "");

/** Blocks that begin like a tag were put there by a machine. */
const typed = (blocks: readonly Block[]): string =>
  blocks
    .filter(({ type }) => type === "text")
    .map(textOf)
    .filter((text) => !/^<[a-z]+-[a-z]+/.test(text))
    .join("\n")
    .trim();

function selectionOf(blocks: readonly Block[]): TourState["selection"] {
  for (const block of blocks) {
    const [, head = "", text = ""] =
      /^<plumb-context ([^>]*kind="selection"[^>]*)>\n([\s\S]*)\n</.exec(textOf(block)) ?? [];
    if (head === "") continue;
    const attribute = (name: string): string => new RegExp(`${name}="([^"]*)"`).exec(head)?.[1] ?? "";
    return { path: attribute("path"), lines: attribute("lines"), text };
  }
  return undefined;
}
