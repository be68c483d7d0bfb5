import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import * as z from "zod";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { type Receiver, startReceiver } from "../support/otlp-receiver.ts";
import { named, treeOf } from "../telemetry/watching.ts";
import { openTerminal, type Terminal } from "./terminal.ts";

const script = () => [reply(call("Read", { file_path: "CANARY.txt" })), reply(say("It says CANARY."))];

async function collector(): Promise<Receiver> {
  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());
  return receiver;
}

const Coverage = z.looseObject({ result: z.array(z.looseObject({ url: z.string() })) });

/** What the program loaded of itself, by the names of its parts. */
function loaded({ dataDir }: Terminal): string[] {
  const dir = join(dataDir, "..", "coverage");
  return readdirSync(dir)
    .flatMap((file) => Coverage.parse(JSON.parse(readFileSync(join(dir, file), "utf8"))).result)
    .map(({ url }) => url.split("/").at(-1) ?? "")
    .filter((name) => name.endsWith(".js"));
}
const watchLoading = ({ dataDir }: Terminal): Record<string, string> => ({
  NODE_V8_COVERAGE: join(dataDir, "..", "coverage"),
});
const OURS = /^(?:telemetry|watch-session|session-fold|pipeline|user-telemetry)-/;

function write(terminal: Terminal, path: string, content: unknown): void {
  const full = join(terminal.dir, path);
  mkdirSync(join(full, ".."), { recursive: true });
  writeFileSync(full, typeof content === "string" ? content : JSON.stringify(content));
}

test("nothing is sent, and nothing of it loaded, unless the user wants it: not for a repository, nor for variables of other programs", async () => {
  const receiver = await collector();
  const terminal = await openTerminal(script());
  write(terminal, "CANARY.txt", "CANARY");
  const wish = {
    telemetry: { enabled: true, endpoint: receiver.url, content: true },
    env: { PLUMB_TELEMETRY: "1", PLUMB_TELEMETRY_CONTENT: "1", OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url },
    "plumb.telemetry.enabled": true,
    "plumb.telemetry.endpoint": receiver.url,
  };
  const places = [".plumb/settings.json", ".claude/settings.json", ".claude/settings.local.json"];
  for (const path of [...places, ".vscode/settings.json", "settings.json"]) write(terminal, path, wish);
  write(terminal, ".env", `PLUMB_TELEMETRY=1\nOTEL_EXPORTER_OTLP_ENDPOINT=${receiver.url}\n`);
  const { code } = await terminal.run(["-p", "CANARY", "--settings", JSON.stringify(wish)], {
    env: {
      ...watchLoading(terminal),
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_TRACES_EXPORTER: "otlp",
      OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: "true",
    },
  }).ended;
  expect(code).toBe(0);
  expect(receiver.bytes).toEqual([]);
  const parts = loaded(terminal);
  expect(parts).toContain("cli.js");
  expect(parts.filter((name) => OURS.test(name))).toEqual([]);
});

test("who turns it on gets a trace under that of whoever started the program, as the variables of OpenTelemetry say", async () => {
  const receiver = await collector();
  const terminal = await openTerminal(script());
  write(terminal, "CANARY.txt", "CANARY");
  const trace = "0af7651916cd43dd8448eb211c80319c";
  const parent = "b7ad6b7169203331";
  const { code, out, err } = await terminal.run(["-p", "CANARY"], {
    env: {
      ...watchLoading(terminal),
      PLUMB_TELEMETRY: "1",
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20sesame,x-tenant=ours",
      OTEL_SERVICE_NAME: "nightly",
      OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=ci,service.name=never",
      TRACEPARENT: `00-${trace}-${parent}-01`,
    },
  }).ended;
  expect({ code, out, err }).toEqual({ code: 0, out: "It says CANARY.\n", err: "" });
  expect(receiver.problems).toEqual([]);
  const chat = receiver.spans.find(({ name }) => name.startsWith("chat "))?.name ?? "";
  expect(treeOf(receiver.spans, parent)).toEqual([
    { "invoke_agent plumb": [chat, "execute_tool Read", chat] },
  ]);
  expect(new Set(receiver.spans.map((span) => span.trace))).toEqual(new Set([trace]));
  expect(receiver.resource).toMatchObject({
    ...{ "service.name": "nightly", "deployment.environment.name": "ci" },
    "service.version": expect.stringMatching(/^\d/),
  });
  for (const headers of receiver.headers)
    expect(headers).toMatchObject({ authorization: "Bearer sesame", "x-tenant": "ours" });
  expect(receiver.points.map(({ metric }) => metric)).toContain("gen_ai.client.token.usage");
  expect(receiver.bytes.join("\n")).not.toContain("CANARY");
  expect(loaded(terminal).filter((name) => OURS.test(name)).length).toBeGreaterThan(2);
});

test("the user's own settings turn it on as well, and say where to", async () => {
  const receiver = await collector();
  const terminal = await openTerminal(script());
  write(terminal, "CANARY.txt", "A");
  mkdirSync(terminal.dataDir, { recursive: true });
  const telemetry = { enabled: true, endpoint: `${receiver.url}/`, content: true };
  writeFileSync(join(terminal.dataDir, "settings.json"), JSON.stringify({ telemetry }));
  await terminal.run(["-p", "Hello"]).ended;
  expect(receiver.problems).toEqual([]);
  expect(named(receiver.spans, "execute_tool Read")[0]?.attributes["gen_ai.tool.call.arguments"]).toContain(
    "CANARY",
  );
});

test("a collector that is not there costs the end two seconds and one line, and the answer nothing", async () => {
  const receiver = await collector();
  await receiver.close();
  const terminal = await openTerminal(script());
  write(terminal, "CANARY.txt", "A");
  const { code, out, err } = await terminal.run(["-p", "Hello"], {
    env: { PLUMB_TELEMETRY: "1", OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url },
  }).ended;
  expect({ code, out }).toEqual({ code: 0, out: "It says CANARY.\n" });
  expect(err).toMatch(/^plumb: The collector did not take everything \(.+\): 4 of 4 spans .+\n$/);
});

test("an address that is none ends the program before anything is asked", async () => {
  const terminal = await openTerminal([]);
  mkdirSync(terminal.dataDir, { recursive: true });
  const telemetry = { enabled: true, endpoint: "localhost:4317" };
  writeFileSync(join(terminal.dataDir, "settings.json"), JSON.stringify({ telemetry }));
  const { code, err } = await terminal.run(["-p", "Hello"]).ended;
  expect(code).toBe(1);
  expect(err).toContain("telemetry.endpoint");
  expect(terminal.api.requests).toEqual([]);
});

test("the doctor says whether and where to, and what would not work, and asks no collector", async () => {
  const receiver = await collector();
  const terminal = await openTerminal([]);
  const line = async (env: Record<string, string>): Promise<string | undefined> =>
    (await terminal.run(["doctor"], { env }).ended).out.split("\n").find((one) => one.includes("Telemetry"));
  expect(await line({})).toBe("✓ Telemetry: off");
  const on = { PLUMB_TELEMETRY: "1", OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url };
  expect(await line(on)).toBe(`✓ Telemetry: without content, to ${new URL(receiver.url).host}`);
  expect(await line({ ...on, OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" })).toMatch(/^! Telemetry: .*gRPC/);
  expect(receiver.bytes).toEqual([]);
});

test("a reader that goes away ends the program, and what was measured is sent all the same", async () => {
  const receiver = await collector();
  const terminal = await openTerminal([reply(say("Hello.".repeat(20_000)))]);
  const { child, ended } = terminal.run(["-p", "Hello", "--output-format", "stream-json"], {
    env: { PLUMB_TELEMETRY: "1", OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url },
  });
  child.stdout?.once("data", () => child.stdout?.destroy());
  expect((await ended).code).toBe(0);
  expect(receiver.problems).toEqual([]);
  expect(named(receiver.spans, "invoke_agent plumb")).toHaveLength(1);
});
