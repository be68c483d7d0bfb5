/** A place on the adapter's own file system that a contract suite may fill and look into behind the adapter's back. */
export interface World {
  /** Absolute path of a name in it; `/` between segments. */
  path(name: string): string;
  put(name: string, content: string | Uint8Array): Promise<void>;
  /** Bytes as they stand, or undefined when there is no such file. */
  bytes(name: string): Promise<Uint8Array | undefined>;
}

export const never = (): AbortSignal => new AbortController().signal;

export function aborted(): AbortSignal {
  return AbortSignal.abort(new Error("stopped by the test"));
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
