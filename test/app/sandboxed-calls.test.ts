import { expect, test } from "vitest";
import type { AppOptions } from "../../src/app/app-options.ts";
import { text } from "../../src/core/message.ts";
import type { RunOptions, Shell, ShellChunk } from "../../src/core/ports.ts";
import { createNodeHost } from "../../src/hosts/node/node-host.ts";
import { builtinTools } from "../../src/tools/index.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { ALONE, answerAll, eventsOf, startWorld, type World } from "../support/start-app.ts";

const go = [text("Go")];
const exit = (code: number, refused?: Extract<ShellChunk, { type: "exit" }>["refused"]): ShellChunk => ({
  ...{ type: "exit", code, signal: null },
  ...(refused && { refused }),
});

/** The real host with a shell that does what a test says, so that what it is asked for can be seen. */
async function openWith(
  world: World,
  run: (command: string, options: RunOptions) => AsyncIterable<ShellChunk>,
  options: Partial<AppOptions> = {},
) {
  const host = createNodeHost({ roots: [world.dir], dataDir: world.dataDir, version: "0.0.0" });
  const shell: Shell = { ...host.shell, run: (command, how) => run(command, how) };
  return world.open({ host: { ...host, shell }, ...options });
}
const resultsIn = (world: World): string => JSON.stringify(world.api.requests.at(-1)?.body.messages.at(-1));

test("a new host gets a card while the command waits; a rule that is made of it holds from then on", async () => {
  const world = await startWorld({
    script: [
      reply(call("Bash", { command: "get a" })),
      reply(call("Bash", { command: "get b" })),
      reply(say("Good.")),
    ],
  });
  const reached: [string, boolean | undefined][] = [];
  const app = await openWith(
    world,
    async function* (_command, { askHost }) {
      for (const host of ["one.example", "one.example", "two.example"])
        reached.push([host, await askHost?.(host)]);
      yield exit(0);
    },
    { rules: [{ verdict: "allow", text: "Bash(get *)", source: "test" }] },
  );
  const cards: string[] = [];
  app.session.subscribe((event) => {
    if (!("durable" in event) || event.durable.type !== "permission.asked") return;
    const { callId, hash, because, access } = event.durable;
    cards.push(because);
    const verdict = access.target === "one.example" ? "allow" : "deny";
    // As a person does: later, and with the card in front of them.
    setImmediate(() =>
      app.answerPermission({ callId, hash, verdict, scope: verdict === "allow" ? "session" : "once" }),
    );
  });
  expect(await app.prompt(go, "now")).toBe("done");
  const twice = ["one.example", "one.example"].map((host) => [host, true]);
  expect(reached).toEqual([...twice, ["two.example", false], ...twice, ["two.example", false]]);
  expect(cards).toEqual([
    "the command wants to reach one.example",
    "the command wants to reach two.example",
    "the command wants to reach two.example",
  ]);
  expect(eventsOf(app, "rules")).toMatchObject([
    { scope: "session", allow: ["WebFetch(domain:one.example)"] },
  ]);
  // A no to the host is no no to the command.
  expect(eventsOf(app, "tool.finished").map(({ outcome }) => outcome)).toEqual(["done", "done"]);
  expect(app.transcript.status.openQuestions).toEqual([]);
});

test("where nobody is there a new host is refused", async () => {
  const world = await startWorld({
    script: [reply(call("Bash", { command: "get a" })), reply(say("Good."))],
  });
  const answers: (boolean | undefined)[] = [];
  const app = await openWith(
    world,
    async function* (_command, { askHost }) {
      answers.push(await askHost?.("one.example"));
      yield exit(1, [{ kind: "host", target: "one.example" }]);
    },
    { whereabouts: ALONE, rules: [{ verdict: "allow", text: "Bash(get *)", source: "test" }] },
  );
  await app.prompt(go, "now");
  expect(answers).toEqual([false]);
  expect(resultsIn(world)).toContain("which did not let it reach one.example");
});

test("a background command reaches what rules allow, and nobody is asked for it", async () => {
  const world = await startWorld({
    script: [reply(call("Bash", { command: "serve", run_in_background: true })), reply(say("Good."))],
  });
  const host = createNodeHost({ roots: [world.dir], dataDir: world.dataDir, version: "0.0.0" });
  const answers: (boolean | undefined)[] = [];
  const shell: Shell = {
    ...host.shell,
    async start(command, { askHost }) {
      for (const name of ["one.example", "two.example"]) answers.push(await askHost?.(name));
      const ended = Promise.resolve({ code: 0, signal: null });
      return { id: "task-1", command, outputPath: `${world.dataDir}/tasks/1`, ended };
    },
  };
  const rules = ["Bash(serve)", "WebFetch(domain:one.example)"].map(
    (rule) => ({ verdict: "allow", text: rule, source: "test" }) as const,
  );
  const app = await world.open({ host: { ...host, shell }, rules });
  const asked = answerAll(app, { verdict: "allow", scope: "once" });
  await app.prompt(go, "now");
  expect(answers).toEqual([true, false]);
  expect(asked).toEqual([]);
});

test("what the sandbox stopped runs outside of it only when the user says so of that very command", async () => {
  const world = await startWorld({
    script: [
      reply(call("Bash", { command: "make" })),
      reply(call("Bash", { command: "make" })),
      reply(say("Good.")),
    ],
  });
  const places: (string | undefined)[] = [];
  const app = await openWith(
    world,
    async function* (_command, { place }) {
      places.push(place);
      if (place === "open") yield { type: "output", text: "made\n" };
      yield place === "open" ? exit(0) : exit(2, [{ kind: "write", target: "/etc/x" }]);
    },
    { rules: [{ verdict: "allow", text: "Bash(make)", source: "test" }] },
  );
  let count = 0;
  app.session.subscribe((event) => {
    if (!("durable" in event) || event.durable.type !== "permission.asked") return;
    const { callId, hash, detail, suggestions } = event.durable;
    expect(detail).toMatchObject({
      kind: "command",
      command: "make",
      isOutside: true,
      risk: { level: "high" },
    });
    // It can never be made a rule.
    expect(suggestions).toEqual([]);
    count += 1;
    const verdict = count === 1 ? "deny" : "allow";
    setImmediate(() => app.answerPermission({ callId, hash, verdict, scope: "workspace" }));
  });
  expect(await app.prompt(go, "now")).toBe("done");
  expect(places).toEqual([undefined, undefined, "open"]);
  const [refused, again] = eventsOf(app, "tool.finished");
  expect(refused).toMatchObject({
    isError: true,
    detail: { kind: "exit", code: 2, refused: [{ kind: "write", target: "/etc/x" }] },
  });
  expect(again).toMatchObject({ isError: false, detail: { kind: "exit", code: 0 } });
  expect(JSON.stringify(again?.content)).toContain("made");
});

test("a command that succeeds is not asked about, whatever it was kept from", async () => {
  const world = await startWorld({ script: [reply(call("Bash", { command: "make" })), reply(say("Good."))] });
  const app = await openWith(
    world,
    async function* () {
      yield exit(0, [{ kind: "write", target: "/etc/x" }]);
    },
    { rules: [{ verdict: "allow", text: "Bash(make)", source: "test" }] },
  );
  const asked = answerAll(app, { verdict: "allow", scope: "once" });
  await app.prompt(go, "now");
  expect(asked).toEqual([]);
});

test("the model has no word in where its commands run", async () => {
  const names = builtinTools.flatMap(
    ({ spec }) => JSON.stringify(spec.input_schema).match(/"[\w-]+":/g) ?? [],
  );
  expect(
    names.filter((name) => /sandbox|confin|\bplace\b|outside|network|danger|escalat/i.test(name)),
  ).toEqual([]);
  const bash = builtinTools.find(({ spec }) => spec.name === "Bash");
  expect(Object.keys(Object(bash?.spec.input_schema["properties"])).sort()).toEqual([
    "command",
    "description",
    "run_in_background",
    "timeout",
  ]);
  const place = {
    cwd: "/w",
    roots: ["/w"],
    readable: [],
    paths: createNodeHost({ roots: [], dataDir: "/", version: "" }).paths,
  };
  expect(() => bash?.prepare({ command: "ls", dangerouslyDisableSandbox: true }, place)).toThrow(
    /nrecognized key/,
  );
});
