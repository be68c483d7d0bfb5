import { expect, test } from "vitest";
import { isStillWanted, staysHere, toTelemetryChoice } from "../../src/core/telemetry-choice.ts";
import { readUserTelemetry } from "../../src/hosts/node/user-telemetry.ts";

const settings = (telemetry: unknown): string => JSON.stringify({ telemetry });
const ON = { endpoint: undefined, includesContent: false };

test("nothing is wanted unless somebody says so, whatever OpenTelemetry's own variables are", async () => {
  const others = {
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318",
    OTEL_TRACES_EXPORTER: "otlp",
    OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: "true",
    PLUMB_TELEMETRY_CONTENT: "1",
  };
  for (const text of [undefined, "", "{}", "not JSON", settings({}), settings({ endpoint: "http://a" })])
    expect(await readUserTelemetry(text, others)).toBeUndefined();
});

test.each([
  ["the variable", "", { PLUMB_TELEMETRY: "1" }, ON],
  ["the settings", settings({ enabled: true }), {}, ON],
  ["the variable says no", settings({ enabled: true }), { PLUMB_TELEMETRY: "0" }, undefined],
  ["the variable is no word", settings({ enabled: true }), { PLUMB_TELEMETRY: "perhaps" }, undefined],
  ["the variable is empty", settings({ enabled: true }), { PLUMB_TELEMETRY: "" }, ON],
  ["a word for yes that is none", settings({ enabled: "true" }), {}, undefined],
  ["the SDK is disabled", settings({ enabled: true }), { OTEL_SDK_DISABLED: "true" }, undefined],
  ["a comment before it", `// mine\n${settings({ enabled: true })}`, {}, ON],
])("%s", async (_what, text, environment, expected) => {
  expect(await readUserTelemetry(text, environment)).toEqual(expected);
});

test("where it goes is said by the variables, and by the settings where those say nothing", async () => {
  const own = settings({ enabled: true, endpoint: "http://mine:4318" });
  expect(await readUserTelemetry(own, {})).toEqual({ ...ON, endpoint: "http://mine:4318" });
  for (const name of ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"])
    expect(await readUserTelemetry(own, { [name]: "http://theirs:4318" })).toEqual(ON);
});

test("content is wanted only where Plumb itself is told so, and other programs' variables can only say no", async () => {
  const content = { ...ON, includesContent: true };
  const both = settings({ enabled: true, content: true });
  expect(await readUserTelemetry(both, {})).toEqual(content);
  expect(await readUserTelemetry("", { PLUMB_TELEMETRY: "1", PLUMB_TELEMETRY_CONTENT: "1" })).toEqual(
    content,
  );
  expect(await readUserTelemetry(both, { PLUMB_TELEMETRY_CONTENT: "0" })).toEqual(ON);
  const capture = (value: string) => ({ OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: value });
  expect(await readUserTelemetry(settings({ enabled: true }), capture("true"))).toEqual(ON);
  for (const no of ["false", "NO_CONTENT"]) expect(await readUserTelemetry(both, capture(no))).toEqual(ON);
});

test.each([
  ["http://localhost:4318", true],
  ["http://127.0.0.1:4318/x", true],
  ["http://127.1.2.3", true],
  ["http://[::1]:4318", true],
  ["https://collector.example.com", false],
  ["http://127.0.0.1.example.com", false],
  ["http://localhost.example.com", false],
  ["http://localhost@example.com", false],
  ["http://10.0.0.1", false],
  ["http://0x7f.1", true],
  ["nonsense", false],
])("%s stays on this machine: %s", (endpoint, expected) => {
  expect(staysHere(endpoint)).toBe(expected);
});

test("a value of another kind is no", () => {
  expect(toTelemetryChoice({ enabled: 1, endpoint: "", content: true })).toBeUndefined();
  expect(toTelemetryChoice({ enabled: true, endpoint: 5, content: "true" })).toEqual(ON);
});

test("who wants less of it, or wants it elsewhere, has turned off what a conversation began to send", () => {
  const plain = { endpoint: "http://localhost:4318", includesContent: false };
  const whole = { ...plain, includesContent: true };
  expect(isStillWanted(plain, plain)).toBe(true);
  expect(isStillWanted(plain, whole)).toBe(true);
  expect(isStillWanted(whole, whole)).toBe(true);
  expect(isStillWanted(whole, plain)).toBe(false);
  expect(isStillWanted(plain, undefined)).toBe(false);
  expect(isStillWanted(plain, { ...plain, endpoint: "http://localhost:4319" })).toBe(false);
});
