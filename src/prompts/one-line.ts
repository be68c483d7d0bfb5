/** What others named, in a line that it cannot leave and with nothing in it that cannot be seen. */
export const oneLine = (value: string): string => value.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "?");

/** A text that cannot close the frame it stands in, nor open another one of its kind. */
export const inFrame = (tag: string, value: string): string =>
  value.replaceAll(new RegExp(`<(?=\\/?${tag}\\b)`, "gi"), "&lt;");
