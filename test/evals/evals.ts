import { runEvals } from "./run-evals.ts";

/** `npm run evals`: see docs/evals.md. */
process.exitCode = await runEvals(process.argv.slice(2), {
  environment: process.env,
  print: (line) => void process.stdout.write(`${line}\n`),
});
