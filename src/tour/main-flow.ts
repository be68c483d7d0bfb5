import type { CallResult, TourState } from "./conversation.ts";
import { type Flow, joinPath, refusalOf, resultAt, type TourCall, todos } from "./flow.ts";

const PLAN = [
  ["Find where durations are formatted", "Finding where durations are formatted"],
  ["Correct the code and the README", "Correcting the code and the README"],
  ["Run the tests", "Running the tests"],
] as const;

const BUG = "const minutes = Math.floor(seconds / 60);";
const FIX = "const minutes = Math.floor((seconds % 3600) / 60);";
const WRONG_EXAMPLE = 'formatDuration(3900); // "1 h 65 min"';
const RIGHT_EXAMPLE = 'formatDuration(3900); // "1 h 5 min"';

const INTRODUCTION = `**This is the offline tour: a script, no AI.** Whatever you type, I walk through the same small task, so that you see how Plumb works. Nothing leaves this computer. The tools, the permission prompts and the edits are real.

The sample project has a bug: 3900 seconds are shown as “1 h 65 min”. First a plan, and a look around.`;

/** The walk through the sample project: plan, search, read, two edits to review, a command that needs permission. */
export function* mainFlow({ cwd, tools }: TourState): Flow {
  if (cwd === undefined)
    return `${INTRODUCTION}\n\nBut no folder is open, so there is nothing to work on. ${OPEN_SAMPLE}`;
  const code = joinPath(cwd, "src", "duration.js");
  const readme = joinPath(cwd, "README.md");

  const [, listed, found] = yield {
    text: INTRODUCTION,
    calls: [
      todos(PLAN, 0),
      { name: "Glob", input: { pattern: "**/*.js", path: cwd } },
      { name: "Grep", input: { pattern: "formatDuration", path: cwd, output_mode: "content" } },
    ],
  };
  const isFound = /duration\.js/.test(`${listed?.text}${found?.text}`);
  const couldSearch = listed?.isError !== true || found?.isError !== true;
  if (couldSearch && !isFound) return missing();

  const read = yield {
    text: `${couldSearch ? "The searches ran side by side, because they only read. They point to `src/duration.js`." : "Searching does not work here, as the rows above say, so I go where the bug is known to be: `src/duration.js`."} I read it, and the README that shows the same example.`,
    calls: [
      { name: "Read", input: { file_path: code } },
      { name: "Read", input: { file_path: readme } },
    ],
  };
  const codeNow = resultAt(read, 0);
  if (codeNow.isError) return missing();
  if (!tools.has("Edit")) return READ_ONLY;

  const edits = plannedEdits(codeNow, code, resultAt(read, 1), readme);
  const edited =
    edits.length > 0 ? yield { text: editingText(codeNow), calls: [todos(PLAN, 1), ...edits] } : [];
  const outcome = edits.length > 0 ? editOutcome(edited.slice(1)) : NOTHING_TO_EDIT;
  if (!tools.has("Bash"))
    return `${outcome}\n\nCommands cannot run here, so the tests are yours to run.\n\n${REVIEW}`;

  const [, tested] = yield {
    text: `${outcome}\n\nNow the tests. A command can do anything, so Plumb asks you first: allow it once, or decline and say why.`,
    calls: [
      todos(PLAN, 2),
      {
        name: "Bash",
        input: { command: "node --test", description: "Run the sample's tests", timeout: 60_000 },
      },
    ],
  };
  const words = testOutcome(tested ?? { text: "", isError: true });
  yield { text: words, calls: [todos(PLAN, PLAN.length)] };
  return edits.length > 0 ? `That was the task.\n\n${REVIEW}\n\n${NEXT}` : `That was the task.\n\n${NEXT}`;
}

function plannedEdits(
  code: CallResult,
  codePath: string,
  readme: CallResult,
  readmePath: string,
): TourCall[] {
  const edit = (file_path: string, old_string: string, new_string: string): TourCall => ({
    name: "Edit",
    input: { file_path, old_string, new_string },
  });
  const edits: TourCall[] = [];
  if (code.text.includes(BUG)) edits.push(edit(codePath, BUG, FIX));
  if (readme.text.includes(WRONG_EXAMPLE)) edits.push(edit(readmePath, WRONG_EXAMPLE, RIGHT_EXAMPLE));
  return edits;
}

const editingText = (code: CallResult): string =>
  code.text.includes(BUG)
    ? "There it is: `minutes` counts all minutes, those of full hours too. I correct that line, and the README's example with it: two edits in two files. In *Ask* mode each is shown to you before it is made."
    : "The code does not have the bug any more, but the README still shows the wrong example. I correct that.";

function editOutcome(results: readonly CallResult[]): string {
  const refusals = results.map(refusalOf).filter((refusal) => refusal !== undefined);
  const done = results.filter(({ isError }) => !isError).length;
  const made = done === 1 ? "One edit is made" : `${done} edits are made`;
  if (done === results.length) return `${made}, each waiting for your review.`;
  if (refusals.length === 0)
    return `${made}; the rest failed, as the rows above say. A model would read why and try again.`;
  return `${refusals[0]} ${done > 0 ? `${made}. ` : ""}A model would now look for another way; this script leaves it at that.`;
}

function testOutcome(result: CallResult): string {
  const refusal = refusalOf(result);
  if (refusal !== undefined) {
    return `${refusal} So the tests did not run, and I do not claim that they pass. Nothing else depends on them.`;
  }
  if (!result.isError) return "All tests pass.";
  if (/not found|not recognized|ENOENT|No such file/i.test(result.text)) {
    return "`node` was not found on this computer, so the tests could not run. The edits are the same with or without it.";
  }
  return "The tests do not all pass; the output above says which. That is expected when the edit of `src/duration.js` was declined or undone.";
}

const REVIEW = `**Review.** Every edit has a row above: open it as a diff with the real file on the right, then **Keep** or **Undo** it, one by one or all at once. Try keeping the one in \`src/duration.js\` and undoing the one in \`README.md\`. Undoing never touches what you changed yourself meanwhile.`;

const NEXT =
  "**Next.** Select code in an editor, right-click and choose **Ask Plumb About Selection**. Or send another message here: I then ask you a question. When you have seen enough, sign in with an API key and Plumb works on your own code.";

const NOTHING_TO_EDIT =
  "The bug is already corrected and so is the README, so there is nothing to edit. Undo the edits, or restore the sample, to see that part again.";

const OPEN_SAMPLE = "Open the sample project to take the tour.";

const missing = (): string =>
  `The sample project is not in this folder, so I change nothing here and stop. ${OPEN_SAMPLE} With a model instead of this script, Plumb would work on any folder.`;

const READ_ONLY =
  "I have found and read the bug, but this window may only read: the folder is not trusted, or Plan mode is on. Trust the folder or choose another mode, then send a message, and I go on with the edits.";
