import { dotEnvSecrets, secretValues } from "./literals.ts";
import { markerFor, PLACEHOLDER, randomKey, sayWith } from "./marks.ts";
import { createLiteralRedaction, createRedaction } from "./redactor.ts";
import { showsCharacters } from "./shown-characters.ts";

export type { Redactor } from "./redactor.ts";

/** All that recognises secrets, as one part that is loaded late. */
export const engine = {
  createLiteralRedaction,
  createRedaction,
  dotEnvSecrets,
  markerFor,
  PLACEHOLDER,
  randomKey,
  sayWith,
  secretValues,
  showsCharacters,
};
