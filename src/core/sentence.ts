/** The words with a full stop at their end, so that others can follow them. */
export const asSentence = (words: string): string => (/[.!?…:"]\s*$/.test(words) ? words : `${words}.`);
