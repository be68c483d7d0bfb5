/** The lines of an invoice and its sum in cents. */
export function invoice(items) {
  const lines = [];
  let sum = 0;
  for (const { name, cents, count } of items) {
    if (count <= 0) continue;
    const amount = Math.round(cents * count);
    sum += amount;
    lines.push(`${count} x ${name}: ${(amount / 100).toFixed(2)}`);
  }
  return { lines, sum };
}
