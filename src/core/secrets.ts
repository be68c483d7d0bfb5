import type { Detail } from "./detail.ts";
import type { EventBody } from "./event.ts";
import type { LiveEvent } from "./live-event.ts";
import { type Block, isText } from "./message.ts";

/** Keeps secrets out of everything that is written down, shown, or sent to a model. */
export interface Secrets {
  /** Resolves once everything is there that it takes to recognise secrets; also when that failed. Never rejects. */
  ready(): Promise<void>;
  /** The text with a placeholder in place of each secret. Never throws: what cannot be looked through is left out. */
  hide(text: string): string;
  /**
   * What a model wrote for a file that holds `held`, with the real text where a placeholder or an escaped character
   * stands for it. Throws `invalid_input` for a placeholder whose secret is not in that very text, or not just one.
   */
  restore(text: string, held: string): string;
}

type Hide = Secrets["hide"];

/**
 * An event as it may be written down. What a model said stays as it is, byte for byte, or it could not be replayed; so
 * does what a person typed.
 */
export function withoutSecrets(body: EventBody, hide: Hide): EventBody {
  switch (body.type) {
    case "tool.finished":
      return {
        ...body,
        content: body.content.map((block) => hideIn(block, hide)),
        ...(body.detail && { detail: hideDetail(body.detail, hide) }),
        ...(body.problems && {
          problems: body.problems.map((problem) => ({
            ...problem,
            message: hide(problem.message),
            lineText: hide(problem.lineText),
          })),
        }),
      };
    case "permission.asked":
      return {
        ...body,
        title: hide(body.title),
        because: hide(body.because),
        access: hideTarget(body.access, hide),
        detail: hideDetail(body.detail, hide),
      };
    case "tool.started":
      return {
        ...body,
        title: hide(body.title),
        accesses: body.accesses.map((access) => hideTarget(access, hide)),
        ...(body.detail && { detail: hideDetail(body.detail, hide) }),
      };
    case "permission.decided":
      return { ...body, because: hide(body.because) };
    case "user":
      return body.origin === "task"
        ? { ...body, content: body.content.map((block) => hideIn(block, hide)) }
        : body;
    case "reminder":
    case "notice":
      return { ...body, text: hide(body.text) };
    case "finished":
      return body.error
        ? {
            ...body,
            error: { ...body.error, message: hide(body.error.message), hint: hide(body.error.hint) },
          }
        : body;
    default:
      return body;
  }
}

/** The same for what is only shown while it happens. */
export function withoutLiveSecrets(live: LiveEvent, hide: Hide): LiveEvent {
  if (live.type === "progress") return { ...live, text: hide(live.text) };
  return live.type === "retry" ? { ...live, reason: hide(live.reason) } : live;
}

const hideIn = (block: Block, hide: Hide): Block =>
  isText(block) ? { ...block, text: hide(block.text) } : block;

/** Paths stay what they are: a rule, an undo and a link depend on them. */
const hideTarget = <T extends { kind: string; target: string }>(access: T, hide: Hide): T =>
  access.kind === "execute" ? { ...access, target: hide(access.target) } : access;

/** These say what is approved, and where; all else that a detail has, now or in time, is text for people. */
const KEPT = new Set([
  "kind",
  "op",
  "level",
  "path",
  "from",
  "to",
  "beforeHash",
  "afterHash",
  "taskId",
  "status",
]);

function hideDetail(detail: Detail, hide: Hide): Detail {
  return JSON.parse(
    JSON.stringify(detail, (key, value: unknown) => {
      if (key === "lines" && Array.isArray(value)) return hideLines(value.map(String), hide);
      if (typeof value !== "string" || KEPT.has(key)) return value;
      return hide(key === "words" ? untilBlank(value) : value);
    }),
  );
}

/** Together, because a key is a secret of many lines. */
function hideLines(lines: readonly string[], hide: Hide): readonly string[] {
  const all = lines.join("\n");
  const hidden = hide(all);
  if (hidden === all) return lines;
  // The mark of what happened to a line is its first character, and a placeholder for several lines has none.
  return hidden
    .split("\n")
    .map((line, i) => (/^[ +-]/.test(line) ? line : `${lines[i]?.charAt(0) || " "}${line}`));
}

/** What was cut off may be half of a secret, which nobody would recognise. */
const untilBlank = (text: string): string => (text.endsWith("…") ? text.replace(/\S{12,}…$/, "…") : text);
