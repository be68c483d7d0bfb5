// SPDX-License-Identifier: MIT

/** The mean of numbers. Throws a RangeError when there are none. */
export function average(numbers) {
  if (numbers.length === 0) throw new RangeError("no numbers");
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
