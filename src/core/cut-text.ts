const OF_RUN = /[A-Za-z0-9+/=_.~-]/;
/** Longer than this it is no secret that somebody could use, but a picture or a bundle. */
const LONGEST_RUN = 600;

/**
 * The beginning of a text, at most `max` characters of it. It never ends within a long run of letters and digits: half
 * of a key looks like nothing, and gives half of the key away.
 */
export function cutText(text: string, max: number): string {
  if (text.length <= max) return text;
  let cut = max;
  if (OF_RUN.test(text.charAt(max))) while (cut > 0 && OF_RUN.test(text.charAt(cut - 1))) cut -= 1;
  const isWord = max - cut < 4 || max - cut > LONGEST_RUN || cut === 0;
  return text.slice(0, isWord ? max : cut).toWellFormed();
}

/** The beginning of a text, which says how much is missing when it is not all of it. */
export function shortened(text: string, max: number): string {
  if (text.length <= max) return text;
  const shown = cutText(text, max);
  return `${shown}… [${text.length - shown.length} more characters]`;
}
