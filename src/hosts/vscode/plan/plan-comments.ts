import * as vscode from "vscode";

const CONTROLLER = "plumb.plan";
/** So much of a line tells which one is meant. */
const QUOTED_CHARS = 200;

/** What a person writes beside the lines of a plan. It goes to the agent with their answer. */
export class PlanComments {
  readonly #isPlan: (uri: vscode.Uri) => boolean;
  readonly #threads = new Set<vscode.CommentThread>();
  #controller: vscode.CommentController | undefined;

  constructor(isPlan: (uri: vscode.Uri) => boolean) {
    this.#isPlan = isPlan;
  }

  /** Lines of plans can be commented from now on. */
  begin(): void {
    if (this.#controller) return;
    this.#controller = vscode.comments.createCommentController(CONTROLLER, "Plumb");
    this.#controller.options = {
      prompt: vscode.l10n.t("Comment this line of the plan"),
      placeHolder: vscode.l10n.t("Goes to Plumb with your answer to the plan"),
    };
    this.#controller.commentingRangeProvider = {
      provideCommentingRanges: (document) =>
        this.#isPlan(document.uri) ? [new vscode.Range(0, 0, Math.max(0, document.lineCount - 1), 0)] : [],
    };
  }

  /** Keeps what was written in a thread. */
  add(reply: unknown): void {
    if (!isReply(reply) || reply.text.trim() === "") return;
    const { thread, text } = reply;
    thread.comments = [
      ...thread.comments,
      {
        body: text.trim(),
        mode: vscode.CommentMode.Preview,
        author: { name: vscode.l10n.t("You") },
      },
    ];
    thread.label = vscode.l10n.t("Goes to Plumb with your answer");
    thread.collapsibleState = vscode.CommentThreadCollapsibleState.Expanded;
    // Unresolved ones make the editor open a view of all comments by itself.
    thread.state = vscode.CommentThreadState.Resolved;
    this.#threads.add(thread);
  }

  remove(thread: unknown): void {
    for (const own of this.#threads) if (own === thread) this.#forget(own);
    if (isThread(thread)) thread.dispose();
  }

  /** All comments of a plan, each with the line it stands at; undefined when there are none. */
  wordsFor(uri: vscode.Uri): string | undefined {
    const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());
    const own = [...this.#threads]
      .filter((thread) => thread.uri.toString() === uri.toString())
      .toSorted((a, b) => lineOf(a) - lineOf(b));
    const words = own.flatMap((thread) => {
      const line = lineOf(thread);
      const quoted = document && line < document.lineCount ? document.lineAt(line).text.trim() : "";
      const place = `Line ${line + 1}${quoted === "" ? "" : ` (${JSON.stringify(quoted.slice(0, QUOTED_CHARS))})`}`;
      return thread.comments.map(({ body }) => `- ${place}: ${typeof body === "string" ? body : body.value}`);
    });
    return words.length === 0 ? undefined : `Comments in the plan:\n${words.join("\n")}`;
  }

  /** The plan was answered. */
  settle(uri: vscode.Uri): void {
    for (const thread of this.#threads) if (thread.uri.toString() === uri.toString()) this.#forget(thread);
  }

  dispose(): void {
    for (const thread of this.#threads) this.#forget(thread);
    this.#controller?.dispose();
  }

  #forget(thread: vscode.CommentThread): void {
    this.#threads.delete(thread);
    thread.dispose();
  }
}

const lineOf = ({ range }: vscode.CommentThread): number => range?.start.line ?? 0;

const isThread = (value: unknown): value is vscode.CommentThread =>
  typeof value === "object" && value !== null && "comments" in value && "dispose" in value;
const isReply = (value: unknown): value is vscode.CommentReply =>
  typeof value === "object" &&
  value !== null &&
  "thread" in value &&
  "text" in value &&
  typeof value.text === "string";
