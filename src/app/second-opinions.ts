import * as z from "zod";
import type { Policy } from "../core/access.ts";
import { type AgentEvent, MAIN } from "../core/event.ts";
import { isText, plainText, text, type Usage } from "../core/message.ts";
import type { ModelProvider } from "../core/model.ts";
import type { Host } from "../core/ports.ts";
import type { Session } from "../core/session.ts";
import { CLASSIFIER_PROMPT, classifierQuestion } from "../prompts/classifier.ts";
import { isLeftOpen, type SecondOpinion } from "../safety/auto-mode.ts";
import { languageAt } from "../safety/powershell/late.ts";
import { canonicalCommand, shellRisk } from "../safety/shell/late.ts";

export interface OpinionParts {
  readonly session: Session;
  readonly provider: ModelProvider;
  readonly host: Pick<Host, "clock" | "platform">;
  readonly cwd: string;
  readonly home: string;
  readonly roots: readonly string[];
  /** Takes secrets out of a text. */
  readonly hide: (text: string) => string;
  /** The model to ask, as it is at the time. */
  readonly model: () => string;
  /** Milliseconds that all questions of one reply may take together. Default: 10,000. */
  readonly withinMs?: number;
}
interface Opinion {
  readonly isHarmless: boolean;
  readonly because: string;
}

const WITHIN_MS = 10_000;
/** After a failure nobody waits for another one so soon. */
const PAUSE_MS = 60_000;
/** More or longer commands than this in one reply are the user's to judge. */
const MAX_COMMANDS = 16;
const MAX_CHARS = 2_000;
const MAX_REASON_CHARS = 160;
const MAX_OUTPUT_TOKENS = 2_000;

const Answer = z.strictObject({ verdict: z.enum(["run", "ask"]), reason: z.string() });

/**
 * What a small model thinks of commands that the rules of Auto leave open. Every answer is an event, so it is remembered
 * as long as the conversation, by the parsed command. Without an answer, whatever the reason, there is no opinion.
 */
export class SecondOpinions implements SecondOpinion {
  readonly #parts: OpinionParts;
  readonly #known = new Map<string, Opinion>();
  /** Why there is no answer; forgotten with the next reply. */
  readonly #doubts = new Map<string, Opinion>();
  #readUpTo = -1;
  #pausedUntilMs = 0;

  constructor(parts: OpinionParts) {
    this.#parts = parts;
  }

  of(command: string): Opinion | undefined {
    const key = this.#keyOf(command);
    return key === undefined ? undefined : (this.#known.get(key) ?? this.#doubts.get(key));
  }

  /** Blanks and comments make no difference to bash; of another shell every character counts. */
  #keyOf(command: string): string | undefined {
    return languageAt(this.#parts) === "bash" ? canonicalCommand(command) : command;
  }

  /**
   * Asks about those that `policy` leaves open and of which nothing is known yet, all at once. Never rejects, and takes no
   * longer than it may.
   */
  async ask(commands: readonly string[], signal: AbortSignal, policy: Policy): Promise<void> {
    this.#doubts.clear();
    this.#readLog();
    const open = new Map<string, string>();
    for (const command of commands) {
      const key = command.length <= MAX_CHARS ? this.#keyOf(command) : undefined;
      if (key === undefined || open.size === MAX_COMMANDS || !isLeftOpen(command, this.#parts, policy))
        continue;
      // An opinion has to be about what runs, and secrets are not told to anybody.
      if (this.#parts.hide(command) === command) open.set(key, command);
      else this.#doubt([key], "the command holds what looks like a secret");
    }
    if (open.size === 0) return;
    const { clock } = this.#parts.host;
    if (clock.now() < this.#pausedUntilMs) return this.#doubt(open.keys(), "it did not answer a moment ago");
    const late = AbortSignal.timeout(this.#parts.withinMs ?? WITHIN_MS);
    const either = AbortSignal.any([signal, late]);
    await Promise.all(
      [...open].map(async ([key, command]) => {
        try {
          this.#known.set(key, await this.#askAbout(command, either));
        } catch (thrown) {
          if (signal.aborted) return;
          this.#pausedUntilMs = clock.now() + PAUSE_MS;
          this.#doubt([key], late.aborted ? "it took too long" : reasonOf(thrown));
        }
      }),
    );
  }

  #doubt(keys: Iterable<string>, why: string): void {
    for (const key of keys)
      this.#doubts.set(key, { isHarmless: false, because: `the classifier gave no answer: ${why}` });
  }

  /** Answers of this folder that are in the log, also from before a restart. */
  #readLog(): void {
    const { session, cwd } = this.#parts;
    const news = session.events.filter((event) => event.seq > this.#readUpTo);
    this.#readUpTo = session.lastSeq;
    for (const event of news) {
      if (event.type !== "classified" || event.cwd !== cwd) continue;
      const key = this.#keyOf(event.command);
      if (key !== undefined) this.#known.set(key, opinionOf(event));
    }
  }

  async #askAbout(command: string, signal: AbortSignal): Promise<Opinion> {
    const { session, cwd } = this.#parts;
    const model = this.#parts.model();
    const { verdict, reason, usage } = await this.#request(command, model, signal);
    const isHarmless = verdict === "run";
    const answer = { type: "classified", command, cwd, isHarmless, reason, model, usage } as const;
    session.append(MAIN, answer);
    return opinionOf(answer);
  }

  async #request(
    command: string,
    model: string,
    signal: AbortSignal,
  ): Promise<z.infer<typeof Answer> & { usage: Usage }> {
    const { provider, host, cwd, home, roots } = this.#parts;
    const question = classifierQuestion({
      ...{ command, cwd, roots },
      platform: host.platform,
      shell: languageAt(this.#parts),
      findings: shellRisk({ cmd: command, cwd, home, roots })
        .reasons.map((reason) => reason.text)
        .slice(0, 10),
      mark: crypto.randomUUID(),
    });
    const request = {
      model,
      system: [CLASSIFIER_PROMPT],
      tools: [],
      messages: [{ role: "user" as const, content: [text(question)] }],
      maxOutputTokens: MAX_OUTPUT_TOKENS,
      effort: "low",
    };
    for await (const chunk of provider.stream(request, signal)) {
      if (chunk.type !== "done") continue;
      if (chunk.stopReason !== "end_turn") throw new Error(`it ended with ${chunk.stopReason}`);
      return { ...parseAnswer(plainText(chunk.content.filter(isText))), usage: chunk.usage };
    }
    throw new Error("it said nothing");
  }
}

function parseAnswer(said: string): z.infer<typeof Answer> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(said);
  } catch {
    throw new Error("its answer could not be read");
  }
  const answer = Answer.safeParse(parsed);
  if (!answer.success) throw new Error("its answer could not be read");
  const reason = answer.data.reason
    .replaceAll(/[\p{C}\p{Z}]+/gu, " ")
    .trim()
    .slice(0, MAX_REASON_CHARS)
    .toWellFormed();
  return { ...answer.data, reason: reason || "no reason given" };
}

const opinionOf = ({
  isHarmless,
  reason,
}: Pick<Extract<AgentEvent, { type: "classified" }>, "isHarmless" | "reason">): Opinion => ({
  isHarmless,
  because: `${isHarmless ? "the classifier found it harmless" : "the classifier would rather ask"}: ${reason}`,
});

const reasonOf = (thrown: unknown): string =>
  (thrown instanceof Error ? thrown.message : String(thrown)).slice(0, MAX_REASON_CHARS);
