import "./hosts/node/checks-without-compiler.ts";
import { beforeExit } from "./cli/before-exit.ts";
import { mayBeCommand } from "./cli/command-names.ts";
import type { Work } from "./cli/commands.ts";
import { type Flags, program, refuseNotYet } from "./cli/flags.ts";
import { run } from "./cli/run.ts";
import { quietOnBrokenPipe } from "./hosts/node/terminal-output.ts";

async function main(): Promise<number> {
  let work: Work | undefined;
  const commands = mayBeCommand(process.argv.slice(2)) ? await import("./cli/commands.ts") : undefined;
  const command = program((root) =>
    commands?.addCommands(root, (chosen) => {
      work = chosen;
    }),
  );
  command.parse();
  if (work) return work();
  refuseNotYet(command);
  return run(command.opts<Flags>(), command.args);
}

/** Node's `fetch` looks at the proxy variables only when told to. */
async function honourProxyVariables(): Promise<void> {
  const { env } = process;
  if (!["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"].some((name) => env[name])) return;
  const http = await import("node:http");
  // Node 22 does not have it; there NODE_USE_ENV_PROXY=1 does the same.
  if ("setGlobalProxyFromEnv" in http) http.setGlobalProxyFromEnv();
}

quietOnBrokenPipe();
await honourProxyVariables();
try {
  process.exitCode = await main();
} catch (thrown) {
  const { sayFailure } = await import("./cli/say-failure.ts");
  process.exitCode = await sayFailure(thrown, process.argv);
}
await beforeExit();
process.exit();
