import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as z from "zod";
import { COMMAND_IDS } from "../../../src/hosts/vscode/command-ids.ts";

const root = new URL("../../../", import.meta.url);
const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, root), "utf8"));

const Setting = z.looseObject({ scope: z.string(), markdownDescription: z.string() });
const Step = z.looseObject({ media: z.record(z.string(), z.string()) });
const Manifest = z.looseObject({
  icon: z.string(),
  capabilities: z.looseObject({
    untrustedWorkspaces: z.looseObject({ restrictedConfigurations: z.array(z.string()) }),
  }),
  contributes: z.looseObject({
    commands: z.array(z.looseObject({ command: z.string(), category: z.string() })),
    keybindings: z.array(
      z.looseObject({ command: z.string(), key: z.string(), when: z.string().optional() }),
    ),
    menus: z.record(z.string(), z.array(z.looseObject({ command: z.string() }))),
    configuration: z.looseObject({ properties: z.record(z.string(), Setting) }),
    walkthroughs: z.array(z.looseObject({ steps: z.array(Step) })),
  }),
});
const text = readFileSync(new URL("package.json", root), "utf8");
const manifest = Manifest.parse(read("package.json"));
const { commands, keybindings, menus, configuration, walkthroughs } = manifest.contributes;

test("the manifest, the handlers, the menus and the keys know the same commands", () => {
  const contributed = commands.map(({ command }) => command);
  expect(contributed.toSorted()).toEqual(
    [...COMMAND_IDS, "plumb.showLog", "plumb.openWalkthrough"].toSorted(),
  );
  const used = [...keybindings, ...Object.values(menus).flat()].map(({ command }) => command);
  expect(used.filter((command) => !contributed.includes(command))).toEqual([]);
  // What a key does may depend on where it is pressed.
  expect(new Set(keybindings.map(({ key, when }) => `${key} ${when}`)).size).toBe(keybindings.length);
});

test("every word has its translation key, and no key is left over", () => {
  const words = z.record(z.string(), z.string()).parse(read("package.nls.json"));
  const used = [...text.matchAll(/"%([\w.]+)%"/g)].map((match) => match[1] ?? "");
  expect([...new Set(used)].toSorted()).toEqual(Object.keys(words).toSorted());
});

test("what could send a key elsewhere or widen permissions cannot be set by a workspace, nor by the container it comes with", () => {
  const scopes = Object.entries(configuration.properties).map(([name, { scope }]) => [name, scope]);
  expect(Object.fromEntries(scopes)).toMatchObject({
    "plumb.baseUrl": "application",
    "plumb.permissions.allow": "application",
    "plumb.permissions.defaultMode": "application",
    "plumb.permissions.allowBypass": "application",
    "plumb.cache.keepWarm": "application",
    "plumb.redactSecrets": "application",
    "plumb.sandbox.allowedDomains": "application",
    "plumb.telemetry.enabled": "application",
    "plumb.telemetry.endpoint": "application",
    "plumb.telemetry.includeContent": "application",
  });
  const ofWorkspace = scopes.filter(([, scope]) => scope === "window").map(([name]) => name);
  expect(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations.toSorted()).toEqual(
    ofWorkspace.toSorted(),
  );
});

test("every picture is there", () => {
  const media = walkthroughs.flatMap(({ steps }) =>
    steps.flatMap((step) => [step.media["svg"], step.media["markdown"]]),
  );
  const paths = [manifest.icon, ...media].filter((path) => path !== undefined);
  expect(paths.filter((path) => !existsSync(new URL(path, root)))).toEqual([]);
});
