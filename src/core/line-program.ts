/** A program that is talked with in lines: what it is told on its standard input, what it answers on its standard output. */
export interface LineProgram {
  /** Rejects with `failed` when it has ended. The line is without its end. */
  send(line: string): Promise<void>;
  /** The newest of what it printed on standard error, a few thousand characters at most. */
  said(): string;
  /** Ends it with all that it started; resolves when they are gone. Never rejects. */
  end(): Promise<void>;
}

export interface LineListener {
  /** Called for each line of standard output, in their order. */
  line(text: string): void;
  /** Called once, with why in a few words. */
  ended(why: string): void;
}

export interface LineLaunch {
  /** A name on the search path, or a path. */
  readonly command: string;
  readonly args: readonly string[];
  /** Variables it has besides those that every command has. */
  readonly env: Readonly<Record<string, string>>;
}

/** Rejects with `not_found`, `invalid_input` or `failed` when it cannot be started. */
export type StartLineProgram = (launch: LineLaunch, listener: LineListener) => Promise<LineProgram>;
