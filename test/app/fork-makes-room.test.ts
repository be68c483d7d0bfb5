import { expect, test } from "vitest";
import { contextPolicy } from "../../src/context/policy.ts";
import { text } from "../../src/core/message.ts";
import { factsOf } from "../../src/models/model-table.ts";
import { MODELS } from "../support/fake-api/models.ts";
import { call, reply, say, summary } from "../support/fake-api/replies.ts";
import { eventsOf, startWorld } from "../support/start-app.ts";

const WINDOW = 60_000;
const WORDS = "This one is about values and how they are computed. ".repeat(120);

test.each([
  ["claude-haiku-5-5", "summarise"],
  ["claude-opus-5-5", "signed"],
])(
  "a fork that begins where its parent's window is nearly full has what came before summarised: %s, %s",
  async (model, strategy) => {
    const files = Object.fromEntries(Array.from({ length: 24 }, (_, n) => [`f${n}.txt`, `file ${n}\n`]));
    let n = 0;
    const world = await startWorld({
      files,
      models: MODELS.map((one) => ({ ...one, contextTokens: WINDOW })),
      script: ({ body }) => {
        const said = JSON.stringify(body.messages);
        if (body.compaction) return reply(summary("They want to know how it works."));
        if (said.includes("Write the handover")) return reply(say("They want to know how it works."));
        if (said.includes("Do the rest.")) return reply(say("I did the rest."));
        n += 1;
        if (n <= 16) return reply(say(`I read ${n}. ${WORDS}`), call("Read", { file_path: `f${n}.txt` }));
        return n === 17
          ? reply(
              call("Agent", {
                ...{ description: "rest", subagent_type: "fork" },
                prompt: `Do the rest. ${"All of this is to be kept in mind. ".repeat(400)}`,
              }),
            )
          : reply(say("All done."));
      },
    });
    const app = await world.open({
      ...{ model, maxOutputTokens: 1_000 },
      context: contextPolicy({
        compactAt: () => 80,
        clearsEarly: () => false,
        modelOf: (one) => ({ ...factsOf(one), contextTokens: WINDOW }),
      }),
    });
    expect(await app.prompt([text("Find out how it works.")], "now")).toBe("done");
    const made = eventsOf(app, "compacted").filter(({ agentId }) => agentId !== "main");
    expect(made.map((event) => event.strategy)).toEqual([strategy]);
    expect(eventsOf(app, "notice").filter(({ kind }) => kind === "warning")).toEqual([]);
    expect(world.api.refusals).toEqual([]);
  },
);
