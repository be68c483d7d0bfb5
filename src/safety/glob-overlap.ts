/** `*`, `?` and `[…]` as they stand in one segment; everything else is itself. */
type Token = string | { readonly any: "one" | "many" };

function tokens(segment: string): Token[] {
  const found: Token[] = [];
  for (const [part] of segment.matchAll(/\\.|\[!?\]?[^\]]*\]|[\s\S]/gu)) {
    if (part === "*") found.push({ any: "many" });
    else if (part === "?" || (part.startsWith("[") && part.length > 1)) found.push({ any: "one" });
    else found.push(part.startsWith("\\") ? part.slice(1) : part);
  }
  return found;
}

const isMany = (token: Token): boolean => typeof token === "object" && token.any === "many";

interface Kind<T> {
  /** Whether it stands for any number of others. */
  readonly isStar: (one: T) => boolean;
  readonly meets: (one: T, other: T) => boolean;
}

/** Whether one text can match both lists. Quadratic in their length at most. */
function overlap<T>(a: readonly T[], b: readonly T[], kind: Kind<T>): boolean {
  // What is true of the rests of both lists, row by row from their ends.
  let below: readonly boolean[] = [];
  for (let i = a.length; i >= 0; i -= 1) {
    const row: boolean[] = [];
    for (let j = b.length; j >= 0; j -= 1)
      row[j] = step(a[i], b[j], { down: below[j], right: row[j + 1], both: below[j + 1] }, kind);
    below = row;
  }
  return below[0] ?? false;
}

interface Rests {
  readonly down: boolean | undefined;
  readonly right: boolean | undefined;
  readonly both: boolean | undefined;
}

function step<T>(
  left: T | undefined,
  right: T | undefined,
  rests: Rests,
  { isStar, meets }: Kind<T>,
): boolean {
  const isLeftStar = left !== undefined && isStar(left);
  const isRightStar = right !== undefined && isStar(right);
  // A star may end here, or take one more of the other side.
  if (isLeftStar || isRightStar)
    return Boolean(rests.down && (isLeftStar || left)) || Boolean(rests.right && (isRightStar || right));
  if (left === undefined || right === undefined) return left === right;
  return meets(left, right) && rests.both === true;
}

const charsMeet = (a: Token, b: Token): boolean => typeof a === "object" || typeof b === "object" || a === b;

function segmentsMeet(a: string, b: string): boolean {
  if (!/[*?[\\]/.test(a + b)) return a === b;
  // Without a dot of its own a shell's wildcard does not match a leading one; that rules nothing in, so it is kept simple.
  return overlap(tokens(a), tokens(b), { isStar: isMany, meets: charsMeet });
}

/**
 * Whether a path exists that both match: a pattern of a rule and a path with wildcards. What lies below what the rule
 * matches counts as well. `**` stands for any number of folders.
 */
export function globsOverlap(pattern: string, path: string): boolean {
  const split = (text: string): string[] => text.split("/").filter((segment) => segment !== "");
  const rule = split(pattern);
  return overlap([...rule, "**"], split(path), {
    isStar: (segment) => segment === "**",
    meets: segmentsMeet,
  });
}
