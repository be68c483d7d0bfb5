import type { Detail } from "../../../src/core/detail.ts";
import { fixedCart, running, type Scenario } from "./fixtures.ts";
import { Log, ROOT } from "./log.ts";

/** A command that runs and is asked about once more, at its own row. */
function lateCard(title: string, because: string, detail: Detail, suggestions: string[]): Log {
  const log = fixedCart().prompt("Install what it needs.");
  const callId = log.start("Bash", title);
  const target = detail.kind === "host" ? detail.host : title;
  log.add({
    ...{ type: "permission.asked", callId, name: "Bash", title, because, detail, hash: `hash_${callId}` },
    ...{ access: { kind: detail.kind === "host" ? "network" : "execute", target }, suggestions },
  });
  return log;
}

export const SANDBOX_ROWS: Readonly<Record<string, Scenario>> = {
  "sandbox-row": {
    messages: () => {
      const log = new Log().setUp().prompt("Set the hooks up.");
      log.call("Bash", "npm run build", "built in 2.1 s\n[exit code 0]", {
        detail: { kind: "exit", code: 0, refused: [] },
      });
      log.call("Bash", "npx husky init", "EROFS: read-only file system\n[exit code 1]", {
        outcome: "failed",
        detail: {
          ...{ kind: "exit", code: 1 },
          refused: [
            { kind: "write", target: `${ROOT}/.husky/pre-commit` },
            { kind: "host", target: "registry.npmjs.org" },
          ],
        },
      });
      return [log.reply("It needs `.husky/`, which the sandbox keeps as it is.").finish("done").snapshot()];
    },
    act: async ({ page }) => {
      const row = page.getByRole("button", { name: /npx husky init/ });
      if ((await row.getAttribute("aria-expanded")) !== "true") await row.click();
    },
  },
  "sandbox-host": {
    messages: () =>
      running(
        lateCard(
          "npm ci",
          "the command wants to reach registry.npmjs.org",
          { kind: "host", host: "registry.npmjs.org", command: "npm ci" },
          ["WebFetch(domain:registry.npmjs.org)"],
        ),
      ),
  },
  "sandbox-outside": {
    messages: () => {
      const why = `write ${ROOT}/.husky/pre-commit`;
      return running(
        lateCard(
          "npx husky init",
          `the sandbox did not let it ${why}; it may have taken effect in part`,
          {
            ...{ kind: "command", command: "npx husky init", cwd: ROOT, description: "", isOutside: true },
            risk: {
              level: "high",
              reasons: [{ text: "runs without the sandbox", words: "and so with all of your rights" }],
            },
          },
          [],
        ),
      );
    },
  },
};
