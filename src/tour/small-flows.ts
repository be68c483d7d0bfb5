import type { TourState } from "./conversation.ts";
import { type Flow, joinPath, resultAt } from "./flow.ts";

/** What an answer about selected code would be made of. */
export function aboutSelection({ selection, prompt }: TourState): string {
  const lines = selection?.text.split("\n").length ?? 0;
  const asked = prompt === "" ? "" : ` Your question was: “${shorten(prompt)}”.`;
  return `This is the scripted tour, so I cannot explain code. But this is what a model would have got with your message: ${lines === 1 ? "one line" : `${lines} lines`} of \`${selection?.path}\` (${selection?.lines}).${asked}\n\nIt starts with:\n\n\`\`\`\n${(selection?.text ?? "").split("\n").slice(0, 5).join("\n")}\n\`\`\`\n\nOnly what you attach and what the agent reads is sent to a model; without a key, nothing is.`;
}

const REVIEWING = "How review works";
const ASKING = "When Plumb asks";
const STOPPING = "How to stop it";

/** One question with a choice, and an answer that depends on it. */
export function* questionFlow(): Flow {
  const results = yield {
    text: "Still the scripted tour. When something is unclear, an agent can ask instead of guessing. Like this:",
    calls: [
      {
        name: "AskUserQuestion",
        input: {
          questions: [
            {
              question: "What would you like to know more about?",
              header: "Next",
              options: [
                { label: REVIEWING, description: "Keep, Undo, and your own changes" },
                { label: ASKING, description: "Permissions and modes" },
                { label: STOPPING, description: "A long answer to interrupt" },
              ],
              multiSelect: false,
            },
          ],
        },
      },
    ],
  };
  const answer = resultAt(results, 0);
  if (answer.isError)
    return "You left the question open; that is fine too. Send another message when you like.";
  if (answer.text.includes(REVIEWING)) return ABOUT_REVIEW;
  if (answer.text.includes(ASKING)) return ABOUT_PERMISSIONS;
  if (answer.text.includes(STOPPING)) return LONG_ANSWER;
  return "You answered in your own words; a model would have read them. This script knows only its three topics. Send another message to go on.";
}

/** A last useful thing for every further message. */
export function* laterFlow({ cwd, tools }: TourState): Flow {
  if (cwd !== undefined && tools.has("Read")) {
    const read = yield {
      text: "Still the scripted tour. I look at one file again, so that you see it with your changes:",
      calls: [{ name: "Read", input: { file_path: joinPath(cwd, "README.md") } }],
    };
    if (resultAt(read, 0).text.includes("1 h 65 min"))
      return `The README still has the wrong example: that edit was undone or never made. ${END}`;
  }
  return END;
}

const shorten = (text: string): string => (text.length > 120 ? `${text.slice(0, 119)}…` : text);

const ABOUT_REVIEW =
  "**Review.** An edit is written to the file at once, and marked as pending until you decide. **Keep** accepts it; **Undo** takes exactly it back, also after later edits, and never what you typed yourself. If the two cannot be told apart, Plumb says so and shows you both. A chat can be closed meanwhile: pending edits stay pending.";

const ABOUT_PERMISSIONS =
  "**Permissions.** Reading inside the workspace needs no question. Edits, commands and the network ask, each time or until you say *for this session* or *for this workspace*. The mode under the input says how much is asked: *Ask*, *Accept edits*, *Plan* (nothing is changed) or *Bypass*. What you allow is exactly what you saw: if the command or the file changes in between, Plumb asks again.";

export const LONG_ANSWER = `Press **Stop**, or Escape in the input, whenever you have had enough; what was said so far stays. Here is something long to try it on.\n\n${[
  "Tea begins with water. Fresh water, because what has boiled twice tastes flat.",
  "Green tea wants it cooler than boiling, or it turns bitter before you have found a cup.",
  "Black tea forgives nearly everything except being forgotten.",
  "Herbal tea is not tea at all, but nobody says so at the table.",
  "Four minutes are long when you watch the clock, and short when you answer mail.",
  "A lid keeps the heat in and the smell for the first sip.",
  "Milk first or last is a question that has ended friendships; it makes no difference to the temperature worth measuring.",
  "Cold brew takes the whole night and asks for nothing.",
]
  .map((line, index) => `${index + 1}. ${line}`)
  .join("\n")}\n\nAnd that was all of it: you let the script finish.`;

const END =
  "That is all the tour has. Sign in with an API key and Plumb works on your own code, with a model instead of this script; **Leave tour** ends it. Your chats and your kept edits stay.";
