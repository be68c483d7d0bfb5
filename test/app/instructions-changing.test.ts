import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { App } from "../../src/app/app.ts";
import { text } from "../../src/core/message.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { startWorld, type World } from "../support/start-app.ts";

const ALWAYS = ["CLAUDE.md", ".plumb/rules/a.md", "CLAUDE.local.md"];
const NESTED = ["src/CLAUDE.md", "src/api/AGENTS.md"];

type Step =
  | { readonly kind: "write" | "remove"; readonly name: string; readonly words: number }
  | { readonly kind: "ask" | "read" | "reopen" };
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("write" as const),
      name: fc.constantFrom(...ALWAYS, ...NESTED),
      words: fc.nat(9_999),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("remove" as const),
      name: fc.constantFrom(...ALWAYS, ...NESTED),
      words: fc.constant(0),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom("ask" as const, "read" as const, "reopen" as const) }),
  },
);

/** What the model was told last of each file: its text, or "" once it no longer holds. */
function told(world: World): Map<string, string> {
  const body = world.api.requests.at(-1)?.body;
  const all: unknown[] = [body?.system ?? [], ...(body?.messages ?? []).map(({ content }) => content)].flat();
  const known = new Map<string, string>();
  for (const block of all) {
    const isText = typeof block === "object" && block !== null && "text" in block;
    const said = isText ? String(block.text) : "";
    for (const [, path = "", inner = ""] of said.matchAll(
      /<instructions path="([^"]+)">\n([\s\S]*?)\n<\/instructions>/g,
    ))
      known.set(path, inner);
    for (const path of /no longer hold: ([^\n<]+)/.exec(said)?.[1]?.split(", ") ?? []) known.set(path, "");
  }
  return known;
}

test("whatever changes when, the model was told last what is there, and nothing that was sent before changes", {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 18 }), async (steps) => {
      let reads = false;
      const world = await startWorld({
        files: { "src/api/x.ts": "x" },
        script: () => {
          const next = reads ? reply(call("Read", { file_path: "src/api/x.ts" })) : reply(say("Done."));
          reads = false;
          return next;
        },
      });
      let app: App = await world.open();
      let isTouched = false;
      for (const one of [...steps, { kind: "ask" as const }]) {
        if ("name" in one) {
          const path = join(world.dir, one.name);
          mkdirSync(dirname(path), { recursive: true });
          if (one.kind === "remove") rmSync(path, { force: true });
          else writeFileSync(path, `Rule ${"word ".repeat(one.words % 7)}${one.words}.`);
          continue;
        }
        if (one.kind === "reopen") {
          const isNew = world.api.requests.length === 0;
          await app.close();
          app = await world.open({ isNew });
        }
        reads = one.kind === "read";
        isTouched ||= reads;
        await app.prompt([text("Go on")], "now");
        const known = told(world);
        for (const name of [...ALWAYS, ...(isTouched ? NESTED : [])]) {
          const path = join(world.dir, name);
          const now = existsSync(path) ? readFileSync(path, "utf8") : "";
          expect(known.get(path) ?? "", name).toBe(now);
        }
        expect(world.api.violations).toEqual([]);
        expect(world.api.refusals).toEqual([]);
      }
      await app.close();
    }),
    { numRuns: 25 },
  );
});
