import * as z from "zod";

type Values = Readonly<Record<string, string | number>>;

/** Translations, when the host put some into the page: `<script type="application/json" id="plumb-l10n">`. */
const bundle: ReadonlyMap<string, string> = readBundle();

function readBundle(): ReadonlyMap<string, string> {
  const source = globalThis.document?.getElementById("plumb-l10n")?.textContent;
  if (!source) return new Map();
  try {
    return new Map(Object.entries(z.record(z.string(), z.string()).parse(JSON.parse(source))));
  } catch {
    return new Map();
  }
}

/** Every string a person reads goes through here. `{name}` is replaced by the value of that name. */
export function t(message: string, values: Values = {}): string {
  return (bundle.get(message) ?? message).replaceAll(/\{(\w+)\}/g, (whole, name: string) =>
    String(values[name] ?? whole),
  );
}

/** Picks the wording for one or for several; `{n}` is the count. */
export const tn = (n: number, one: string, other: string, values: Values = {}): string =>
  t(n === 1 ? one : other, { n, ...values });
