/** What a basket costs, in cents. */
export function total(items, { discount = 0, tax = 0 } = {}) {
  const sum = items.reduce((all, { cents, count }) => all + cents * count, 0);
<<<<<<< HEAD
  const reduced = sum - Math.round(sum * discount);
  return reduced;
=======
  const taxed = sum + Math.round(sum * tax);
  return taxed;
>>>>>>> tax
}

<<<<<<< HEAD
export const DISCOUNTS = { student: 0.1, staff: 0.25 };
=======
export const TAXES = { food: 0.07, other: 0.19 };
>>>>>>> tax
