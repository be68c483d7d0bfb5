// Does one task in the current folder: node embed.mjs "Fix the failing test"
// Reads and edits in this folder are allowed; anything else is denied, with a word that the model understands.
import { AgentError, createAgent } from "plumb";

const [task = "What is this project about?"] = process.argv.slice(2);

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
  agent = await createAgent({ answers: true, maxBudgetUsd: 1 });
  for (const problem of agent.problems) console.error(problem);
  process.once("SIGINT", () => void agent.cancel());
  const watching = watch(agent);
  const result = await agent.send(task);
  await agent.close();
  await watching;
  console.log(`\n${result.outcome}, $${result.sessionCostUsd.toFixed(4)}, session ${agent.sessionId}`);
  process.exitCode = result.outcome === "done" ? 0 : 1;
} catch (error) {
  if (!(error instanceof AgentError)) throw error;
  console.error(`${error.kind}: ${error.message} ${error.hint}`);
  process.exitCode = 1;
} finally {
  await agent?.close();
}
