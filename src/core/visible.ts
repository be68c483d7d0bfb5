/** Everything in here could make text look like something it is not, so it is written out as <U+202E>. */
const HIDDEN: readonly (readonly [first: number, last: number])[] = [
  [0x00, 0x08],
  [0x0b, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0x2800, 0x2800],
  [0x3164, 0x3164],
  [0xd800, 0xdfff],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffb],
  [0x1bca0, 0x1bca3],
  [0x1d173, 0x1d17a],
  [0xe0000, 0xe0fff],
];
/** Blanks that are not the blank: harmless in prose, a trap in a command. */
const ODD_BLANKS: readonly (readonly [number, number])[] = [
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
];

const PICTURE = /\p{Extended_Pictographic}|\p{Emoji_Modifier}|\u{fe0f}/u;
const EMOJI = /\p{Emoji}/u;
/** Letters of scripts in which joiners spell words. */
const JOINING =
  /[\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gujarati}\p{Script=Gurmukhi}\p{Script=Kannada}\p{Script=Khmer}\p{Script=Malayalam}\p{Script=Mongolian}\p{Script=Oriya}\p{Script=Sinhala}\p{Script=Tamil}\p{Script=Telugu}\p{Mn}]/u;

export type Piece = { readonly text: string; readonly isHidden: boolean };

/** `prose` lets joined emoji and joining scripts be; `exact` shows every character that does not draw itself. */
export type Strictness = "prose" | "exact";

const isPlain = (text: string): boolean => !/[^\n\t\u0020-\u007e]/.test(text);
/** So many blanks push what follows out of sight. */
const LONG_GAP = /([ \t\n]{201,})/;

/** Splits text into what can be seen and, spelled out, what could not. */
export function splitHidden(text: string, strictness: Strictness): readonly Piece[] {
  if (strictness === "exact" && LONG_GAP.test(text)) {
    return text
      .split(LONG_GAP)
      .flatMap((part, index) =>
        index % 2 === 0
          ? splitHidden(part, strictness)
          : [{ text: `<${part.length} blanks>`, isHidden: true }],
      );
  }
  if (isPlain(text)) return text === "" ? [] : [{ text, isHidden: false }];
  const pieces: Piece[] = [];
  const characters = Array.from(text);
  let run = "";
  for (const [index, character] of characters.entries()) {
    if (!mustSpell(character, characters[index - 1] ?? "", characters[index + 1] ?? "", strictness)) {
      run += character;
      continue;
    }
    if (run) pieces.push({ text: run, isHidden: false });
    run = "";
    pieces.push({ text: spell(character), isHidden: true });
  }
  if (run) pieces.push({ text: run, isHidden: false });
  return pieces;
}

/** The same text with nothing left in it that cannot be seen. */
export function makeVisible(text: string, strictness: Strictness = "prose"): string {
  if (isPlain(text) && !(strictness === "exact" && LONG_GAP.test(text))) return text;
  return splitHidden(text, strictness)
    .map((piece) => piece.text)
    .join("");
}

export const hasHidden = (text: string, strictness: Strictness = "prose"): boolean =>
  splitHidden(text, strictness).some((piece) => piece.isHidden);

function mustSpell(character: string, before: string, after: string, strictness: Strictness): boolean {
  const code = character.codePointAt(0) ?? 0;
  if (strictness === "exact") return isWithin(code, HIDDEN) || isWithin(code, ODD_BLANKS);
  if (!isWithin(code, HIDDEN)) return false;
  if (code === 0x200d && PICTURE.test(before) && PICTURE.test(after)) return false;
  if (code === 0x200c || code === 0x200d) return !(JOINING.test(before) && JOINING.test(after));
  if (code === 0xfe0e || code === 0xfe0f) return !EMOJI.test(before);
  return true;
}

const isWithin = (code: number, ranges: readonly (readonly [number, number])[]): boolean =>
  ranges.some(([first, last]) => code >= first && code <= last);

const spell = (character: string): string =>
  `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}>`;
