import { AgentError } from "../core/errors.ts";
import type { Flags } from "./flags.ts";

/** What only means something together with something else. Throws `invalid_input`, before anything is done. */
export function checkFlags(flags: Flags, words: readonly string[]): void {
  const { inputFormat, outputFormat, resume, print } = flags;
  const isStream = inputFormat === "stream-json";
  const goesOn = resume !== undefined || flags.continue === true;
  const both = (...given: readonly unknown[]): boolean => given.every((one) => one !== undefined);
  const wrong: readonly (readonly [boolean, string])[] = [
    [
      isStream && outputFormat !== "stream-json",
      "--input-format stream-json needs --output-format stream-json.",
    ],
    [
      isStream && (typeof print === "string" || words.length > 0),
      "With --input-format stream-json prompts come from standard input, not from the command line.",
    ],
    [
      !isStream && both(flags.permissionPromptTool),
      "--permission-prompt-tool needs --input-format stream-json.",
    ],
    [!isStream && both(flags.replayUserMessages), "--replay-user-messages needs --input-format stream-json."],
    [
      outputFormat !== "stream-json" && both(flags.includePartialMessages),
      "--include-partial-messages needs --output-format stream-json.",
    ],
    [both(resume, flags.continue), "--resume and --continue are two sessions."],
    [!goesOn && both(flags.forkSession), "--fork-session needs --resume or --continue."],
    [
      goesOn && !flags.forkSession && both(flags.sessionId),
      "A session that goes on has its id already; --session-id needs --fork-session.",
    ],
    [
      goesOn && !flags.sessionPersistence,
      "A session that goes on is kept: leave out --no-session-persistence.",
    ],
    [
      both(flags.systemPrompt, flags.systemPromptFile),
      "--system-prompt and --system-prompt-file are two system prompts.",
    ],
    [
      both(flags.agent, flags.systemPrompt ?? flags.systemPromptFile),
      "The agent of --agent brings a system prompt of its own: use --append-system-prompt to add to it.",
    ],
    [
      both(flags.appendSystemPrompt, flags.appendSystemPromptFile),
      "--append-system-prompt and --append-system-prompt-file are two ends of the system prompt.",
    ],
  ];
  const found = wrong.find(([isWrong]) => isWrong);
  if (found) throw new AgentError("invalid_input", found[1]);
}
