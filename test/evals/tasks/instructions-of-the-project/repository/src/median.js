// SPDX-License-Identifier: MIT

/** The middle one of numbers. Throws a RangeError when there are none. */
export function median(numbers) {
  if (numbers.length === 0) throw new RangeError("no numbers");
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
