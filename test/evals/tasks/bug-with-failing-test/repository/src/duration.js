const SECONDS = { d: 86_400, h: 3_600, m: 60, s: 1 };

/** Seconds of a duration such as "1h30m". Throws when it is none. */
export function parseDuration(text) {
  if (!/^(\d+[dhms])+$/.test(text)) throw new Error(`${text} is no duration`);
  let seconds = 0;
  for (const [, amount, unit] of text.matchAll(/(\d)([dhms])/g)) seconds += Number(amount) * SECONDS[unit];
  return seconds;
}
