/** What differs from run to run though nothing has changed: times, durations, addresses. */
const PASSING =
  /\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?Z?\b|\b\d\d?:\d\d:\d\d(?:\.\d+)?\b|\b\d+(?:[.,]\d+)?\s?(?:ns|µs|ms|s|sec|secs|seconds|min|m)\b|\b0x[0-9a-f]{4,}\b/gi;
/** Where something stands: lines move when a file is edited. */
const PLACES = /:\d+(?::\d+)?|\b(?:line|ln|col|column)\s*:?\s*\d+|^\s*\d+\s*\|/gim;

export const withoutTimes = (text: string): string => text.replaceAll(PASSING, "#");
export const withoutPlaces = (text: string): string => withoutTimes(text).replaceAll(PLACES, ":#");

/** A short name for a text, 53 bits: equal texts have equal names, and others hardly ever. For nothing that has to be safe. */
export function fingerprint(text: string): string {
  let [high, low] = [0xdeadbeef, 0x41c6ce57];
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    high = Math.imul(high ^ code, 0x9e3779b1);
    low = Math.imul(low ^ code, 0x5f356495);
  }
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35);
  return (4_294_967_296 * (0x1fffff & low) + (high >>> 0)).toString(36);
}
