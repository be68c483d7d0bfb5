const SHOWS_MORE = /^-[A-Za-z]*[uLfz.]|^--(?:hid|no-ig|foll|file$|file=|search|pre|ig|unr|type-[ac])/;
/** What holds code and prose. Other kinds of files may be settings with secrets. */
const CODE =
  /^(?:[cm]?[jt]sx?|py|python|rs|rust|go|java|kt|kotlin|swift|[ch]|[ch]pp|cc|cs|csharp|rb|ruby|php|css|scss|less|html|md|markdown|vue|svelte|scala|lua|sql)$/;

/**
 * Whether `rg` with these words leaves out what is hidden and what is ignored, secrets among that. A glob or a type brings
 * both back where it matches, so only those of code are fine.
 */
export const isOrdinarySearch = (words: readonly string[]): boolean =>
  words.every((word, at) => {
    if (SHOWS_MORE.test(word)) return false;
    const [, kind, joined] =
      /^-[A-Za-z]*?([gt])=?(.*)$/s.exec(word) ?? /^--(i?glob|type)(?:=(.*))?$/s.exec(word) ?? [];
    if (kind === undefined) return true;
    const value = joined || (words[at + 1] ?? "");
    return kind.startsWith("t") ? CODE.test(value) : value.startsWith("!") || isOfCode(value);
  });

function isOfCode(glob: string): boolean {
  const [, one, several] = /\*\.(?:(\w+)|\{([\w,]+)\})$/.exec(glob) ?? [];
  return (several?.split(",") ?? [one ?? ""]).every((extension) => CODE.test(extension));
}
