import { t } from "../l10n.ts";

/** "0.4 s", "12 s", "3 min 5 s". */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 9.95) return t("{n} s", { n: seconds.toFixed(1) });
  if (seconds < 60) return t("{n} s", { n: Math.round(seconds) });
  const whole = Math.round(seconds);
  if (whole >= 3600)
    return t("{h} h {m} min", { h: Math.floor(whole / 3600), m: Math.floor((whole % 3600) / 60) });
  return t("{m} min {s} s", { m: Math.floor(whole / 60), s: whole % 60 });
}

/** "950", "12.3k", "1.2M". */
export function formatTokens(count: number): string {
  if (count < 1000) return String(count);
  if (count < 999_500) return `${trimZero((count / 1000).toFixed(count < 99_950 ? 1 : 0))}k`;
  return `${trimZero((count / 1_000_000).toFixed(1))}M`;
}

const trimZero = (value: string): string => value.replace(/\.0$/, "");

/** Dollars, with as many digits as matter: "$0.004", "$0.37", "$12.40". */
export function formatCost(dollars: number): string {
  if (dollars === 0) return "$0";
  if (dollars > 0 && dollars < 0.0005) return "<$0.001";
  return `$${dollars.toFixed(dollars < 0.1 ? 3 : 2)}`;
}

/** "now", "5 min ago", "3 h ago", "yesterday", or the date. */
export function formatAgo(at: number, now: number): string {
  const minutes = Math.floor((now - at) / 60_000);
  if (minutes < 1) return t("now");
  if (minutes < 60) return t("{n} min ago", { n: minutes });
  if (dayOf(at) === dayOf(now)) return t("{n} h ago", { n: Math.floor(minutes / 60) });
  return new Date(at).toLocaleDateString(undefined, {
    day: "numeric",
    month: "short",
    year: yearIfOther(at, now),
  });
}

const yearIfOther = (at: number, now: number): "numeric" | undefined =>
  new Date(at).getFullYear() === new Date(now).getFullYear() ? undefined : "numeric";

/** Calendar day in local time, as a number that can be compared. */
export function dayOf(at: number): number {
  const date = new Date(at);
  return date.getFullYear() * 10_000 + date.getMonth() * 100 + date.getDate();
}

/** A path without its workspace folder, but with the folder's name when there are several; other paths stay whole. */
export function shortPath(path: string, roots: readonly string[]): string {
  for (const root of roots) {
    const rest = path.startsWith(root) ? path.slice(root.length) : "";
    if (/^[/\\]./.test(rest)) return roots.length > 1 ? splitPath(root).name + rest : rest.slice(1);
  }
  return path;
}

/** Splits "a/b/c.ts" into its folder "a/b" and its name "c.ts". */
export function splitPath(path: string): { folder: string; name: string } {
  const cut = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  return { folder: path.slice(0, Math.max(0, cut)), name: path.slice(cut + 1) };
}
