import type { FoundChange, FoundChanges, Host } from "./ports.ts";
import type { Session } from "./session.ts";

/** Names shown of files that cannot be put back; the rest is a number. */
const MAX_NAMED = 8;

type Watch = Awaited<ReturnType<Host["changes"]["begin"]>>;

export interface CommandScope {
  readonly host: Host;
  readonly session: Session;
  readonly roots: readonly string[];
  readonly cwd: string;
  readonly agentId: string;
  readonly callId: string;
  readonly nextEditId: () => string;
  readonly countChanges: (before: string, after: string) => { added: number; removed: number };
  readonly outlives: (work: Promise<unknown>) => void;
}

/**
 * Looks at the workspace before a command; the returned function looks again once it has ended, and puts what the
 * command changed into the log: as edits like any other, or in words where a change could not be taken back.
 */
export async function followCommand(scope: CommandScope): Promise<() => Promise<void>> {
  const { host, roots } = scope;
  if (roots.length === 0) return async () => undefined;
  const watch = await host.changes.begin(roots);
  const over = Promise.withResolvers<void>();
  scope.outlives(over.promise);
  return () => record(watch, scope).finally(over.resolve);
}

async function record(watch: Watch, scope: CommandScope): Promise<void> {
  const { host, session } = scope;
  const lookedAt = session.events.at(-1)?.seq ?? 0;
  const found = await watch.end();
  const stored = await Promise.all(found.files.map((file) => store(file, host)));
  // Somebody who changed a file since has begun with what the command made of it: that is theirs to undo first.
  const changedSince = new Set(
    session.events
      .filter((event) => event.seq > lookedAt)
      .flatMap((event) => ("path" in event ? [event.path] : [])),
  );
  const mine = stored.filter(({ path }) => !changedSince.has(path));
  for (const { path, before, after, texts } of mine) {
    const { form } = texts;
    session.append(scope.agentId, {
      type: "edit",
      editId: scope.nextEditId(),
      callId: scope.callId,
      path,
      before,
      after,
      ...scope.countChanges(texts.before ?? "", texts.after ?? ""),
      by: "shell",
      ...(form && { form }),
    });
  }
  const moved = found.moved ?? [];
  for (const way of moved) await recordMove(way, scope);
  tellRest(found, mine.length + moved.length, scope);
}

/** What is no text has nothing to decide about but where it is. */
async function recordMove({ from, to }: { from: string; to: string }, scope: CommandScope): Promise<void> {
  const { host, session, agentId, callId } = scope;
  const text = await host.blobs.put("");
  session.append(agentId, {
    ...{ type: "edit", editId: scope.nextEditId(), callId, path: to, from, by: "shell" },
    ...{ before: text, after: text, added: 0, removed: 0, below: host.paths.dirname(to) },
  });
}

async function store(texts: FoundChange, { blobs }: Host) {
  const put = (text: string | undefined): Promise<string> | string =>
    text === undefined ? "" : blobs.put(text);
  const [before, after] = await Promise.all([put(texts.before), put(texts.after)]);
  return { path: texts.path, before, after, texts };
}

/** What is known of a file that cannot be put back. */
function lostWords(path: string, { sizes }: FoundChanges): string {
  const { before = 0, after = 0 } = sizes?.get(path) ?? {};
  if (before === 0 && after === 0) return "";
  if (before === 0) return ` (new, ${bytesWords(after)})`;
  return after === 0
    ? ` (gone, ${bytesWords(before)})`
    : ` (${bytesWords(before)}, now ${bytesWords(after)})`;
}

const bytesWords = (bytes: number): string =>
  bytes < 1_000
    ? `${bytes} bytes`
    : bytes < 1_000_000
      ? `${(bytes / 1_000).toFixed(1)} KB`
      : `${(bytes / 1_000_000).toFixed(1)} MB`;

function tellRest(found: FoundChanges, count: number, scope: CommandScope): void {
  const { lost, isShared, problem } = found;
  const { host, cwd, session, agentId } = scope;
  const say = (kind: string, text: string): void =>
    void session.append(agentId, { type: "notice", kind, text });
  if (lost.length > 0) {
    const names = lost
      .slice(0, MAX_NAMED)
      .map((path) => `${host.paths.within(cwd, path) ?? path}${lostWords(path, found)}`);
    const rest = lost.length > MAX_NAMED ? ` and ${lost.length - MAX_NAMED} more` : "";
    say(
      "warning",
      `The command changed ${names.join(", ")}${rest}. Its old content was not kept (no text, or too large), so this cannot be undone here.`,
    );
  }
  if (isShared && count + lost.length > 0)
    say("info", "Another command ran at the same time: some of these changes may be its work.");
  if (problem === undefined) return;
  const text = `What this command changed cannot be listed and undone here: ${problem}.`;
  // A folder that is too large stays that: once is enough.
  const isSaid = session.events.some((event) => event.type === "notice" && event.text === text);
  if (!isSaid) say("warning", text);
}
