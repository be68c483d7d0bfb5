import { type Access, decide } from "./access.ts";
import { untilAborted } from "./async.ts";
import type { Detail } from "./detail.ts";
import { canonicalJson, sha256 } from "./hash.ts";
import type { ToolUseBlock } from "./message.ts";
import { offeredRules, type RulesCheck, rulesGiven } from "./offered-rules.ts";
import type { Patience } from "./patience.ts";
import type { CallScope } from "./tool-calls.ts";

/** Something that turns out only while a call runs, and that it was not allowed yet. */
export interface LateQuestion {
  readonly access: Access;
  readonly title: string;
  readonly because: string;
  readonly detail: Detail;
  /** Rules that would allow it from now on; empty when it is only ever allowed once. */
  readonly suggestions: readonly string[];
}

/**
 * Asks about what a running call wants besides, at the call's own card and one question after the other. True only when a
 * person said so: where nobody is there it is a no. What they take for it does not count against the call.
 */
export function lateQuestions(
  call: Pick<ToolUseBlock, "id" | "name">,
  { agent, env, signal }: CallScope,
  patience: Patience,
): (question: LateQuestion) => Promise<boolean> {
  const { session } = env;
  const ask = async ({ access, title, because, detail, suggestions }: LateQuestion): Promise<boolean> => {
    const accesses = [access];
    const offered = await offeredRules({ accesses, suggest: async () => [suggestions] }, agent, env);
    const hash = await sha256(canonicalJson({ callId: call.id, access, because, detail }));
    const asked = { callId: call.id, title, because, hash };
    session.append(agent.id, {
      ...{ type: "permission.asked", ...asked, name: call.name, access, detail },
      suggestions: [...(offered[0] ?? [])],
    });
    const checkRules = async (rules: readonly string[]): Promise<RulesCheck> =>
      (await env.cardRules?.check(accesses, rules, offered)) ?? {
        rules: [],
        problem: "No rule can be given.",
      };
    const answer = await patience.during(() =>
      untilAborted(env.person.permission({ ...asked, agentId: agent.id, checkRules }, signal), signal),
    );
    // The call runs already: whatever another input is a yes to, it is not this.
    const isAllowed = answer?.verdict === "allow" && answer.input === undefined;
    const rules = isAllowed ? await rulesGiven(answer, offered, accesses, env) : [];
    const scope = !isAllowed || rules.length === 0 ? "once" : answer.scope;
    session.append(agent.id, {
      type: "permission.decided",
      ...{ callId: call.id, verdict: isAllowed ? "allow" : "deny", hash, scope },
      ...(answer
        ? { by: "user", because: "the user decided" }
        : { by: "nobody", because: "nobody is there to be asked" }),
      ...(answer?.feedback !== undefined && { feedback: answer.feedback }),
    });
    if (scope !== "once") await env.remember(scope, rules);
    return isAllowed;
  };
  let last: Promise<unknown> = Promise.resolve();
  return (question) => {
    const answered = last.then(() => {
      // The answer to the one before may have been a rule.
      const { verdict } = decide([question.access], agent.policy);
      return question.suggestions.length > 0 && verdict !== "ask" ? verdict === "allow" : ask(question);
    });
    last = answered.catch(() => undefined);
    return answered;
  };
}
