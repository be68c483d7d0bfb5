import { type AgentEvent, MAIN } from "../../../src/core/event.ts";
import { makeVisible } from "../../../src/core/visible.ts";
import { t, tn } from "../l10n.ts";

export type Announcement = { readonly urgency: "polite" | "assertive"; readonly text: string };

/** What a screen reader says when this happens; most events say nothing. */
export function announcementFor(event: AgentEvent): Announcement | undefined {
  switch (event.type) {
    case "permission.asked":
      return {
        urgency: "assertive",
        text: t(
          "Plumb asks for permission: {what}. {risk}Reason: {why}. Press Alt+Up Arrow to go to the question.",
          {
            risk: riskOf(event),
            what: makeVisible(commandOf(event) ?? event.title, "exact"),
            why: makeVisible(event.because, "exact"),
          },
        ),
      };
    case "permission.decided":
      return event.later === undefined
        ? undefined
        : { urgency: "polite", text: t("Question {n} is put off until you are back.", { n: event.later }) };
    case "question.asked":
      return {
        urgency: "assertive",
        text: t("Plumb asks: {question} Press Alt+Up Arrow to answer.", {
          question: event.questions[0]?.question ?? "",
        }),
      };
    case "edit":
      return event.agentId === MAIN
        ? {
            urgency: "polite",
            text: t("Edited {path}: {added} lines added, {removed} removed.", {
              path: event.path,
              added: event.added,
              removed: event.removed,
            }),
          }
        : undefined;
    case "reviewed":
      return {
        urgency: "polite",
        text:
          event.verdict === "kept"
            ? tn(event.editIds.length, "One change kept.", "{n} changes kept.")
            : tn(event.editIds.length, "One change undone.", "{n} changes undone."),
      };
    case "hunks.reviewed":
      return {
        urgency: "polite",
        text:
          event.verdict === "kept"
            ? tn(event.count, "One hunk kept.", "{n} hunks kept.")
            : tn(event.count, "One hunk undone.", "{n} hunks undone."),
      };
    case "finished":
      return event.agentId === MAIN ? { urgency: "polite", text: endingOf(event) } : undefined;
    default:
      return undefined;
  }
}

function riskOf({ detail }: Extract<AgentEvent, { type: "permission.asked" }>): string {
  if (detail.kind !== "command" || !detail.risk || detail.risk.level === "low") return "";
  return detail.risk.level === "high" ? `${t("High risk.")} ` : `${t("Some risk.")} `;
}

/** What was kept of an answer, word by word. */
export function rememberedWords({ scope, allow }: Extract<AgentEvent, { type: "rules" }>): string {
  const rules = makeVisible(allow.join(", "), "exact");
  return scope === "workspace"
    ? t("Allowed from now on in this workspace: {rules}", { rules })
    : t("Allowed for this session: {rules}", { rules });
}

const commandOf = (event: Extract<AgentEvent, { type: "permission.asked" }>): string | undefined =>
  event.detail.kind === "command" ? t("run {command}", { command: event.detail.command }) : undefined;

function endingOf(event: Extract<AgentEvent, { type: "finished" }>): string {
  switch (event.outcome) {
    case "done":
      return t("Plumb has finished.");
    case "cancelled":
      return t("Stopped.");
    case "step_limit":
      return t("Plumb paused at its step limit.");
    case "failed":
      return event.error ? `${event.error.message} ${event.error.hint}` : t("Something went wrong.");
    default:
      return event.outcome satisfies never;
  }
}
