import { pathToFileURL } from "node:url";
import { startFakeApi } from "./fake-api.ts";

/**
 * The fake as a process of its own, so that its work does not count as that of the program under measurement:
 * `node serve.ts scenario.ts`, where the scenario exports `options`. Prints its address as one line of JSON, and
 * on SIGUSR2 what was asked of it so far; ends with its standard input.
 */
const scenario = process.argv[2];
const { options } = scenario === undefined ? { options: {} } : await import(pathToFileURL(scenario).href);
const api = await startFakeApi(options);
const print = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
print({ url: api.url });
process.on("SIGUSR2", () =>
  print({
    usage: api.requests.map(({ usage }) => usage),
    violations: api.violations,
    refusals: api.refusals,
  }),
);
process.stdin.on("end", () => void api.close()).resume();
