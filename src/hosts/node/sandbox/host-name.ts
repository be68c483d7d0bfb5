/**
 * The host as rules know it, or undefined for what is no host name: what a command says to its proxy is its own choice, and
 * nothing but a plain name or address may get as far as a rule or a card.
 */
export function plainHost(host: string): string | undefined {
  const name = host.toLowerCase().replace(/\.$/, "");
  if (name.length > 253) return undefined;
  if (/^\[?[\da-f:]+:[\da-f:.]*\]?$/.test(name)) return `[${name.replace(/^\[|\]$/g, "")}]`;
  const isName = name.split(".").every((label) => /^[a-z\d_](?:[a-z\d_-]{0,61}[a-z\d_])?$/.test(label));
  return isName ? name : undefined;
}
