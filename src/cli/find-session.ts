import { listSessions } from "../app/sessions.ts";
import { AgentError } from "../core/errors.ts";
import type { Storage } from "../core/ports.ts";

/** The session of this folder that is meant by an id, the beginning of one, or a title. Rejects with `not_found` or `invalid_input`. */
export async function findSession(storage: Storage, words: string): Promise<string> {
  const sessions = await listSessions(storage);
  if (sessions.some(({ id }) => id === words)) return words;
  const found = sessions.filter(
    ({ id, title }) => (words.length >= 4 && id.startsWith(words)) || title === words,
  );
  const [only] = found;
  if (only && found.length === 1) return only.id;
  throw found.length === 0
    ? new AgentError(
        "not_found",
        `There is no session ${JSON.stringify(words)} in this folder; plumb sessions lists those there are.`,
      )
    : new AgentError(
        "invalid_input",
        `${found.length} sessions are meant by ${JSON.stringify(words)}; plumb sessions lists their ids.`,
      );
}

/** A session is called what its caller wants, once. */
export async function refuseTaken(storage: Storage, id: string): Promise<void> {
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id))
    throw new AgentError("invalid_input", `${JSON.stringify(id)} is no UUID.`);
  if ((await storage.listLogs()).some((log) => log.id === id))
    throw new AgentError("invalid_input", `There is a session ${id} already. Go on with --resume.`);
}
