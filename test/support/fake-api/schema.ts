import * as z from "zod";
import { refuseRequest } from "./api-error.ts";

const CacheControl = z.strictObject({ type: z.literal("ephemeral"), ttl: z.enum(["5m", "1h"]).optional() });
const Marked = { cache_control: CacheControl.nullable().optional() };
const Id = z.string().regex(/^[a-zA-Z0-9_-]+$/, "String should match pattern '^[a-zA-Z0-9_-]+$'");

const Text = z.strictObject({
  type: z.literal("text"),
  text: z.string(),
  citations: z.array(z.unknown()).nullable().optional(),
  ...Marked,
});
const Image = z.strictObject({
  type: z.literal("image"),
  source: z.discriminatedUnion("type", [
    z.strictObject({
      type: z.literal("base64"),
      media_type: z.enum(["image/jpeg", "image/png", "image/gif", "image/webp"]),
      data: z.string(),
    }),
    z.strictObject({ type: z.literal("url"), url: z.string() }),
  ]),
  ...Marked,
});
const Document = z.strictObject({
  type: z.literal("document"),
  source: z.unknown(),
  title: z.string().nullable().optional(),
  context: z.string().nullable().optional(),
  citations: z.unknown().optional(),
  ...Marked,
});
const ToolUse = z.strictObject({
  type: z.literal("tool_use"),
  id: Id,
  name: z.string(),
  input: z.record(z.string(), z.unknown()),
  caller: z.unknown().optional(),
  ...Marked,
});
const ToolReference = z.strictObject({ type: z.literal("tool_reference"), tool_name: z.string() });
const ToolResult = z.strictObject({
  type: z.literal("tool_result"),
  tool_use_id: Id,
  content: z.union([z.string(), z.array(z.union([Text, Image, Document, ToolReference]))]).optional(),
  is_error: z.boolean().optional(),
  ...Marked,
});
const Thinking = z.strictObject({ type: z.literal("thinking"), thinking: z.string(), signature: z.string() });
const Compaction = z.strictObject({
  type: z.literal("compaction"),
  content: z.string(),
  signature: z.string(),
  encrypted_content: z.string().nullable().optional(),
  tool_changes: z.unknown().optional(),
  ...Marked,
});
const Redacted = z.strictObject({ type: z.literal("redacted_thinking"), data: z.string() });

const BLOCKS: Readonly<Record<"user" | "assistant" | "system", Readonly<Record<string, z.ZodType>>>> = {
  user: { text: Text, image: Image, document: Document, tool_result: ToolResult },
  assistant: { text: Text, tool_use: ToolUse, thinking: Thinking, redacted_thinking: Redacted },
  system: { text: Text },
};

const ToolDefinition = z.strictObject({
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/, "String should match pattern '^[a-zA-Z0-9_-]{1,128}$'"),
  description: z.string().optional(),
  input_schema: z.looseObject({ type: z.literal("object", "Input should be 'object'") }),
  type: z.literal("custom").optional(),
  strict: z.boolean().optional(),
  eager_input_streaming: z.boolean().optional(),
  defer_loading: z.boolean().optional(),
  ...Marked,
});

const SAMPLING = {
  temperature: z.number().optional(),
  top_p: z.number().optional(),
  top_k: z.number().optional(),
};
const SHARED = {
  model: z.string(),
  messages: z.array(
    z.strictObject({
      role: z.enum(["user", "assistant", "system"]),
      content: z.union([z.string(), z.array(z.looseObject({ type: z.string() }))]),
    }),
  ),
  system: z.union([z.string(), z.array(Text)]).optional(),
  tools: z.array(ToolDefinition).optional(),
  tool_choice: z
    .strictObject({
      type: z.enum(["auto", "any", "tool", "none"]),
      name: z.string().optional(),
      disable_parallel_tool_use: z.boolean().optional(),
    })
    .optional(),
  thinking: z
    .discriminatedUnion("type", [
      z.strictObject({
        type: z.literal("adaptive"),
        display: z.enum(["summarized", "omitted"]).optional(),
      }),
      z.strictObject({
        type: z.literal("enabled"),
        budget_tokens: z.number(),
        display: z.enum(["summarized", "omitted"]).optional(),
      }),
      z.strictObject({ type: z.literal("disabled") }),
      z.strictObject({ type: z.literal("between_tools") }),
    ])
    .optional(),
  output_config: z.strictObject({ effort: z.string().optional(), format: z.unknown().optional() }).optional(),
  ...Marked,
};
const CREATE = {
  ...SHARED,
  compaction: z
    .strictObject({ type: z.literal("summarize"), instructions: z.string().max(16_384).optional() })
    .optional(),
  max_tokens: z.int().nonnegative(),
  diagnostics: z.strictObject({ previous_message_id: z.string().nullable() }).optional(),
  stop_sequences: z.array(z.string()).optional(),
  stream: z.boolean().optional(),
  metadata: z.strictObject({ user_id: z.string().nullable().optional() }).optional(),
  service_tier: z.enum(["auto", "standard_only"]).optional(),
  speed: z.enum(["standard", "fast"]).nullable().optional(),
  inference_geo: z.string().nullable().optional(),
};

const Create = z.strictObject(CREATE);
const OldCreate = z.strictObject({ ...CREATE, ...SAMPLING });
const Count = z.strictObject(SHARED);
export type RequestBody = z.infer<typeof Create>;
export type CountBody = z.infer<typeof Count>;
export type WireMessage = RequestBody["messages"][number];
export type WireBlock = { readonly type: string } & Readonly<Record<string, unknown>>;

export const blocksOf = (message: WireMessage): readonly WireBlock[] =>
  typeof message.content === "string" ? [{ type: "text", text: message.content }] : message.content;

/** Throws the API's own words for the first field that is missing, unknown or of the wrong kind. */
export function parseCreate(
  raw: unknown,
  version: string,
  accepted: ReadonlySet<string>,
  betas: ReadonlySet<string> = new Set(),
): RequestBody {
  if (version === "2026-10-21") conform(Create, raw);
  else conform(OldCreate, raw);
  if (raw.compaction && !betas.has(COMPACT_BETA)) refuseRequest("compaction: Extra inputs are not permitted");
  checkBlocks(raw, accepted, betas);
  return raw;
}
export function parseCount(
  raw: unknown,
  accepted: ReadonlySet<string>,
  betas: ReadonlySet<string> = new Set(),
): CountBody {
  conform(Count, raw);
  checkBlocks(raw, accepted, betas);
  return raw;
}

/** Lets `compaction` through, in a request and as a block. */
export const COMPACT_BETA = "compact-2026-09-04";

function checkBlocks(body: CountBody, accepted: ReadonlySet<string>, betas: ReadonlySet<string>): void {
  for (const [m, { role, content }] of body.messages.entries()) {
    if (typeof content === "string") continue;
    for (const [b, block] of content.entries()) {
      const isSummary = block.type === "compaction" && role === "assistant" && betas.has(COMPACT_BETA);
      const schema = isSummary ? Compaction : BLOCKS[role][block.type];
      const path = ["messages", m, "content", b];
      if (schema) conform(schema, block, [...path, block.type]);
      else if (!(role === "assistant" && accepted.has(block.type))) {
        const tags = Object.keys(BLOCKS[role]).map((tag) => `'${tag}'`);
        refuseRequest(
          `${path.join(".")}: Input tag '${block.type}' found using 'type' does not match any of the expected tags: ${tags.join(", ")}`,
        );
      }
    }
  }
}

/** Checks only, and what was sent is used: a parsed copy would have its keys in another order. */
function conform<S extends z.ZodType>(
  schema: S,
  raw: unknown,
  base: readonly PropertyKey[] = [],
): asserts raw is z.output<S> {
  const parsed = schema.safeParse(raw);
  if (!parsed.success) refuseRequest(words(parsed.error.issues[0], base, raw));
}

function words(issue: z.core.$ZodIssue | undefined, base: readonly PropertyKey[], raw: unknown): string {
  if (!issue) return "Invalid request";
  const path = [...base, ...customTool(issue.path)];
  if (issue.code === "unrecognized_keys") {
    return `${[...path, issue.keys[0]].map(String).join(".")}: Extra inputs are not permitted`;
  }
  const isMissing = issue.code === "invalid_type" && valueAt(raw, issue.path) === undefined;
  return `${path.map(String).join(".")}: ${isMissing ? "Field required" : issue.message}`;
}

const customTool = (path: readonly PropertyKey[]): readonly PropertyKey[] =>
  path[0] === "tools" && path.length > 2 ? [...path.slice(0, 2), "custom", ...path.slice(2)] : path;

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined),
    raw,
  );
}
