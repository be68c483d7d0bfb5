import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import type { App } from "../../src/app/app.ts";
import type { AppOptions } from "../../src/app/app-options.ts";
import { decide } from "../../src/core/access.ts";
import { text } from "../../src/core/message.ts";
import type { Mode } from "../../src/core/mode.ts";
import { ruleFiles } from "../../src/safety/rule-files/places.ts";
import { call, type Reply, reply, say } from "../support/fake-api/replies.ts";
import { eventsOf, startWorld } from "../support/start-app.ts";

/** A workspace, a home and a machine of its own, so that nothing of this one counts. */
async function startRules(files: Record<string, string>, more: { roots?: string[]; script?: Reply[] } = {}) {
  const world = await startWorld({ script: more.script ?? [] });
  const base = dirname(world.dir);
  const write = (path: string, content: string): void => {
    mkdirSync(dirname(join(base, path)), { recursive: true });
    writeFileSync(join(base, path), content);
  };
  for (const [path, content] of Object.entries(files)) write(path, content);
  const roots = (more.roots ?? ["workspace"]).map((root) => join(base, root));
  const options: Partial<AppOptions> = {
    roots,
    cwd: roots[0] ?? "",
    ruleFiles: ruleFiles({
      platform: "linux",
      home: base,
      dataDir: world.dataDir,
      claudeDir: join(base, ".claude"),
      roots,
      join,
      managedDir: (product) => join(base, "etc", product),
    }),
  };
  return {
    world,
    base,
    write,
    remove: (path: string) => rmSync(join(base, path)),
    open: (change: Partial<AppOptions> = {}) => world.open({ ...options, ...change }),
  };
}

const rules = (permissions: object): string => JSON.stringify({ permissions });

function judge(app: App, kind: "read" | "write" | "network", target: string, mode: Mode = "ask") {
  const { verdict, because } = decide(
    [{ kind, target }],
    app.permissions.policy(() => ({ mode, allowed: [] })),
  );
  return `${verdict}: ${because}`;
}

test("of all sources together deny comes before ask and ask before allow, and the reason names file and rule", async () => {
  const { open, world } = await startRules({
    ".claude/settings.json": rules({
      allow: ["WebFetch(domain:a.com)", "WebFetch(domain:b.com)", "WebFetch(domain:c.com)"],
    }),
    "home/settings.json": rules({ ask: ["WebFetch(domain:b.com)"] }),
    "workspace/.plumb/settings.json": rules({ deny: ["WebFetch(domain:c.com)"] }),
    "etc/plumb/managed-settings.d/10.json": rules({ deny: ["Read(x.txt)"] }),
  });
  const app = await open();
  expect(judge(app, "network", "a.com")).toBe(
    "allow: user settings (~/.claude/settings.json): WebFetch(domain:a.com)",
  );
  expect(judge(app, "network", "b.com")).toMatch(/^ask: user settings \(~\/home\/settings\.json\): /);
  expect(judge(app, "network", "c.com")).toBe(
    "deny: project settings (.plumb/settings.json): WebFetch(domain:c.com)",
  );
  expect(judge(app, "read", join(world.dir, "x.txt"))).toMatch(/^deny: managed settings/);
});

test("what a project allows holds once the user has agreed to it, and what is added later asks anew", async () => {
  const file = "workspace/.claude/settings.json";
  const { open, write, base } = await startRules({
    [file]: rules({ allow: ["WebFetch(domain:a.com)"], ask: ["WebFetch(domain:b.com)"] }),
  });
  const app = await open();
  expect(judge(app, "network", "a.com")).toMatch(/^ask: no rule/);
  expect(app.permissions.waiting).toMatchObject([{ added: ["WebFetch(domain:a.com)"], removed: [] }]);
  // Something else than what was shown is not agreed to.
  await app.permissions.approve(join(base, file), ["WebFetch(domain:z.com)"]);
  expect(judge(app, "network", "a.com")).toMatch(/^ask/);
  await app.permissions.approve(join(base, file), ["WebFetch(domain:a.com)"]);
  expect(judge(app, "network", "a.com")).toMatch(/^allow: project settings/);
  write(file, rules({ allow: ["WebFetch(domain:a.com)", "WebFetch(domain:evil.com)"] }));
  await app.permissions.refresh(true);
  expect(judge(app, "network", "a.com")).toMatch(/^allow/);
  expect(judge(app, "network", "evil.com")).toMatch(/^ask/);
  expect(app.permissions.waiting).toMatchObject([{ added: ["WebFetch(domain:evil.com)"] }]);
  // Another conversation of this workspace knows what was agreed to.
  const later = await open({ sessionId: "session-2" });
  expect(judge(later, "network", "a.com")).toMatch(/^allow/);
});

test("before the workspace is trusted its files say nothing, and what they forbid holds from then on", async () => {
  const { open } = await startRules({
    "workspace/.claude/settings.json": "not JSON at all",
    "workspace/.plumb/settings.json": rules({ deny: ["Read(x.txt)"] }),
    ".claude/settings.json": rules({ deny: ["Read(y.txt)"] }),
  });
  let isTrusted = false;
  const app = await open({ isTrusted: () => isTrusted });
  const [dir = ""] = app.permissions.sources?.files.flatMap(({ root }) => root ?? []) ?? [];
  expect(judge(app, "read", join(dir, "x.txt"))).toMatch(/^allow/);
  expect(judge(app, "read", join(dir, "y.txt"))).toMatch(/^deny/);
  expect(app.permissions.problems).toEqual([]);
  isTrusted = true;
  await app.permissions.refresh();
  expect(judge(app, "read", join(dir, "x.txt"))).toMatch(/^deny/);
  expect(app.permissions.problems).toHaveLength(1);
});

test("while a file cannot be understood everything asks, and not a moment longer", async () => {
  const file = "workspace/.plumb/settings.json";
  const { open, write, world } = await startRules({ [file]: '{"permissions": {"deny": ["Read(x.txt)"' });
  const app = await open();
  const path = join(world.dir, "src/a.ts");
  expect(judge(app, "read", path)).toMatch(/^ask: project settings .*not understood/);
  expect(app.permissions.problems.join()).toContain("until that is corrected, Plumb asks before everything");
  write(file, rules({ deny: ["Read(x.txt)"] }));
  await app.permissions.refresh(true);
  expect(judge(app, "read", path)).toMatch(/^allow/);
  expect(judge(app, "read", join(world.dir, "x.txt"))).toMatch(/^deny/);
});

test("a rule that is not understood matches nothing and is told, and those beside it hold", async () => {
  const { open, world } = await startRules({
    "home/settings.json": rules({
      deny: ["Read(", "Bash(rm", "Read(x.txt)", 7],
      allow: ["toString", "__proto__"],
    }),
  });
  const app = await open();
  expect(judge(app, "read", join(world.dir, "a.txt"))).toMatch(/^allow/);
  expect(judge(app, "read", join(world.dir, "x.txt"))).toMatch(/^deny/);
  expect(app.permissions.problems).toHaveLength(5);
});

test("with several folders a pattern is about the folder whose file it stands in", async () => {
  const { open, base } = await startRules(
    {
      "one/.plumb/settings.json": rules({ deny: ["Read(/data/x)"] }),
      "two/.plumb/settings.json": rules({ deny: ["Edit(./own.txt)"] }),
    },
    { roots: ["one", "two"] },
  );
  const app = await open();
  expect(judge(app, "read", join(base, "one/data/x"))).toMatch(/^deny/);
  expect(judge(app, "read", join(base, "two/data/x"))).toMatch(/^allow/);
  expect(judge(app, "write", join(base, "two/own.txt"))).toMatch(/^deny: project settings .* in .*two/);
  expect(judge(app, "write", join(base, "one/own.txt"))).toMatch(/^ask/);
});

test("`/x` in the user's settings of Claude Code is about the folder they are in", async () => {
  const { open, base, world } = await startRules({
    ".claude/settings.json": rules({ deny: ["Read(/notes/x)"] }),
  });
  const app = await open();
  expect(judge(app, "read", join(base, ".claude/notes/x"))).toMatch(/^deny/);
  expect(judge(app, "read", join(world.dir, "notes/x"))).toMatch(/^allow/);
});

test("folders that a file adds are part of the workspace; of a project once the user has agreed", async () => {
  const file = "workspace/.claude/settings.json";
  const { open, base } = await startRules({
    [file]: rules({ additionalDirectories: ["../lib", "/", ".."] }),
    "lib/a.ts": "",
    ".claude/settings.json": rules({ additionalDirectories: ["~/docs"] }),
  });
  const app = await open();
  expect(judge(app, "read", join(base, "docs/a.md"))).toMatch(/^allow/);
  expect(judge(app, "write", join(base, "docs/a.md"), "acceptEdits")).toMatch(/^allow/);
  expect(judge(app, "read", join(base, "lib/a.ts"))).toMatch(/^ask/);
  await app.permissions.approve(join(base, file), [
    "additionalDirectories: ../lib",
    "additionalDirectories: /",
  ]);
  expect(judge(app, "read", join(base, "lib/a.ts"))).toMatch(/^allow/);
  expect(judge(app, "read", "/srv/a")).toMatch(/^ask/);
  expect(app.permissions.problems).toHaveLength(2);
});

test("a project can begin in a tighter mode and never in a looser one; a managed file forbids Bypass", async () => {
  const { open, write } = await startRules({
    "workspace/.claude/settings.json": rules({ defaultMode: "bypassPermissions" }),
    ".claude/settings.json": rules({ defaultMode: "acceptEdits" }),
  });
  const free = { isModeChosen: false, mayBypass: () => true };
  expect((await open(free)).mode).toBe("acceptEdits");
  expect((await open({ ...free, isModeChosen: true, sessionId: "session-2" })).mode).toBe("ask");
  write("workspace/.claude/settings.json", rules({ defaultMode: "plan" }));
  expect((await open({ ...free, sessionId: "session-3" })).mode).toBe("plan");
  write("etc/claude/managed-settings.json", rules({ disableBypassPermissionsMode: "disable" }));
  const app = await open({ ...free, mode: "bypass", isModeChosen: true, sessionId: "session-4" });
  expect(app.mode).toBe("ask");
  expect(judge(app, "network", "a.com", "bypass")).toMatch(/^ask/);
});

test("where only managed rules may allow, the others still forbid", async () => {
  const { open, world } = await startRules({
    "etc/plumb/managed-settings.json": JSON.stringify({
      allowManagedPermissionRulesOnly: true,
      permissions: { allow: ["WebFetch(domain:m.com)"] },
    }),
    "home/settings.json": rules({ allow: ["WebFetch(domain:a.com)"], deny: ["Read(x.txt)"] }),
  });
  const app = await open({
    rules: [{ verdict: "allow", text: "WebFetch(domain:b.com)", source: "command line" }],
  });
  for (const host of ["a.com", "b.com"]) expect(judge(app, "network", host)).toMatch(/^ask/);
  expect(judge(app, "network", "m.com")).toMatch(/^allow/);
  expect(judge(app, "read", join(world.dir, "x.txt"))).toMatch(/^deny/);
});

test("what a file says by the time of a turn holds in that turn", async () => {
  const script: Reply[] = [];
  const { open, write, world } = await startRules({}, { script });
  const app = await open();
  write("workspace/.plumb/settings.json", rules({ deny: ["Read(x.txt)"] }));
  world.write("x.txt", "secret");
  script.push(reply(call("Read", { file_path: join(world.dir, "x.txt") })), reply(say("ok")));
  await app.prompt([text("go")], "now");
  expect(eventsOf(app, "tool.finished")).toMatchObject([{ isError: true, outcome: "denied" }]);
  expect(eventsOf(app, "permission.decided")[0]?.because).toBe(
    "project settings (.plumb/settings.json): Read(x.txt)",
  );
});

test("what is agreed to or allowed in one window holds in the other from its next turn on", async () => {
  const file = "workspace/.claude/settings.json";
  const { open, base } = await startRules({ [file]: rules({ allow: ["WebFetch(domain:a.com)"] }) });
  const [one, two] = [await open(), await open({ sessionId: "session-2" })];
  await one.permissions.approve(join(base, file), ["WebFetch(domain:a.com)"]);
  await one.permissions.remember(["WebFetch(domain:b.com)"]);
  await two.permissions.refresh();
  for (const host of ["a.com", "b.com"]) expect(judge(two, "network", host)).toMatch(/^allow/);
  await one.permissions.replaceSaved("WebFetch(domain:b.com)", undefined);
  await two.permissions.refresh();
  expect(judge(two, "network", "b.com")).toMatch(/^ask/);
});

test("a rule of this conversation that is taken back asks again, also when the conversation is opened again", async () => {
  const { open } = await startRules({});
  const app = await open();
  app.session.append("main", {
    type: "rules",
    scope: "session",
    allow: ["WebFetch(domain:a.com)", "Bash(ls *)"],
  });
  const desk = await app.ruleDesk();
  const listed = (await desk.list()).find(({ text: rule }) => rule === "WebFetch(domain:a.com)");
  if (!listed) throw new Error("The rule is not listed.");
  await desk.change(listed, undefined);
  expect((await desk.list()).map(({ text: rule }) => rule)).toEqual(["Bash(ls *)"]);
  const ask = { kind: "host", text: "https://a.com/x", mode: "ask" } as const;
  expect(await desk.explain(ask)).toMatchObject({ verdict: "ask" });
});

test("what is tried is decided as if it was called, with all that matches", async () => {
  const { open, world } = await startRules({
    "home/settings.json": rules({
      deny: ["Read(x.txt)"],
      allow: ["Bash(npm test *)"],
      ask: ["Bash(git push *)"],
    }),
  });
  const app = await open();
  const desk = await app.ruleDesk();
  world.write("x.txt", "");
  const tryIt = (kind: "command" | "read" | "write" | "host" | "tool", words: string, mode: Mode = "ask") =>
    desk.explain({ kind, text: words, mode });
  expect(await tryIt("read", "./x.txt")).toMatchObject({
    verdict: "deny",
    targets: [join(world.dir, "x.txt")],
    matching: [{ verdict: "deny" }, { verdict: "allow", source: "workspace file" }],
  });
  const command = await tryIt("command", "npm test -- a && git push");
  expect(command).toMatchObject({
    verdict: "ask",
    parts: [{ text: "npm test -- a" }, { text: "git push", risk: "high" }],
  });
  expect(await tryIt("write", "a.ts", "plan")).toMatchObject({ verdict: "deny", because: "plan mode" });
  expect(await tryIt("host", "ftp://a.com")).toMatchObject({ verdict: "ask" });
  expect(await tryIt("read", "a\0b")).toMatchObject({
    verdict: "ask",
    because: expect.stringContaining("NUL"),
  });
  expect(await tryIt("tool", "mcp__a__b")).toMatchObject({ verdict: "ask" });
});

test("a file is changed where its rule stands, once, and not when it is no longer there", async () => {
  const file = "workspace/.plumb/settings.json";
  const { open, base, write } = await startRules({
    [file]: '{ // ours\n  "permissions": { "deny": ["Read(x.txt)"] } }\n',
  });
  const app = await open();
  const desk = await app.ruleDesk();
  const [listed] = await desk.list();
  if (!listed) throw new Error("The rule is not listed.");
  await expect(desk.change(listed, "Read(")).rejects.toMatchObject({ kind: "invalid_input" });
  await desk.change(listed, "Read(y.txt)");
  expect(readFileSync(join(base, file), "utf8")).toBe(
    '{ // ours\n  "permissions": { "deny": ["Read(y.txt)"] } }\n',
  );
  write(file, rules({ deny: [] }));
  await expect(desk.change(listed, undefined)).rejects.toMatchObject({ kind: "stale" });
  const target = desk.files.find(({ path }) => path.endsWith("workspace/.claude/settings.json"));
  if (!target) throw new Error("No such file is offered.");
  await desk.write(target, { verdict: "allow", to: "WebFetch(domain:a.com)" });
  expect(judge(app, "network", "a.com")).toMatch(/^allow: project settings/);
});
