import * as z from "zod";
import { Block } from "../../core/message.ts";

/** A message of the user. `priority`: `later` waits for the end of the turn, everything else is read at its next step. */
export const UserLine = z.object({
  type: z.literal("user"),
  message: z.object({ role: z.literal("user"), content: z.union([z.string(), z.array(Block)]) }),
  uuid: z.string().optional(),
  priority: z.enum(["now", "next", "later"]).optional().catch(undefined),
});
export type UserLine = z.infer<typeof UserLine>;

export const ControlRequest = z.object({
  type: z.literal("control_request"),
  request_id: z.string(),
  request: z.looseObject({ subtype: z.string() }),
});
export type ControlRequest = z.infer<typeof ControlRequest>;

export const ControlResponse = z.object({
  type: z.literal("control_response"),
  response: z.discriminatedUnion("subtype", [
    z.object({ subtype: z.literal("success"), request_id: z.string(), response: z.unknown() }),
    z.object({ subtype: z.literal("error"), request_id: z.string(), error: z.string().catch("") }),
  ]),
});
export type ControlResponse = z.infer<typeof ControlResponse>;

/** What Plumb takes; lines of any other type are for others, or of the future, and are passed over. */
const InputLine = z.discriminatedUnion("type", [UserLine, ControlRequest, ControlResponse]);
export type InputLine = z.infer<typeof InputLine>;
const KNOWN = new Set(["user", "control_request", "control_response"]);

/** Undefined for a line that says nothing to us. Throws when it is no JSON object, or not what its type promises. */
export function parseLine(line: string): InputLine | undefined {
  const { type } = z.looseObject({ type: z.string() }).parse(JSON.parse(line));
  return KNOWN.has(type) ? InputLine.parse(JSON.parse(line)) : undefined;
}

const Rule = z.object({ toolName: z.string(), ruleContent: z.string().optional() });
const PermissionUpdate = z.looseObject({
  type: z.string(),
  behavior: z.string().optional(),
  rules: z.array(Rule).optional(),
  mode: z.string().optional(),
});
export type PermissionUpdate = z.infer<typeof PermissionUpdate>;

/** The answer to `can_use_tool`. Anything else is no answer, and no answer is a no. */
export const PermissionReply = z.discriminatedUnion("behavior", [
  z.object({
    behavior: z.literal("allow"),
    updatedInput: z.record(z.string(), z.unknown()).nullish(),
    updatedPermissions: z.array(PermissionUpdate).nullish(),
  }),
  z.object({
    behavior: z.literal("deny"),
    message: z.string().catch(""),
    interrupt: z.boolean().optional().catch(undefined),
  }),
]);
export type PermissionReply = z.infer<typeof PermissionReply>;

/** `Bash(npm test *)` as the stream spells it, and back. */
export function toWireRule(rule: string): z.infer<typeof Rule> {
  const open = rule.indexOf("(");
  if (open < 0 || !rule.endsWith(")")) return { toolName: rule };
  return { toolName: rule.slice(0, open), ruleContent: rule.slice(open + 1, -1) };
}
export const fromWireRule = ({ toolName, ruleContent }: z.infer<typeof Rule>): string =>
  ruleContent === undefined ? toolName : `${toolName}(${ruleContent})`;

export const toWireUpdate = (rules: readonly string[]) => ({
  type: "addRules",
  rules: rules.map(toWireRule),
  behavior: "allow",
  destination: "session",
});
