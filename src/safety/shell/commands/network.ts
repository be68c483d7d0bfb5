import type { Call, Context, Handler } from "../context.ts";
import { argumentsOf, judgeOptions } from "../table.ts";
import type { ShellWord } from "../word.ts";

/** Whether a URL may be read from without doubt: https, a known host, nothing in it that is filled in when it runs. */
function isKnownUrl(word: ShellWord, context: Context): boolean {
  if (word.isGlob || word.isSplit || !URL.canParse(word.value)) return false;
  const { protocol, hostname, username, port } = new URL(word.value);
  return (
    protocol === "https:" &&
    username === "" &&
    port === "" &&
    context.hosts.has(hostname) &&
    word.isLiteral &&
    !/[{}[\]]/.test(word.value)
  );
}

const CURL =
  "-#fgiIjkLsSv46 -m= -o=w -O -w= -A= --compressed --connect-timeout= --fail --fail-with-body --head --include --location --max-time= --no-progress-meter --output=w --remote-name --retry= --retry-delay= --show-error --silent --user-agent= --verbose --write-out= --tlsv1.2 --max-redirs= --http1.1 --http2 --progress-bar --get";

/** `curl` and `wget`: reading from known hosts; whatever could send, or be told from a file, is high. */
const download =
  (options: string): Handler =>
  (call: Call, context: Context) => {
    const args = argumentsOf(call, options);
    judgeOptions(args, context);
    const isInsecure = args.options.find(({ name }) => /^-[kj]$/.test(name));
    if (isInsecure && call.name === "curl")
      context.note("high", "does not check who answers", isInsecure.word);
    for (const word of args.operands)
      if (!isKnownUrl(word, context))
        context.note("high", "reaches a place that is not known, or sends something there", word);
    if (args.operands.length > 0) context.note("medium", "reads from the network", call.word);
    else if (args.options.length > 0) context.note("high", "where it reaches is not known", call.word);
  };

const GH_READS =
  /^(?:(?:pr|issue|run|release|workflow|repo|label|cache|gist)\s(?:list|view|status|diff|checks)|auth\sstatus|status|search\s\w+)$/;

const gh: Handler = (call, context) => {
  const [group, action] = call.args.filter(({ value }) => !value.startsWith("-"));
  const name = [group?.value, action?.value].filter(Boolean).join(" ");
  const isWeb = call.args.some(({ value }) =>
    /^(?:-w|--web|--show-token|-t|--hostname.*|--jq.*|-q)$/.test(value),
  );
  if (/^(?:pr|issue) status$|^status$/.test(name) || (GH_READS.test(name) && !isWeb))
    context.note("medium", "reads from GitHub", call.word);
  else context.note("high", "may change something on GitHub", call.word);
};

export const NETWORK_HANDLERS: readonly [string, Handler][] = [
  ["curl", download(CURL)],
  [
    "wget",
    download(
      "-qSv46 -O=w -P=w -T= -t= -U= --quiet --output-document=w --directory-prefix=w --timeout= --tries= --spider --no-verbose -nv --show-progress --progress= --user-agent= --server-response --https-only -c --continue",
    ),
  ],
  ["gh", gh],
];
