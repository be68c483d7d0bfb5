import * as vscode from "vscode";
import type { HunkQuestion } from "../../../core/hunk-talk.ts";

/** What was asked at a hunk and what came of it, as comments of the editor. */
export function toComments(questions: readonly HunkQuestion[], icon: vscode.Uri): vscode.Comment[] {
  return questions.flatMap(({ about, asked, at, answer }) => {
    const question = { ...ownComment(withoutPlace(asked, about.path)), timestamp: new Date(at) };
    if (!answer) return [question];
    const said: vscode.Comment = {
      body: bodyOf(answer),
      mode: vscode.CommentMode.Preview,
      author: { name: "Plumb", iconPath: icon },
      timestamp: new Date(answer.at),
    };
    return [question, said];
  });
}

export const ownComment = (body: string): vscode.Comment => ({
  body,
  mode: vscode.CommentMode.Preview,
  author: { name: vscode.l10n.t("You") },
});

/** The message says its place to those who read it elsewhere; here it is at it. */
const withoutPlace = (asked: string, path: string): string => {
  const [, place = "", words = asked] = /^(.*?):\d+(?:-\d+)?: ([\s\S]*)$/.exec(asked) ?? [];
  return place !== "" && path.replaceAll("\\", "/").endsWith(place) ? words : asked;
};

/** Never trusted: no command runs from it. A picture would be fetched from wherever the text says, so none is shown. */
function bodyOf({ markdown, stopped }: NonNullable<HunkQuestion["answer"]>): vscode.MarkdownString {
  const words = [markdown.trim().replaceAll("![", "!\\["), stopped === undefined ? "" : whyStopped(stopped)];
  const body = new vscode.MarkdownString(words.filter((part) => part !== "").join("\n\n"));
  body.isTrusted = false;
  body.supportHtml = false;
  return body.value === "" ? new vscode.MarkdownString(vscode.l10n.t("Done, without a word.")) : body;
}

function whyStopped(stopped: string): string {
  if (stopped === "cancelled") return vscode.l10n.t("_Stopped before it was done._");
  if (stopped === "step_limit")
    return vscode.l10n.t("_Stopped after the most steps a turn may have; the chat can go on._");
  return vscode.l10n.t("_This failed: {0}_", stopped.replaceAll(/[_*`[\]<>]/g, "\\$&"));
}
