import {
  approval,
  floor,
  instructing,
  links,
  markdown,
  of,
  paths,
  races,
  risk,
  rules,
  standing,
  type Threat,
} from "./threats.ts";

export const TO_DATA: readonly Threat[] = [
  {
    row: 21,
    threat: "A web page is fetched from a look-alike or private host, or redirects there.",
    defence:
      "Exact hosts, one resolution, private ranges refused, redirects to other hosts told and not followed.",
    proofs: [
      rules,
      of("hosts/node/node-web.test.ts")("a name is refused when any of its addresses is private"),
      of("hosts/node/node-web.test.ts")("a name is resolved once, and its later changes gain nothing"),
      of("hosts/node/node-web.test.ts")("a redirect to another host is reported and not followed"),
      of("safety/path-safety.test.ts")("a URL names a host only when every reader agrees which"),
    ],
  },
  {
    row: 22,
    threat: "What the agent writes makes the editor fetch or run something.",
    defence: "Settings, tasks and workspaces of editors are protected.",
    proofs: [
      instructing,
      paths,
      of("security/runs-later.test.ts")("scripts, hooks, plugins and filters are told apart from the rest"),
    ],
    why: "A new remote $schema in a JSON file is not warned about: whether it is fetched is a setting of the editor.",
  },
  {
    row: 23,
    threat: "A host in another spelling passes the proxy of the sandbox.",
    defence: "Only plain names and addresses get as far as a rule; the sandbox is pinned to one version.",
    proofs: [
      standing("only a plain name or address is a host to the sandbox"),
      of("guards/hygiene.test.ts")("every dependency is pinned"),
    ],
  },
  {
    row: 24,
    threat: "Invisible, bidirectional or terminal characters hide instructions or the end of a command.",
    defence: "Cards spell them out, commands with them are high, untrusted text loses them with a note.",
    proofs: [
      risk,
      markdown,
      of("webview/cards.test.ts")(
        "hidden characters and long gaps are spelled out, in the command and in why",
      ),
      of("app/instructions/loader.test.ts")("lose what nobody can see, and it is said"),
      of("core/untrusted.test.ts")(
        "characters that cannot be seen are left out with a word, or shown where an edit has to name them",
      ),
    ],
  },
  {
    row: 25,
    threat: "The card shows one thing and another runs.",
    defence: "An approval is for these bytes, once, for ten minutes; a change asks again.",
    proofs: [
      approval("any other tool, input or access needs a decision of its own"),
      approval("every byte of a command counts"),
      approval("takes only what it issued itself, not something that looks like it"),
      of("app/turn.test.ts")("an answer to a card that shows something else counts for nothing"),
      of("app/turn.test.ts")(
        "a file that changes at the same place while its card is open is not overwritten by what was approved",
      ),
    ],
  },
  {
    row: 26,
    threat: "So many questions that nobody reads them.",
    defence: "What provably only reads runs; a card offers the narrowest rule that helps.",
    proofs: [
      of("safety/annoyance.test.ts")("an afternoon of ordinary work asks at most once per kind of action"),
    ],
  },
  {
    row: 27,
    threat: "What is shipped was poisoned on the way.",
    defence:
      "Pinned dependencies, a lockfile without addresses, a package that is the same when it is made again.",
    proofs: [
      of("guards/hygiene.test.ts")("every dependency is pinned"),
      of("guards/hygiene.test.ts")("the lockfile names no download address"),
      of("guards/package.test.ts")("is the same, byte for byte, when it is made again"),
      of("guards/package.test.ts")("holds the bundles, their notices and the pictures, and nothing else"),
    ],
    why: "Who may change the repository and publish is not part of the product.",
  },
  {
    row: 28,
    threat: "Installing a package runs its scripts.",
    defence: "A new package is high; after untrusted text it asks whatever the rules say.",
    proofs: [
      risk,
      of("app/taint.test.ts")("after a page was read, a push asks even under a broad rule, and says why"),
    ],
  },
  {
    row: 29,
    threat: "The model deletes or overwrites by mistake.",
    defence:
      "Critical places ask in every mode, unread files are not overwritten, every edit has its before-image.",
    proofs: [
      rules,
      floor,
      of("tools/write.test.ts")(
        "an existing file is replaced only when all of it was read and nothing changed since",
      ),
      of("app/review.test.ts")("an edit is recorded with its before-image before the file is touched"),
      of("app/shell-changes.test.ts")(
        "what a command changed, created and deleted is in the ledger and in its row, and undone like any other edit",
      ),
    ],
  },
  {
    row: 30,
    threat: "The model switches its own sandbox, mode or rules.",
    defence: "No tool has a field for it, and the plan is left only by the user.",
    proofs: [
      of("app/sandboxed-calls.test.ts")("the model has no word in where its commands run"),
      of("app/plan.test.ts")("no rule and no other answer lets it leave plan mode"),
      standing("no tool has a field for modes, rules, approvals or the sandbox"),
      floor,
    ],
  },
  {
    row: 31,
    threat: "A web page reaches a port of the extension.",
    defence:
      "No port is open. The offline tour listens on loopback while it runs and answers only with its key.",
    proofs: [standing("nothing listens but the offline tour, on loopback and with a key")],
  },
  {
    row: 32,
    threat: "A link from outside installs or starts something.",
    defence: "There are no such links.",
    proofs: [],
    why: "Plumb registers no handler of addresses.",
    missing: "deep links",
  },
  {
    row: 33,
    threat: "A temporary file with a known name is waited for.",
    defence:
      "Temporary files have random names, are made exclusively beside their target, or in folders of the user alone.",
    proofs: [
      races(
        "a temporary file cannot be waited for: its name is not known, and a link in its place is not followed",
      ),
      of("hosts/node/node-storage.test.ts")("files are for this user only"),
      standing("no file with a fixed name is made where everybody may write"),
    ],
  },
  {
    row: 34,
    threat: "Rules vanish: an error in a file, names of the language's own objects.",
    defence:
      "A rule that is not understood is told, those beside it hold, a file that cannot be read asks for everything.",
    proofs: [
      of("app/rule-sources.test.ts")(
        "while a file cannot be understood everything asks, and not a moment longer",
      ),
      of("safety/rule-files.test.ts")("keys named like parts of an object mean nothing"),
      of("safety/rules.test.ts")("never throws, whatever its text"),
      of("security/rule-properties.test.ts")("no rule that forbids or asks ever makes a decision looser"),
    ],
  },
  {
    row: 35,
    threat: "A hook that allows beats a rule that denies.",
    defence: "There are no hooks yet. Of two policies the stricter wins.",
    proofs: [of("core/confined-rules.test.ts")("it never weakens an ask or a deny")],
    why: "Plumb runs no hooks of anybody.",
    missing: "hooks",
  },
  {
    row: 36,
    threat: "A sub-agent may more than its parent, or tells it what to do.",
    defence: "A child has at most what its parent has; what it met counts for the parent.",
    proofs: [
      of("app/turn.test.ts")(
        "a sub-agent works in the same log, reports back, and cannot do what its parent may not",
      ),
      of("app/fork.test.ts")(
        "a fork works on by itself: what it does is its own, what its parent may not do it may not either",
      ),
      of("app/taint.test.ts")("what a sub-agent read counts for its parent"),
      links("what a sub-agent looks up does not take away what was looked up for its parent"),
      of("prompts/agents.test.ts")("the explorer can only look, whatever its parent may do"),
    ],
  },
  {
    row: 37,
    threat: "Keys end up in logs, transcripts or reports.",
    defence: "One redactor before the model, the log and the screen; files are for the user only.",
    proofs: [
      of("safety/redact-corpus.test.ts")(
        "finds all private keys, provider tokens and passwords in addresses",
      ),
      of("app/secrets.test.ts")(
        "what tools bring back has no secrets in it: not for the model, not in the log, not on the screen",
      ),
      of("hosts/node/node-shell.test.ts")(
        "our keys and the editor's own variables do not reach a command, and its tools do",
      ),
      of("telemetry/content.test.ts")(
        "without content, no byte that is sent has anything of what was said, read, run or named",
      ),
      of("telemetry/content.test.ts")(
        "with content, what was said and brought is there in the shape of the conventions, and still no secret",
      ),
    ],
    why: "A redactor knows shapes: what looks like an ordinary word is not found.",
  },
  {
    row: 38,
    threat: "Endless output, processes without number, commands that never end.",
    defence: "Limits of size, time and number; Stop ends the whole tree.",
    proofs: [
      of("hosts/node/chaos.test.ts")(
        "hundreds of processes that left their group end within 5 s of Stop (%s)",
      ),
      of("hosts/node/chaos.test.ts")("output without end is stopped with its whole tree (%s)"),
      of("tools/bash.test.ts")(
        "output that never ends is stopped at 64 MB, and its beginning and newest part are kept",
      ),
      of("hosts/node/chaos.test.ts")("what a killed process left running is ended by the next one"),
    ],
  },
  {
    row: 39,
    threat: "The agent runs in circles.",
    defence: "Steps of a turn are bounded, attempts too, and a provider that says nothing is noticed.",
    proofs: [
      of("cli/cli.test.ts")("--max-turns stops with exit code 2, and --continue goes on where it was"),
      of("app/turn.test.ts")("a provider that never recovers ends the turn after eight attempts"),
      of("models/watchdog.test.ts")("signs of life keep it quiet, silence does not"),
      of("prompts/agents.test.ts")("workers neither start agents nor ask questions"),
    ],
    why: "The same call again and again is bounded by the number of steps only; nothing recognises it.",
  },
  {
    row: 40,
    threat: "Work is lost: torn logs, two windows, full disks, damaged line ends.",
    defence:
      "An append-only log with checksums, locks, atomic replacement, edits that keep every other byte.",
    proofs: [
      of("app/resume.test.ts")(
        "a log cut at any byte opens, tells no lies, and can be continued without running anything twice",
      ),
      of("app/resume.test.ts")("two windows cannot write one session: the second one may read it"),
      of("security/killed.test.ts")(
        "killed at any change of the disk, nothing is half-written, and what had begun does not run again",
      ),
      of("security/disk.test.ts")(
        "on a disk that is full nothing is half-written, nothing is left, and it is said",
      ),
      of("security/disk.test.ts")(
        "of two processes that write one document again and again each finds a whole one",
      ),
      of("hosts/node/node-storage.test.ts")("a record that does not fit on the disk is taken back whole"),
      of("hosts/node/edit-corpus.test.ts")(
        "every edit of the corpus is right on the disk, byte for byte: %s",
      ),
      of("security/edit-properties.test.ts")("an edit and then its inverse leave every byte as it was"),
    ],
  },
];
