/** The lines of a quote and its sum in cents. */
export function quote(items) {
  const lines = [];
  let sum = 0;
  for (const { name, cents, count } of items) {
    if (count < 0) continue;
    const amount = Math.floor(cents * count);
    sum += amount;
    lines.push(`${count} x ${name}: ${(amount / 100).toFixed(2)}`);
  }
  return { lines, sum };
}
