import { decodeNamedCharacterReference } from "decode-named-character-reference";

const REFERENCE = /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z][a-zA-Z0-9]{1,31}));/g;

/** Resolves `&amp;`, `&#106;` and `&#x6a;` once. Marked leaves them alone, so that we decode before we judge. */
export function decodeReferences(text: string): string {
  if (!text.includes("&")) return text;
  return text.replaceAll(
    REFERENCE,
    (whole, decimal: string | undefined, hex: string | undefined, name: string | undefined) => {
      if (decimal) return fromCode(Number.parseInt(decimal, 10));
      if (hex) return fromCode(Number.parseInt(hex, 16));
      return (name && decodeNamedCharacterReference(name)) || whole;
    },
  );
}

function fromCode(code: number): string {
  const isBad = code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff);
  return isBad ? "\ufffd" : String.fromCodePoint(code);
}
