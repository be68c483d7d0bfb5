import { randomUUID } from "node:crypto";
import * as z from "zod";
import type { App } from "../app/app.ts";
import { isModeName, MODE_NAMES } from "../app/mode-names.ts";
import { type AgentEvent, type EventOf, MAIN } from "../core/event.ts";
import { canonicalJson } from "../core/hash.ts";
import type { Mode } from "../core/mode.ts";
import type { Frame } from "../protocol/stream-json/frame.ts";
import {
  type ControlResponse,
  fromWireRule,
  PermissionReply,
  type PermissionUpdate,
  toWireUpdate,
} from "../protocol/stream-json/input.ts";
import type { JsonOutput } from "./json-output.ts";

type Asked = EventOf<"permission.asked"> | EventOf<"question.asked">;
interface Pending {
  readonly asked: Asked;
  /** The input as it was shown: an answer that repeats it changes nothing. */
  readonly input: unknown;
  readonly frame: Frame;
}

/**
 * The program at the other end as the person who is asked: what asks goes to it as `can_use_tool`, and its answer is worth what
 * a card's is, and bound to the same hash. Without an answer nothing is allowed.
 */
export class StreamCaller {
  readonly #app: App;
  readonly #output: JsonOutput;
  readonly #mayBypass: boolean;
  readonly #pending = new Map<string, Pending>();
  readonly #onChange: () => void;
  /** Calls whose denial ends the turn. */
  readonly #stopsAfter = new Set<string>();

  constructor(
    app: App,
    output: JsonOutput,
    options: { readonly isThere: () => boolean; readonly mayBypass: boolean; readonly onChange: () => void },
  ) {
    this.#app = app;
    this.#output = output;
    this.#mayBypass = options.mayBypass;
    this.#onChange = options.onChange;
    app.session.subscribe((event) => {
      if ("durable" in event && options.isThere()) this.#hear(event.durable);
    });
  }

  /** What waits for an answer, for a program that comes back to it. */
  get pending(): readonly Frame[] {
    return [...this.#pending.values()].map(({ frame }) => frame);
  }

  #hear(event: AgentEvent): void {
    switch (event.type) {
      case "permission.asked":
        // With an input it has been answered already: the caller changed the call.
        if (!("input" in event) || event.input === undefined) this.#ask(event);
        return;
      case "question.asked":
        // About money nobody is asked whose limit was given with a flag.
        if (event.title === undefined) this.#ask(event);
        else queueMicrotask(() => this.#app.declineQuestions(event.callId));
        return;
      case "permission.decided":
        // Not before it is in the log: what was denied would only have been stopped.
        if (this.#stopsAfter.delete(event.callId)) this.#app.stop();
        return this.#settle(event.callId);
      case "question.answered":
      case "tool.finished":
        if (this.#stopsAfter.delete(event.callId)) this.#app.stop();
        return this.#settle(event.callId);
      default:
        return;
    }
  }

  #ask(asked: Asked): void {
    const call = this.#output.stream.call(asked.callId);
    const input = call?.input ?? {};
    const request_id = randomUUID();
    const request = {
      subtype: "can_use_tool",
      tool_name: call?.name ?? (asked.type === "permission.asked" ? asked.name : "AskUserQuestion"),
      input,
      tool_use_id: asked.callId,
      ...(asked.agentId !== MAIN && { agent_id: asked.agentId }),
      ...(asked.type === "permission.asked" ? factsOf(asked) : { requires_user_interaction: true }),
    };
    const frame: Frame = { type: "control_request", request_id, request };
    this.#pending.set(request_id, { asked, input, frame });
    this.#output.write(frame);
    this.#onChange();
  }

  /** What is no longer asked is taken back, unless it was the answer that ended it. */
  #settle(callId: string): void {
    for (const [request_id, { asked }] of this.#pending) {
      if (asked.callId !== callId) continue;
      this.#pending.delete(request_id);
      this.#output.write({ type: "control_cancel_request", request_id });
      this.#onChange();
    }
  }

  /** An answer to something that is not asked, or no longer, does nothing. */
  answer({ response }: ControlResponse): void {
    const pending = this.#pending.get(response.request_id);
    if (!pending) return;
    this.#pending.delete(response.request_id);
    this.#onChange();
    const parsed = PermissionReply.safeParse(response.subtype === "success" ? response.response : undefined);
    const reply = parsed.success ? parsed.data : NO_ANSWER;
    const { asked, input } = pending;
    if (reply.behavior === "deny" && reply.interrupt === true) this.#stopsAfter.add(asked.callId);
    if (asked.type === "question.asked") this.#answerQuestions(asked, reply);
    else if (reply.behavior === "allow") this.#allow(asked, reply, input);
    else this.#deny(asked, reply.message);
  }

  #deny({ callId, hash }: EventOf<"permission.asked">, message: string): void {
    const feedback = message === "" ? {} : { feedback: message };
    this.#app.answerPermission({ callId, hash, verdict: "deny", scope: "once", ...feedback });
  }

  #allow(
    { callId, hash, detail }: EventOf<"permission.asked">,
    { updatedInput, updatedPermissions }: Extract<PermissionReply, { behavior: "allow" }>,
    shown: unknown,
  ): void {
    const updates = updatedPermissions ?? [];
    const rules = rulesIn(updates);
    const mode = this.#modeIn(updates);
    const isChanged = updatedInput != null && canonicalJson(updatedInput) !== canonicalJson(shown);
    this.#app.answerPermission({
      ...{ callId, hash, verdict: "allow", scope: rules.length > 0 ? "session" : "once" },
      ...(rules.length > 0 && { rules }),
      ...(isChanged && { input: updatedInput }),
      ...((mode === "acceptEdits" || mode === "auto") && { mode }),
    });
    if (mode && detail.kind !== "plan") this.#app.setMode(mode);
    for (const update of updates)
      if (!isUnderstood(update)) this.warn(`The permission update ${update.type} is not there yet.`);
  }

  #modeIn(updates: readonly PermissionUpdate[]): Mode | undefined {
    const name = updates.findLast(({ type }) => type === "setMode")?.mode;
    const mode = name !== undefined && isModeName(name) ? MODE_NAMES[name] : undefined;
    return mode === "bypass" && !this.#mayBypass ? undefined : mode;
  }

  #answerQuestions({ callId, questions }: EventOf<"question.asked">, reply: PermissionReply): void {
    if (reply.behavior === "deny") {
      this.#app.declineQuestions(callId, reply.message);
      return;
    }
    const { success, data } = Answers.safeParse(reply.updatedInput?.["answers"]);
    const answers = questions.map(
      ({ question }) => (success && Object.hasOwn(data, question) ? data[question] : undefined) ?? "",
    );
    // A yes without a word is no answer.
    if (answers.every((answer) => answer === "")) this.#app.declineQuestions(callId, "");
    else this.#app.answerQuestions(callId, answers);
  }

  /** Tells the program at the other end something that it may want to show. */
  warn(content: string): void {
    const body = { subtype: "informational", content, level: "warning" };
    this.#output.write(this.#output.stream.frame("system", body));
  }
}

const NO_ANSWER: PermissionReply = { behavior: "deny", message: "The answer could not be understood." };
const Answers = z.record(
  z.string(),
  z.union([z.string(), z.array(z.string()).transform((all) => all.join(", "))]),
);

const rulesIn = (updates: readonly PermissionUpdate[]): string[] =>
  updates
    .filter(({ type, behavior }) => type === "addRules" && behavior === "allow")
    .flatMap(({ rules = [] }) => rules.map(fromWireRule));

const isUnderstood = ({ type, behavior }: PermissionUpdate): boolean =>
  type === "setMode" || (type === "addRules" && behavior === "allow");

/** What a card shows besides the input. */
const factsOf = ({ title, because, access, suggestions, wider = [] }: EventOf<"permission.asked">) => ({
  title,
  decision_reason: because,
  decision_reason_type: "other",
  permission_suggestions: [suggestions, ...wider].filter((rules) => rules.length > 0).map(toWireUpdate),
  ...((access.kind === "read" || access.kind === "write") && { blocked_path: access.target }),
});
