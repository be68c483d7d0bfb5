import { App } from "../app/app.ts";
import { printEvents } from "../hosts/node/terminal-output.ts";
import { currentFolder } from "./current-folder.ts";
import { EXIT_CODE } from "./exit-code.ts";
import { type Flags, modeOf } from "./flags.ts";
import { optionsFrom, refuseRootBypass } from "./options.ts";
import { readPrompt } from "./prompt.ts";
import { stopOnSignals } from "./signals.ts";
import { VERSION } from "./version.ts";

/** Does one task; resolves to the exit code. */
export async function runTask(flags: Flags, words: readonly string[]): Promise<number> {
  const prompt = await readPrompt(flags, words);
  const cwd = currentFolder();
  refuseRootBypass(flags);
  const app = await App.open(await optionsFrom(flags, cwd));
  // A session that goes on keeps its mode, unless another one is asked for.
  const mode = modeOf(flags);
  if (mode) app.setMode(mode);
  warnAbout(app);
  const stopPrinting = printEvents(app.session, {
    format: flags.outputFormat,
    cwd,
    version: VERSION,
    mode: app.mode,
  });
  const stoppedWith = stopOnSignals(() => app.stop());
  try {
    const outcome = await app.prompt(prompt, "now");
    return outcome === "cancelled" ? (stoppedWith() ?? EXIT_CODE.cancelled) : EXIT_CODE[outcome];
  } finally {
    await app.close();
    await stopPrinting();
  }
}

/** What is wrong with the rules, and what of them waits for somebody, on standard error. */
export function warnAbout({ permissions }: App): void {
  for (const problem of permissions.problems) process.stderr.write(`plumb: ${problem}\n`);
  for (const { file, added } of permissions.waiting)
    process.stderr.write(
      `plumb: ${file.label} wants to allow ${added.join(", ")}; that does not hold until you agree to it in the editor.\n`,
    );
}
