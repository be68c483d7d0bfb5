/** Why there is no connection. */
export class Refused extends Error {
  override readonly name = "Refused";
  /** The server wants to know who we are. */
  readonly wantsSignIn: boolean;

  constructor(message: string, options: { readonly wantsSignIn: boolean; readonly cause: unknown }) {
    super(message, { cause: options.cause });
    this.wantsSignIn = options.wantsSignIn;
  }
}

/** A call did not even begin: the server is not there, or does not know us any more. */
export class NotTaken extends Error {
  override readonly name = "NotTaken";
}
