import {
  floor,
  instructing,
  links,
  manifest,
  markdown,
  of,
  paths,
  races,
  risk,
  rules,
  shell,
  standing,
  type Threat,
  untrusted,
  wildcards,
} from "./threats.ts";

export const TO_MACHINE: readonly Threat[] = [
  {
    row: 1,
    threat:
      "A text in the repository talks the agent into writing the editor's or its own settings, to approve itself.",
    defence:
      "Protected files ask in every mode, for every tool and through links; nothing but the user changes settings.",
    proofs: [
      floor,
      instructing,
      rules,
      of("app/move.test.ts")(
        "protected files ask under every mode at both ends, none hides in a folder, and plan mode moves nothing",
      ),
      of("app/delete.test.ts")("protected files ask under every mode, and plan mode deletes nothing"),
    ],
  },
  {
    row: 2,
    threat: "The agent writes a definition of an agent, a skill or a hook that runs later.",
    defence: "Their folders are protected, those of other agents and editors too.",
    proofs: [instructing, wildcards("%s asks in every mode")],
  },
  {
    row: 3,
    threat: "A rule that allows a command allows what is chained to it.",
    defence: "Commands are parsed; each simple command has to be allowed.",
    proofs: [risk, rules, wildcards("%s asks"), shell("joined by %s")],
  },
  {
    row: 4,
    threat: "Line ends, lone returns and continued lines hide a second command.",
    defence: "A line end is a separator in the syntax tree; other controls make a text high.",
    proofs: [risk, shell("joined by %s"), shell("no spelling of its words makes a command less risky")],
  },
  {
    row: 5,
    threat: "Substitutions, backticks and here-documents run what nobody looked at.",
    defence: "Every substitution is visited, in here-documents, defaults and arithmetic too.",
    proofs: [risk, of("safety/shell/shell-risk.test.ts")("wrapping a command in %s never lowers its risk")],
  },
  {
    row: 6,
    threat: "Arithmetic, array indices and variable names evaluate text as code.",
    defence: "Whatever can evaluate its words is high.",
    proofs: [risk, shell("%s are too much, and high")],
  },
  {
    row: 7,
    threat: "An option of a tool that only reads runs or writes something.",
    defence: "Options are listed for each program; one that is not known is never low.",
    proofs: [risk, shell("an unknown option makes nothing low, wherever it stands"), wildcards("%s asks")],
  },
  {
    row: 8,
    threat: "Variables decide what later commands run.",
    defence: "Seven harmless names may be set; each command gets a new shell and a cleaned environment.",
    proofs: [
      risk,
      rules,
      of("hosts/node/node-shell.test.ts")("programs of the current folder are not found by their name alone"),
      of("hosts/node/node-shell.test.ts")("the cleaned environment is what a command sees"),
    ],
  },
  {
    row: 9,
    threat: "A wrapper hides the command from a rule.",
    defence: "Rules that forbid look through all wrappers, rules that allow through six.",
    proofs: [
      rules,
      of("safety/rules.test.ts")("a denied command is denied in every disguise that can be seen through"),
    ],
  },
  {
    row: 10,
    threat: "Git runs what a crafted repository names.",
    defence:
      "Our own git runs without hooks, monitors and foreign protocols; the model's git writes no settings unasked, and takes no folder for a repository because it holds the files of one.",
    proofs: [
      of("hosts/node/git-state.test.ts")("no program that a repository names is run"),
      of("security/git-elsewhere.test.ts")("git in a folder that may be a repository of its own asks: %s"),
      of("security/git-elsewhere.test.ts")(
        "and where that is allowed, git does not take the folder for a repository",
      ),
      of("hosts/node/chaos.test.ts")("our own git runs nothing that a repository names"),
      of("hosts/node/chaos.test.ts")(
        "every git of ours is started in one place, with the settings that keep it from running anything",
      ),
      wildcards("%s asks in every mode"),
    ],
  },
  {
    row: 11,
    threat: "The configuration of an MCP server is replaced after it was approved.",
    defence:
      "Only servers that the user names with --mcp-config are started. A tool stays what it was when the model was told of it, and every call asks.",
    proofs: [
      of("cli/mcp.test.ts")("a repository's .mcp.json starts nothing, with --mcp-config or without"),
      of("mcp/servers.test.ts")(
        "a tool stays what it was when it was told first, and one that fails since says what it takes now",
      ),
      of("app/fail-closed.test.ts")("a tool that nobody knows is not run under any mode"),
    ],
    why: "No configuration is approved by anybody but who gives it, so there is nothing to be replaced.",
    missing: "MCP servers of a repository",
  },
  {
    row: 12,
    threat: "Settings, hooks or instructions of a project act before it is trusted.",
    defence: "Before trust nothing of a workspace counts but what forbids, and nothing runs.",
    proofs: [
      untrusted,
      of("app/rule-sources.test.ts")(
        "before the workspace is trusted its files say nothing, and what they forbid holds from then on",
      ),
      of("app/turn.test.ts")("an untrusted workspace is read-only, whatever mode was chosen"),
      of("prompts/system.test.ts")("leaves project instructions out while the workspace is not trusted"),
      of("app/instructions.test.ts")(
        "count only once the workspace is trusted, and nothing is said of it before",
      ),
    ],
  },
  {
    row: 13,
    threat: "A project sends the key to another address.",
    defence: "The address is a setting of the user alone, and a key goes only where it was entered for.",
    proofs: [
      manifest,
      of("host/accounts.test.ts")("a key is never sent to another address than the one it was entered for"),
      untrusted,
    ],
  },
  {
    row: 14,
    threat: "A restricted setting slips past trust in another form.",
    defence: "What could widen anything is read from the user's layer only, never as merged.",
    proofs: [
      manifest,
      untrusted,
      standing("what could widen permissions is read from the user's own layer of the settings"),
      of("cli/telemetry.test.ts")(
        "nothing is sent, and nothing of it loaded, unless the user wants it: not for a repository, nor for variables of other programs",
      ),
    ],
  },
  {
    row: 15,
    threat: "A link in the workspace leads out of it, or takes a folder's place in the right moment.",
    defence:
      "Real paths are judged; folders are held open while files in them change (on Linux); several names ask.",
    proofs: [
      paths,
      races("while a folder and a link to elsewhere take turns, %s never happens elsewhere"),
      races("what was decided about one place is not done in another"),
      links("rules for commands and files do not let it be written"),
      links("after a call of the same reply has made the link"),
      links("a file that has another name elsewhere (a hard link) is not written without asking in mode %s"),
    ],
    why: "In the editor the file is written by VS Code itself, by its path: there a race with another process of the user remains.",
  },
  {
    row: 16,
    threat: "A folder whose name only begins like the workspace's counts as inside.",
    defence: "Paths are compared by their parts.",
    proofs: [paths],
  },
  {
    row: 17,
    threat: "Case, accents, invisible characters or Windows spellings name a protected file.",
    defence: "Protected names are compared folded; odd spellings are refused.",
    proofs: [
      paths,
      of("safety/path-safety.test.ts")(
        "stay protected in every spelling that some disk takes for the same file",
      ),
    ],
  },
  {
    row: 18,
    threat: "Looking at a network path gives the user's credentials away.",
    defence: "Such paths are refused before anything is looked at.",
    proofs: [
      paths,
      of("safety/path-safety.test.ts")("a network path is refused unless the workspace lies there"),
    ],
    why: "Tried on Linux with Windows spellings; not on a Windows machine.",
  },
  {
    row: 19,
    threat: "A picture, a style or a prefetch in an answer carries data out.",
    defence: "Nothing remote loads in the panel; pictures become their text.",
    proofs: [
      markdown,
      of("hosts/vscode/panel-messages.test.ts")("the page allows our own script and nothing remote"),
    ],
    missing: "diagrams",
  },
  {
    row: 20,
    threat: "Names that are looked up carry data out.",
    defence: "No network tool is low; a confined command reaches no name.",
    proofs: [risk, of("hosts/node/sandbox.test.ts")("reaches no server of this machine, no name, no socket")],
  },
];
