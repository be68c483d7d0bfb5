/** A title as part of an address: lower case, words joined by "-". */
export function slugify(title) {
  return title
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean)
    .join("-");
}
