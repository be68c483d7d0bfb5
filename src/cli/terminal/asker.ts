import type { App } from "../../app/app.ts";
import type { CardAnswer } from "../../app/open-questions.ts";
import type { AgentEvent, EventOf } from "../../core/event.ts";
import type { LaterQuestion } from "../../core/later.ts";
import { type Asked, cardLines, isHighRisk, unseenOf } from "./card.ts";
import type { Page } from "./markdown.ts";
import { askQuestion, chosenIn } from "./question.ts";
import { offerRules, type RuleOffer } from "./rules-step.ts";
import type { Screen } from "./screen.ts";

type Question = EventOf<"question.asked">;
/** `later`: its number in the queue of what was put off. */
type Open = { readonly card: Asked; readonly later?: number } | { readonly question: Question };
type Step =
  | "read"
  | "choose"
  | "unseen"
  | "rules"
  | "reason"
  /** Questions are answered with a line. */
  | "answer"
  /** It has its answer, which is not in the log yet. */
  | "sent";

/** Whoever types does not look: so long (milliseconds) nothing must have been pressed before a key counts as an answer. */
const QUIET_MS = 500;
const isQuestion = (open: Open): open is { readonly question: Question } => "question" in open;
const callOf = (open: Open): string => (isQuestion(open) ? open.question.callId : open.card.callId);

/** What the agent asks, one after the other. A key answers exactly what is on the screen, whole, and what was being typed is kept. */
export class Asker {
  readonly #screen: Screen;
  readonly #app: App;
  readonly #page: () => Page;
  readonly #changed: () => void;
  #waiting: Open[] = [];
  #open: Open | undefined;
  #step: Step | undefined;
  #timer: NodeJS.Timeout | undefined;
  #draft = "";
  #unread: readonly string[] = [];
  #mode: CardAnswer["mode"];
  #offer: RuleOffer | undefined;
  #answers: string[] = [];

  constructor(parts: {
    readonly screen: Screen;
    readonly app: App;
    readonly page: () => Page;
    /** What is asked is another thing now, or nothing. */
    readonly changed: () => void;
  }) {
    this.#screen = parts.screen;
    this.#app = parts.app;
    this.#page = parts.page;
    this.#changed = parts.changed;
  }

  get isAsking(): boolean {
    return this.#open !== undefined;
  }

  /** What stands before the line while an answer is waited for. */
  get label(): string | undefined {
    const { card } = this;
    switch (this.#step) {
      case "read":
        return `${this.#unread.length} more lines. Space reads on, n no: `;
      case "choose":
        if (this.#later !== undefined) return "y yes, n no, r reason, s not now: ";
        return card?.detail.kind === "plan"
          ? "y yes, e accept edits, u auto, n no, r reason: "
          : `y once,${this.#rules.length > 0 ? " a always," : ""} n no, r reason: `;
      case "unseen":
        return `Not shown here: ${card && unseenOf(card)}. Allow it all the same? y, n: `;
      case "rules":
        return this.#offer?.label;
      case "reason":
        return "No, because: ";
      case "answer":
        return "Number or words (nothing: no answer): ";
      default:
        return undefined;
    }
  }

  private get card(): Asked | undefined {
    return this.#open && !isQuestion(this.#open) ? this.#open.card : undefined;
  }

  get #later(): number | undefined {
    return this.#open && !isQuestion(this.#open) ? this.#open.later : undefined;
  }

  /** What was put off while the person was away, one after the other. What is asked now comes first. */
  askLater(questions: readonly LaterQuestion[]): void {
    const known = new Set([...this.#waiting, ...(this.#open ? [this.#open] : [])].map(callOf));
    for (const { callId, card, number } of questions)
      if (!known.has(callId)) this.#ask({ card, later: number });
  }

  /** What could not be seen whole is never allowed for good. */
  get #rules(): readonly (readonly string[])[] {
    const { card } = this;
    if (!card || this.#later !== undefined || card.suggestions.length === 0 || unseenOf(card) !== undefined)
      return [];
    return [card.suggestions, ...(card.wider ?? [])];
  }

  hear(event: AgentEvent): void {
    switch (event.type) {
      case "permission.asked":
        // With an input it has been answered already.
        if (event.input === undefined) this.#ask({ card: event });
        return;
      case "question.asked":
        return this.#ask({ question: event });
      case "permission.decided":
      case "question.answered":
      case "tool.finished":
      case "later.decided":
        return this.#settle(event.callId);
      default:
        return;
    }
  }

  #ask(open: Open): void {
    this.#waiting.push(open);
    if (!this.#open) this.#next();
  }

  #settle(callId: string): void {
    this.#waiting = this.#waiting.filter((open) => callOf(open) !== callId);
    if (this.#open && callOf(this.#open) === callId) this.#next();
  }

  #next(): void {
    clearTimeout(this.#timer);
    const wasArmed = this.#step !== undefined;
    this.#step = undefined;
    this.#open = this.#waiting.shift();
    this.#answers = [];
    if (this.#open) {
      this.#show(this.#open);
      this.#timer = setTimeout(() => this.#arm(), QUIET_MS);
    }
    this.#changed();
    if (!wasArmed) return;
    this.#screen.takeDraft();
    this.#screen.giveDraft(this.#draft);
    this.#draft = "";
  }

  #show(open: Open): void {
    const lines = isQuestion(open)
      ? askQuestion(open.question, this.#answers.length, this.#page())
      : cardLines(open.card, this.#page(), open.later);
    // A long command of high risk is read page by page: nothing of it goes by unseen.
    const most = isQuestion(open) || !isHighRisk(open.card) ? lines.length : this.#screen.rows - 4;
    this.#screen.print(lines.slice(0, most));
    this.#unread = lines.slice(most);
  }

  #arm(): void {
    const open = this.#open;
    if (!open) return;
    const quietFor = Date.now() - this.#screen.lastKeyAt;
    if (quietFor < QUIET_MS) {
      this.#timer = setTimeout(() => this.#arm(), QUIET_MS - quietFor);
      return;
    }
    this.#draft = this.#screen.takeDraft();
    this.#to(isQuestion(open) ? "answer" : this.#unread.length > 0 ? "read" : "choose");
  }

  #to(step: Step): void {
    this.#step = step;
    this.#changed();
    this.#screen.ask();
  }

  /** One key. True when it was meant for what is asked. */
  press(key: string): boolean {
    const { card } = this;
    if (!card) return false;
    const pressed = key.toLowerCase();
    switch (this.#step) {
      case "read":
        if (pressed === "n") this.#deny(card);
        else if (pressed === " " || pressed === "") this.#readOn();
        return true;
      case "choose":
        if (pressed === "s" && this.#later !== undefined) this.#settle(card.callId);
        else this.#choose(card, pressed);
        return true;
      case "unseen":
        if (pressed === "y") this.#allow(card);
        else if (pressed === "n") this.#deny(card);
        return true;
      case "rules":
        if (pressed === "b") this.#to("choose");
        else this.#offer?.press(pressed);
        return true;
      case "sent":
        return true;
      default:
        return false;
    }
  }

  #readOn(): void {
    const most = this.#screen.rows - 4;
    this.#screen.print(this.#unread.slice(0, most));
    this.#unread = this.#unread.slice(most);
    this.#to(this.#unread.length > 0 ? "read" : "choose");
  }

  #choose(card: Asked, key: string): void {
    const isPlan = card.detail.kind === "plan";
    const modes = { y: "ask", e: "acceptEdits", u: "auto" } as const;
    const mode = key === "y" || key === "e" || key === "u" ? modes[key] : undefined;
    if (key === "y" || (isPlan && mode)) {
      this.#mode = isPlan ? mode : undefined;
      if (unseenOf(card) === undefined) this.#allow(card);
      else this.#to("unseen");
    } else if (key === "n") this.#deny(card);
    else if (key === "r") this.#to("reason");
    else if (key === "a" && !isPlan && this.#rules.length > 0) this.#offerRules(card);
  }

  #offerRules(card: Asked): void {
    this.#offer = offerRules(card, this.#rules, {
      check: (rules) => this.#app.checkRules(card.callId, card.hash, rules),
      print: (lines) => this.#screen.print(lines),
      page: this.#page,
      changed: () => this.card === card && this.#to("rules"),
      allow: (scope, rules) =>
        this.#answer({ callId: card.callId, hash: card.hash, verdict: "allow", scope, rules }),
    });
  }

  #allow({ callId, hash }: Asked): void {
    const mode = this.#mode;
    this.#mode = undefined;
    this.#answer({ callId, hash, verdict: "allow", scope: "once", ...(mode && { mode }) });
  }

  #deny({ callId, hash }: Asked, feedback = ""): void {
    this.#answer({ callId, hash, verdict: "deny", scope: "once", ...(feedback && { feedback }) });
  }

  #answer(answer: CardAnswer): void {
    this.#step = "sent";
    const isTaken =
      this.#later === undefined ? this.#app.answerPermission(answer) : this.#app.decideLater(answer);
    if (isTaken) return;
    this.#screen.print(["This is no longer asked."]);
    this.#settle(answer.callId);
  }

  /** A whole line. True when it was meant for what is asked. */
  enter(line: string): boolean {
    const open = this.#open;
    if (!open || this.#step === undefined) return false;
    if (this.#step === "sent") return true;
    if (isQuestion(open)) {
      this.#answerQuestion(open.question, line.trim());
      return true;
    }
    if (this.#step !== "reason") {
      // Where keys come by the line.
      if (line.trim().length > 1) this.#deny(open.card, line.trim());
      else this.press(line.trim());
      return true;
    }
    if (line.trim() === "") this.#to("choose");
    else this.#deny(open.card, line.trim());
    return true;
  }

  #answerQuestion({ callId, questions }: Question, line: string): void {
    if (line === "") {
      this.#step = "sent";
      this.#app.declineQuestions(callId, "");
      return;
    }
    const question = questions[this.#answers.length];
    this.#answers.push(question ? chosenIn(line, question) : line);
    if (this.#answers.length >= questions.length) {
      this.#step = "sent";
      this.#app.answerQuestions(callId, this.#answers);
    } else if (this.#open) {
      this.#show(this.#open);
      this.#screen.ask();
    }
  }
}
