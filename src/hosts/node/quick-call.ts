/** How long a folder that has answered is taken to go on answering, in milliseconds. */
const ANSWERED_MS = 5000;
/** More than any turn touches; the names are forgotten together. */
const MANY = 1000;
const answered = new Map<string, number>();

/**
 * Asks the file system about something in a folder. Handing that to a worker and back takes ten times as long as the answer
 * of a disk, so it is done only where nothing has answered lately: one that hangs then hangs a worker and not us.
 */
export async function askQuickly<T>(folder: string, now: () => T, later: () => Promise<T>): Promise<T> {
  if (hasAnswered(folder)) return now();
  const answer = await later();
  if (answered.size >= MANY) answered.clear();
  answered.set(folder, performance.now());
  return answer;
}

/** Names of what is open are given away again and again: what is known of `folder` is known of `name` from now on, and no more. */
export function alsoKnownAs(folder: string, name: string): void {
  const since = answered.get(folder);
  if (since === undefined) answered.delete(name);
  else answered.set(name, since);
}

/** True for some seconds after something in the folder was asked for, and found. */
export const hasAnswered = (folder: string): boolean =>
  performance.now() - (answered.get(folder) ?? Number.NEGATIVE_INFINITY) < ANSWERED_MS;
