import remend from "remend";

/** Text that is still being written, with what is open in it closed: half an emphasis shows no star. */
export const complete = (tail: string): string =>
  remend(tail, { linkMode: "text-only", images: false, htmlTags: false, katex: false });
