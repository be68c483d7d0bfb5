// Does one task in the current folder: node embed.mjs "Fix the failing test". What follows are pictures: node embed.mjs "Why?" shot.png
// Reads and edits in this folder are allowed; anything else is denied, with a word that the model understands.
import { readFileSync } from "node:fs";
import { AgentError, createAgent } from "plumb";

const [task = "What is this project about?", ...pictures] = process.argv.slice(2);
/** What is done, how it was checked and what is open, for a program that reads on. */
const REPORT = {
  type: "object",
  properties: {
    done: { type: "string" },
    checked: { type: "string" },
    open: { type: "array", items: { type: "string" } },
  },
  required: ["done", "checked", "open"],
};

/** Shows what happens, and answers what is asked, until the agent is closed. */
async function watch(agent) {
  for await (const event of agent.events()) {
    if (event.type === "text") process.stdout.write(event.delta);
    else if (event.type === "call") console.log(`\n> ${event.name}: ${event.title}`);
    else if (event.type === "edit") console.log(`  ${event.path} +${event.added} -${event.removed}`);
    else if (event.type === "permission") {
      const isEdit = event.access.kind === "write" && event.detail.kind === "diff";
      agent.answer(
        event,
        isEdit ? { verdict: "allow" } : { verdict: "deny", message: "Only edits are allowed here." },
      );
    } else if (event.type === "question") {
      // The first option is the one that the model recommends.
      agent.answer(event, { answers: event.questions.map(({ options }) => options[0]?.label ?? "") });
    }
  }
}

let agent;
try {
  agent = await createAgent({ answers: true, maxBudgetUsd: 1, jsonSchema: REPORT });
  for (const problem of agent.problems) console.error(problem);
  process.once("SIGINT", () => void agent.cancel());
  const watching = watch(agent);
  const images = pictures.map((path) => ({ type: "image", bytes: readFileSync(path) }));
  const result = await agent.send([...images, { type: "text", text: task }]);
  await agent.close();
  await watching;
  if (result.structured) console.log(`\n${JSON.stringify(result.structured, null, 2)}`);
  console.log(`\n${result.outcome}, $${result.sessionCostUsd.toFixed(4)}, session ${agent.sessionId}`);
  process.exitCode = result.outcome === "done" ? 0 : 1;
} catch (error) {
  if (!(error instanceof AgentError)) throw error;
  console.error(`${error.kind}: ${error.message} ${error.hint}`);
  process.exitCode = 1;
} finally {
  await agent?.close();
}
