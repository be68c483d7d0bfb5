/** The source of a regular expression that takes `text` literally, except that each `*` stands for `star`. */
export const starSource = (text: string, star: string): string =>
  text
    .split("*")
    .map((literal) => literal.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&"))
    .join(star);
