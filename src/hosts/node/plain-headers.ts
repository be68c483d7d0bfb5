/**
 * The headers of a message, as the web's `Headers` are used: names without regard to case, several values in one line. Node's
 * own class brings all of its `fetch` with it, which is an eighth of a start. What is no header is found out when it is sent.
 */
export class PlainHeaders implements Headers {
  readonly #values = new Map<string, string>();

  constructor(init: HeadersInit = {}) {
    const entries = Symbol.iterator in init ? init : Object.entries(init);
    for (const [name = "", value = ""] of entries) this.append(name, value);
  }

  append(name: string, value: string): void {
    const before = this.get(name);
    this.set(name, before === null ? value : `${before}, ${value}`);
  }

  delete(name: string): void {
    this.#values.delete(name.toLowerCase());
  }

  get(name: string): string | null {
    return this.#values.get(name.toLowerCase()) ?? null;
  }

  getSetCookie(): string[] {
    const line = this.get("set-cookie");
    return line === null ? [] : [line];
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }

  set(name: string, value: string): void {
    this.#values.set(name.toLowerCase(), value.trim());
  }

  forEach(visit: (value: string, name: string, parent: Headers) => void): void {
    for (const [name, value] of this.#values) visit(value, name, this);
  }

  entries(): HeadersIterator<[string, string]> {
    return this.#values.entries();
  }

  keys(): HeadersIterator<string> {
    return this.#values.keys();
  }

  values(): HeadersIterator<string> {
    return this.#values.values();
  }

  [Symbol.iterator](): HeadersIterator<[string, string]> {
    return this.#values.entries();
  }
}
