import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { type Access, policyFromRules, type Rule, type Verdict } from "../../src/core/access.ts";
import { pathsOf } from "../../src/safety/check/paths-of.ts";
import { jointRules } from "../../src/safety/command-rules.ts";
import { floorRules, modeRules } from "../../src/safety/modes.ts";
import { parseRule, removesTool } from "../../src/safety/rules.ts";
import { loadShell } from "../../src/safety/shell/late.ts";
import { choicesFor } from "./choices.ts";
import { linuxPlace } from "./place.ts";

type Written = { [verdict in Verdict]?: readonly string[] };
const place = linuxPlace();

beforeAll(loadShell);

function compile(written: Written): Rule[] {
  const rules = (["allow", "ask", "deny"] as const).flatMap((verdict) =>
    (written[verdict] ?? []).flatMap((text) => parseRule(verdict, text, text, place) ?? []),
  );
  return [...rules, ...jointRules(rules, place)];
}
const verdict = (written: Written, kind: Access["kind"], target: string): Verdict =>
  policyFromRules(compile(written))({ kind, target }).verdict;
const run = (written: Written, command: string): Verdict => verdict(written, "execute", command);

describe("a rule", () => {
  test.each([
    "",
    "Bash(",
    "Bash()",
    "Read()",
    "bash(ls)",
    "Edit(!x)",
    "WebFetch(example.com)",
    "WebFetch(domain:)",
    "Skill(x)",
    "mcp__*",
    "*",
    "Bash(ls) extra",
    "[]",
  ])("%j allows nothing and is reported", (text) => {
    expect(parseRule("allow", text, "test", place)).toBeUndefined();
  });

  test("gives its own place and spelling as the reason", () => {
    const rules = parseRule("allow", "Bash(npm test)", "session: Bash(npm test)", place) ?? [];
    expect(policyFromRules(rules)({ kind: "execute", target: "npm test" }).because).toBe(
      "session: Bash(npm test)",
    );
  });

  test("about a tool with parentheses nobody here understands asks instead of denying too little", () => {
    expect(verdict({ deny: ["Skill(deploy)"] }, "unknown", "Skill")).toBe("ask");
  });

  test("never throws, whatever its text", () => {
    const text = fc.oneof(
      fc.string(),
      fc
        .tuple(fc.constantFrom("Bash", "Read", "Edit", "WebFetch", "mcp__a"), fc.string())
        .map(([tool, spec]) => `${tool}(${spec})`),
    );
    fc.assert(
      fc.property(fc.constantFrom("allow", "ask", "deny" as const), text, fc.string(), (v, rule, target) => {
        for (const { matches } of parseRule(v, rule, "", place) ?? []) matches(target);
      }),
    );
  });
});

describe("commands", () => {
  test("an exact rule covers the command however its words are spaced, and nothing else", () => {
    expect(run({ allow: ["Bash(npm run build)"] }, "  npm  run build\n")).toBe("allow");
    expect(run({ allow: ["Bash(npm run build)"] }, "npm run build2")).toBe("ask");
    expect(run({ allow: ["Bash(echo 'a b')"] }, "echo 'a  b'")).toBe("ask");
  });

  test("a rule that is offered for a command covers that command and no other", () => {
    const piece = fc.constantFrom(..."a b ' \" \\ $X ; | * > ( ) : \n 2>&1".split(" "), " ", "  ");
    const text = fc.array(piece, { maxLength: 8 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, text, (command, other) => {
        const letting = (text: string) => (allow: readonly string[]) => run({ allow }, text) === "allow";
        const [allow] = choicesFor(command, letting(command));
        if (!allow) return;
        const [needed] = choicesFor(other, letting(other));
        const isCovered = needed?.every((rule) => allow.includes(rule)) === true;
        expect(run({ allow }, other)).toBe(isCovered ? "allow" : "ask");
      }),
      { numRuns: 2000 },
    );
    expect(choicesFor("a  b")).toEqual([["Bash(a b)"]]);
    expect(choicesFor("a && b > c")).toEqual([["Bash(a)", "Bash(b)", "Edit(/c)"]]);
    for (const command of ["a *.ts", "", "a; b; c; d; e; f", "a > .git/config", "a > $X", "f() { a; }; f"])
      expect(choicesFor(command)).toEqual([]);
  });

  test("a rule for a prefix covers one plain command only", () => {
    const rules = { allow: ["Bash(npm test *)"] };
    for (const command of [
      "npm test",
      "npm test -- --watch=false",
      "npm test 'a; b'",
      "npm test 2>&1",
      "npm test *",
      "time npm test",
    ])
      expect(run(rules, command)).toBe("allow");
    for (const command of [
      "npm testing",
      "npm test; rm x",
      "npm test && rm x",
      "npm test | sh",
      "npm test & rm x",
      "npm test\nrm x",
      "npm test $(rm x)",
      "npm test `rm x`",
      'npm test "$(rm x)"',
      "npm test > ~/.bashrc",
      "npm test < ~/.netrc",
      "npm test < .env",
      "npm test <(rm x)",
      "PATH=. npm test",
      "npm test $X",
      "npm test ../../x",
      "npm test 'a",
      "npm test \u200b",
    ])
      expect(`${command}: ${run(rules, command)}`).toBe(`${command}: ask`);
  });

  test.skipIf(!existsSync("/bin/bash"))(
    "whatever is put behind an allowed prefix, bash runs nothing else",
    () => {
      const tail = fc.array(
        fc.constantFrom(
          ..."a $(x) `x` ; & | && \n ( ) { } < > ' \" \\ # ! ~ * $X x=1 \r <(x) 2>&1 $'".split(" "),
          " ",
        ),
        { maxLength: 6 },
      );
      const allowed = fc
        .sample(tail, 20_000)
        .map((parts) => `npm test ${parts.join("")}`)
        .filter((command) => run({ allow: ["Bash(npm test *)"] }, command) === "allow");
      expect(allowed.length).toBeGreaterThan(100);
      const script =
        'exec 9>&1; npm() { :; }; command_not_found_handle() { echo "ran $*" >&9; }; for c in "$@"; do (eval "$c") </dev/null >/dev/null 2>&1; done';
      const cwd = mkdtempSync(join(tmpdir(), "plumb-rules-"));
      const { stdout, status } = spawnSync(
        "/bin/bash",
        ["--noprofile", "--norc", "-c", script, "_", ...new Set(allowed)],
        {
          cwd,
          env: { PATH: "/nowhere" },
          encoding: "utf8",
        },
      );
      const left = readdirSync(cwd);
      rmSync(cwd, { recursive: true });
      expect({ stdout, left, status: status === null }).toEqual({ stdout: "", left: [], status: false });
    },
  );

  test("programs that run what they are given are never covered by a prefix, only by their exact text", () => {
    for (const command of [
      "sudo ls",
      "env ls",
      "xargs ls",
      "bash -c ls",
      "timeout 5 ls",
      "eval ls",
      "/usr/bin/env ls",
    ]) {
      const [program = ""] = command.split(" ");
      expect(run({ allow: [`Bash(${program} *)`] }, command)).toBe("ask");
      expect(run({ allow: [`Bash(${command})`] }, command)).toBe("allow");
    }
    expect(run({ allow: ["Bash(find *)"] }, "find . -delete")).toBe("ask");
  });

  test("a denied command is denied in every disguise that can be seen through", () => {
    for (const command of [
      "rm x",
      "/bin/rm x",
      "r\\m x",
      "'rm' x",
      "a; rm x",
      "a && rm x",
      "a | rm x",
      "(rm x)",
      "sudo -u me rm x",
      "env A=1 rm x",
      "X=1 rm x",
      "bash -c 'rm x'",
      "echo $(rm x)",
      'echo "$(rm x)"',
      "find . -exec rm {} +",
      "xargs -n1 rm",
      "if a; then rm x; fi",
    ])
      expect(`${command}: ${run({ allow: ["Bash"], deny: ["Bash(rm *)"] }, command)}`).toBe(
        `${command}: deny`,
      );
  });

  test("what cannot be seen through asks, even when every command is allowed", () => {
    for (const command of ["$X x", 'eval "$X"', "cat 'x", "source x"])
      expect(`${command}: ${run({ allow: ["Bash"], deny: ["Bash(rm *)"] }, command)}`).toBe(
        `${command}: ask`,
      );
  });

  test("a denied word in a text is not a denied command", () => {
    for (const command of ["echo rm", "git commit -m 'rm x'", "ls rm", "rmdir x"])
      expect(run({ allow: ["Bash"], deny: ["Bash(rm *)"] }, command)).toBe("allow");
  });

  test("a denied file cannot be reached by naming it in a command", () => {
    for (const command of [
      "cat .env",
      "cat ./sub/.env",
      "cat '.env'",
      "grep X ~/project/.env",
      "cat $HOME/project/.env",
      "wc < .env",
      "cp --target=.env x",
    ])
      expect(`${command}: ${run({ allow: ["Bash"], deny: ["Read(.env)"] }, command)}`).toBe(
        `${command}: deny`,
      );
    for (const command of [
      "cat .e*",
      "cat .[e]nv",
      "cat {.env,x}",
      "cd sub; cat .env",
      "cd .. && cat project/.env",
    ])
      expect(`${command}: ${run({ allow: ["Bash"], deny: ["Read(.env)"] }, command)}`).toBe(
        `${command}: deny`,
      );
    for (const command of ["cat *.md", "cd sub && cat x", "echo .env", "cat .envoy"])
      expect(`${command}: ${run({ allow: ["Bash"], deny: ["Read(.env)"] }, command)}`).toBe(
        `${command}: allow`,
      );
    for (const command of ["cat $F", 'cd "$D" && cat x', "cat $(ls)"])
      expect(`${command}: ${run({ allow: ["Bash"], deny: ["Read(.env)"] }, command)}`).toBe(
        `${command}: ask`,
      );
  });
});

describe("several rules together", () => {
  test("allow a list of commands each of which one of them allows", () => {
    const rules = { allow: ["Bash(git status *)", "Bash(npm test *)"] };
    expect(run(rules, "git status && timeout 30 npm test | npm test")).toBe("allow");
    expect(run(rules, "for i in 1 2; do npm test $i; done")).toBe("allow");
    expect(run(rules, "git status; npm publish")).toBe("ask");
    expect(run({ allow: ["Bash(git status *)"] }, "git status && npm test")).toBe("ask");
    expect(run(rules, "npm() { ls; }; npm test")).toBe("ask");
  });

  test("allow a redirection to a file that may be written", () => {
    const rules = { allow: ["Bash(npm test *)", "Edit(/logs/**)"] };
    expect(run(rules, "npm test > logs/a.txt 2>&1")).toBe("allow");
    expect(run(rules, "cd logs && npm test > a.txt")).toBe("ask");
    for (const target of ["a.txt", "logs/../a.txt", "~/a", "$X", "logs/*"])
      expect(`${target}: ${run(rules, `npm test > ${target}`)}`).toBe(`${target}: ask`);
  });

  test("look at where a link leads before they let a file be read or written", () => {
    const linked = linuxPlace({ real: (path) => (path.endsWith("/key") ? "/home/dev/.ssh/id_rsa" : path) });
    const [denied] =
      parseRule("deny", "Read(~/.ssh/**)", "", linked)?.filter(({ kind }) => kind === "execute") ?? [];
    expect(denied?.matches("cat key")).toBe(true);
    expect(denied?.matches("cat other")).toBe(false);
  });
});

test("a denial of writing a file does not deny reading it", () => {
  const rules = { allow: ["Bash"], deny: ["Edit(/dist/**)"] };
  for (const command of ["cat dist/a", "cp dist/a src/a", "wc -l < dist/a"])
    expect(`${command}: ${run(rules, command)}`).toBe(`${command}: allow`);
  for (const command of ["touch dist/a", "cp src/a dist/a", "mv dist/a b", "echo > dist/a", "cp -t dist a"])
    expect(`${command}: ${run(rules, command)}`).toBe(`${command}: deny`);
});

describe("files", () => {
  test("patterns are anchored where their first characters say", () => {
    const allows = (text: string, target: string): boolean =>
      verdict({ allow: [text] }, "write", target) === "allow";
    expect(allows("Edit(/src/**)", "/home/dev/project/src/a/b.ts")).toBe(true);
    expect(allows("Edit(/src/**)", "/home/dev/project/lib/src/b.ts")).toBe(false);
    expect(allows("Edit(*.md)", "/home/dev/project/docs/x.md")).toBe(true);
    expect(allows("Edit(*.md)", "/home/dev/x.md")).toBe(false);
    expect(allows("Edit(~/notes/**)", "/home/dev/notes/x")).toBe(true);
    expect(allows("Edit(//tmp/**)", "/tmp/x")).toBe(true);
    expect(allows("Edit", "/home/dev/other/x")).toBe(false);
    expect(allows("Edit(/a[b]/**)", "/home/dev/project/ab/x")).toBe(true);
    expect(allows("Edit(/a\\[b\\]/**)", "/home/dev/project/a[b]/x")).toBe(true);
    expect(allows("Edit(/src/**)", "/home/dev/project/src")).toBe(false);
  });

  test("`/` means every folder of the workspace", () => {
    const two = linuxPlace({ roots: ["/home/dev/project", "/srv/lib"] });
    const [rule] = parseRule("allow", "Edit(/src/**)", "", two) ?? [];
    expect(
      ["/home/dev/project/src/a", "/srv/lib/src/a", "/srv/src/a"].map((path) => rule?.matches(path)),
    ).toEqual([true, true, false]);
  });

  test("a relative rule does not reach out of the workspace from a working directory outside of it", () => {
    const outside = linuxPlace({ cwd: "/home/dev/elsewhere" });
    const [rule] = parseRule("allow", "Edit(src/**)", "", outside) ?? [];
    expect(rule?.matches("/home/dev/elsewhere/src/a")).toBe(false);
  });

  test("allowing to edit allows to read, denying to read denies to edit, and denying to edit leaves reading alone", () => {
    expect(verdict({ allow: ["Edit(/src/**)"] }, "read", "/home/dev/project/src/a")).toBe("allow");
    expect(verdict({ allow: ["Edit"], deny: ["Read(.env)"] }, "write", "/home/dev/project/.env")).toBe(
      "deny",
    );
    expect(verdict({ allow: ["Read"], deny: ["Edit(.env)"] }, "read", "/home/dev/project/.env")).toBe(
      "allow",
    );
  });

  test("a denial covers every spelling of the same file, an allowance only the plain one", () => {
    const insensitive = linuxPlace({ isCaseInsensitive: true, paths: pathsOf("darwin", true) });
    const [deny] = parseRule("deny", "Edit(secrets/**)", "", insensitive) ?? [];
    for (const name of ["secrets/a", "SECRETS/a", "sec\u200crets/a", "deep/secrets/a", "secrets"])
      expect(deny?.matches(`/home/dev/project/${name}`)).toBe(true);
    expect(verdict({ deny: ["Read(café)"] }, "read", "/home/dev/project/cafe\u0301")).toBe("deny");
    expect(verdict({ allow: ["Edit(/src/**)"] }, "write", "/home/dev/project/src/\u202ea")).toBe("ask");
    expect(verdict({ allow: ["Edit(/src/**)"] }, "write", "/home/dev/project/SRC/a")).toBe("ask");
  });
});

describe("hosts and tools", () => {
  test("a domain rule covers that host, `*.` its subdomains, and neither anything private by wildcard", () => {
    const allows = (text: string, host: string): boolean =>
      verdict({ allow: [text] }, "network", host) === "allow";
    expect(allows("WebFetch(domain:example.com)", "EXAMPLE.com.")).toBe(true);
    expect(allows("WebFetch(domain:example.com)", "a.example.com")).toBe(false);
    expect(allows("WebFetch(domain:*.example.com)", "a.b.example.com")).toBe(true);
    expect(allows("WebFetch(domain:*.example.com)", "notexample.com")).toBe(false);
    expect(allows("WebFetch(domain:*)", "127.0.0.1")).toBe(false);
    expect(allows("WebFetch", "169.254.169.254")).toBe(false);
    expect(allows("WebFetch(domain:localhost)", "localhost")).toBe(true);
  });

  test("MCP rules cover a server, a tool or a prefix of tools", () => {
    const allows = (text: string, tool: string): boolean =>
      verdict({ allow: [text] }, "unknown", tool) === "allow";
    expect(allows("mcp__db", "mcp__db__query")).toBe(true);
    expect(allows("mcp__db", "mcp__db_admin__query")).toBe(false);
    expect(allows("mcp__db__get_*", "mcp__db__get_row")).toBe(true);
    expect(allows("mcp__db__get_*", "mcp__db__drop")).toBe(false);
    expect(verdict({ deny: ["mcp__*"] }, "unknown", "mcp__db__query")).toBe("deny");
  });

  test("a bare denial takes a tool away from the model", () => {
    expect(removesTool("Grep", "Grep")).toBe(true);
    expect(removesTool("mcp__db", "mcp__db__query")).toBe(true);
    expect(removesTool("mcp__*", "mcp__db__query")).toBe(true);
    expect(removesTool("Bash(*)", "Bash")).toBe(true);
    expect(removesTool("Bash(rm *)", "Bash")).toBe(false);
    expect(removesTool("Read", "ReadAll")).toBe(false);
  });
});

test("adding a deny rule never makes a decision weaker", () => {
  const STRICT: Record<Verdict, number> = { allow: 0, ask: 1, deny: 2 };
  const texts = fc.constantFrom(
    "Bash",
    "Bash(rm *)",
    "Bash(git push:*)",
    "Read(.env)",
    "Edit(/src/**)",
    "Read",
    "Edit",
    "WebFetch",
    "mcp__a",
    "*",
  );
  const access = fc.constantFrom<Access>(
    { kind: "execute", target: "rm -rf src" },
    { kind: "execute", target: "git push; cat .env" },
    { kind: "read", target: "/home/dev/project/.env" },
    { kind: "write", target: "/home/dev/project/src/a" },
    { kind: "network", target: "example.com" },
    { kind: "unknown", target: "mcp__a__b" },
  );
  fc.assert(
    fc.property(fc.array(texts), fc.array(texts), texts, access, (allow, deny, more, { kind, target }) => {
      const base = [...modeRules("bypass", place), ...floorRules(place)];
      const decide = (rules: Rule[]): Verdict =>
        policyFromRules([...base, ...rules])({ kind, target }).verdict;
      const before = decide(compile({ allow, deny }));
      expect(STRICT[decide(compile({ allow, deny: [...deny, more] }))]).toBeGreaterThanOrEqual(
        STRICT[before],
      );
    }),
  );
});

describe("rules named after Move and Delete", () => {
  test("tighten writing where they say, and allow nothing, which would be writing as well", () => {
    for (const tool of ["Move", "Delete"]) {
      expect(
        verdict({ allow: ["Edit"], deny: [`${tool}(/src/**)`] }, "write", "/home/dev/project/src/a.ts"),
      ).toBe("deny");
      expect(verdict({ allow: ["Edit"], deny: [tool] }, "write", "/home/dev/project/src/a.ts")).toBe("allow");
      expect(removesTool(tool, tool)).toBe(true);
      for (const rule of [tool, `${tool}(/src/**)`])
        expect(parseRule("allow", rule, rule, place)).toBeUndefined();
    }
  });
});
