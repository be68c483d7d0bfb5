import { baseName, viewsOf } from "../shell-wrappers.ts";
import { type ReadCommand, type ReadingPlace, readCommands } from "./reading.ts";
import { UNKNOWN } from "./word.ts";

/** Programs that talk to other machines, whatever they are told. */
const NETWORK = new Set(
  (
    "curl wget http https httpie xh nc ncat netcat socat telnet ftp sftp scp ssh sshpass rsync rclone lftp aria2c lynx w3m links " +
    "elinks dig nslookup host drill whois ping ping6 traceroute mail mailx sendmail mutt swaks gh glab hub aws az gcloud gsutil s3cmd " +
    "doctl heroku vercel netlify fly flyctl wrangler firebase supabase kubectl helm npx pnpx bunx uvx pipx twine ngrok cloudflared " +
    "iwr irm Invoke-WebRequest Invoke-RestMethod"
  ).split(" "),
);

/** What of other programs sends something or fetches new code: matched against the command with one blank between words. */
const SENDS: readonly RegExp[] = [
  /^git (?:push|send-email|clone|ls-remote|request-pull|svn|p4|(?:remote|submodule) (?:add|set-url))\b/,
  /^git (?:fetch|pull|archive)\b.* (?:\S+:\/\/|\S+@\S+:|--upload-pack|--remote)/,
  /^(?:npm|pnpm|yarn|bun)(?: -\S+)* (?:publish|exec|x|dlx|create|init|link|login|adduser|token|owner|deprecate|dist-tag|unpublish)\b/,
  // With the name of a package; without one it installs what the lockfile says.
  /^(?:npm|pnpm|yarn|bun)(?: -\S+)* (?:i|in|ins|install|add|isntall|upgrade|update|up)(?: \S+)* (?!-)\S/,
  /^(?:yarn|pnpm|bun) (?:add|global)\b/,
  /^(?:uv|poetry|pdm|pipenv|conda|mamba|composer|bundle|cargo|dotnet|deno|go|gem|brew|apt|apt-get|yum|dnf|apk|pacman|snap|choco|winget|scoop|port|nix-env|opam|cabal|luarocks|cpan|cpanm|mix|rebar3|swift|pod|conan|vcpkg)(?: \S+)?(?: -\S+)* (?:add|install|require|get|publish|push|upload|owner|login|require-dev|global|tool|self-update|-S\S*|-i\S*)\b/,
  /^(?:docker|podman|buildah|skopeo|nerdctl|oras|crane)(?: \S+)? (?:push|login|pull|copy|run|build)\b/,
  /^(?:terraform|tofu|pulumi|ansible\S*|serverless|sls|cdk|sam|eb|cf|oc|skaffold|mvn|gradle|\.\/gradlew|gradlew) ?.*\b(?:apply|destroy|deploy|publish|release|up|push|ansible\S*)\b/,
  /^openssl (?:s_client|s_server)\b/,
];
/** Code in the words of the command that can reach out, or starts what can. */
const INLINE = /^(?:node|nodejs|deno|bun|python[\d.]*|pypy3?|perl|ruby|php|lua|osascript|Rscript)$/;
const REACHES_OUT =
  /\b(?:fetch|https?|net|tls|dgram|dns|socket|sockets|urllib\d?|urlopen|requests|httpx|aiohttp|XMLHttpRequest|WebSocket|child_process|execs?|execSync|spawn|system|popen|subprocess|eval|__import__|LWP|open-uri|fsockopen|curl\w*|file_get_contents)\b|IO::Socket|`/i;
const DEVICE = /\/dev\/(?:tcp|udp)\//;
const MAX_DEPTH = 4;
const UNREADABLE = "what cannot be read beforehand";

/**
 * What in a text could send something to another machine, or bring new code from one; undefined when nothing does. What
 * cannot be read counts as something that does. Total: never throws.
 */
export function whatSends(text: string, place: ReadingPlace, depth = 0): string | undefined {
  const reading = readCommands(text, place);
  if (!reading.isReadable || depth > MAX_DEPTH) return UNREADABLE;
  for (const command of reading.commands) {
    const found = sentByCommand(command) ?? sentByScripts(command, place, depth);
    if (found !== undefined) return found;
  }
  return undefined;
}

function sentByCommand({ words, redirects }: ReadCommand): string | undefined {
  const [program] = words;
  if (redirects.some((to) => to.words.some(({ value }) => DEVICE.test(value)))) return "/dev/tcp";
  // A name that is only known when it runs may be any of them.
  if (program?.isGlob || program?.value.includes(UNKNOWN)) return "a program that is not named";
  const values = words.map(({ value }) => value);
  return sentBy(values) ?? inlineCode(values);
}

/** Words that may be shell text, or any other: only what can be read as something that sends counts. */
function sentByScripts({ words }: ReadCommand, place: ReadingPlace, depth: number): string | undefined {
  for (const script of viewsOf(words.map(({ value }) => value)).scripts) {
    const inner = whatSends(script, place, depth + 1);
    if (inner !== undefined && inner !== UNREADABLE) return inner;
  }
  return undefined;
}

function sentBy(values: readonly string[]): string | undefined {
  for (const view of viewsOf(values).views) {
    const [program = "", second = ""] = view.split(" ", 2);
    const name = baseName(program).replace(/\.exe$/i, "");
    if (NETWORK.has(name)) return name;
    const all = `${name}${view.slice(program.length)}`;
    if (SENDS.some((pattern) => pattern.test(all)) || installsByName(all)) return `${name} ${second}`;
  }
  return undefined;
}

/** `pip install name`; what a file or this folder lists is not new. */
function installsByName(view: string): boolean {
  const rest = /^(?:pip3?|uv pip|python[\d.]* -m pip)(?: -\S+)* (?:install|download)\b(.*)$/.exec(view)?.[1];
  const words = rest?.split(" ").filter(Boolean) ?? [];
  return words.some((word, i) => {
    const isListed = /^(?:-r|-c|-e|--requirement|--constraint|--editable)$/.test(words[i - 1] ?? "");
    return (
      /^(?:-i|--index-url|--extra-index-url|-f|--find-links)\b/.test(word) ||
      !(isListed || /^[-./]/.test(word))
    );
  });
}

function inlineCode(values: readonly string[]): string | undefined {
  const at = values.findIndex((value) => INLINE.test(baseName(value)));
  if (at < 0) return undefined;
  const flag = values.findIndex(
    (value, i) => i > at && /^(?:-[a-zA-Z]*[ecrpE]|--eval|--print|eval)$/.test(value),
  );
  const code = flag < 0 ? "" : values.slice(flag + 1).join(" ");
  return REACHES_OUT.test(code) ? `code for ${baseName(values[at] ?? "")}` : undefined;
}
