import type { TextComparison } from "./agent.ts";
import type { PermissionAnswer } from "./ports.ts";
import type { Accepted, TextChange } from "./tool.ts";

/** What an answer comes to. `why` is for the model. */
type Outcome =
  | { readonly kind: "yes"; readonly scope: PermissionAnswer["scope"] }
  | { readonly kind: "amended"; readonly scope: PermissionAnswer["scope"]; readonly change: Accepted }
  | { readonly kind: "no"; readonly why: string };

/**
 * One verdict, and for a change of a file the one text that comes of what the user wrote into the proposal and of the
 * hunks they chose in it. A yes to nothing is a no.
 */
export function verdictOf(
  answer: PermissionAnswer | undefined,
  change: TextChange | undefined,
  env: Pick<TextComparison, "chooseHunks">,
): Outcome {
  if (answer?.verdict !== "allow") return { kind: "no", why: declined(answer?.feedback) };
  const { amended, hunks, scope } = answer;
  if (amended === undefined && hunks === undefined) return { kind: "yes", scope };
  // Whatever the answer was about, it was not this call.
  if (!change) return { kind: "no", why: "The user's answer did not fit this call, so it was not run." };
  const { before, after: proposed } = change;
  const whole = amended ?? proposed;
  const after = hunks === undefined ? whole : env.chooseHunks(before ?? "", whole, hunks);
  if (after === before || hunks?.length === 0) return { kind: "no", why: NOTHING_LEFT };
  if (after === proposed) return { kind: "yes", scope };
  return { kind: "amended", scope, change: { ...change, proposed, after } };
}

const NOTHING_LEFT =
  "The user looked at your edit and accepted none of its changes, so nothing was written. Do not make it again unless asked.";

const declined = (feedback: string | undefined): string =>
  feedback ? `The user declined and said: ${feedback}` : "The user declined this call.";
