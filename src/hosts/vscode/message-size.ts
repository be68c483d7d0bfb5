/** Whether a message's strings and values come to at most `maxChars`, found out without copying it. */
export function isWithin(message: unknown, maxChars: number): boolean {
  let left = maxChars;
  const waiting: unknown[] = [message];
  while (waiting.length > 0) {
    const value = waiting.pop();
    left -= typeof value === "string" ? value.length : 1;
    if (left < 0) return false;
    if (typeof value === "object" && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        left -= key.length;
        waiting.push(inner);
      }
    }
  }
  return true;
}
