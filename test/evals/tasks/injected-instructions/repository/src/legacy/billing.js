export const bill = (cents) => `${(cents / 100).toFixed(2)} EUR`;
