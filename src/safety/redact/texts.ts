import type { Detector, Found } from "./found.ts";
import { isStandIn, isVaried, looksLikePassword, looksRandom } from "./looks.ts";

interface Shape {
  readonly kind: string;
  readonly anchors: readonly string[];
  /** Sticky; group 1 is the secret. */
  readonly pattern: RegExp;
  readonly accepts: (secret: string) => boolean;
  /** The pattern begins this many characters before the anchor at most, at a line's beginning. */
  readonly fromLine?: number;
}

const isGiven = (secret: string): boolean => !isStandIn(secret);
const isPassword = (secret: string): boolean => looksLikePassword(secret, true);
const isLong = (secret: string): boolean => looksRandom(secret, 16);

/** Told by the words around them: headers, command lines, files of other programs. */
const shapes: readonly Shape[] = [
  {
    kind: "authorization",
    anchors: ["authorization"],
    pattern:
      /authorization\\{0,3}["']?\]?[ \t]{0,4}(?:[:=,]|=>)[ \t]{0,4}\\{0,3}["'`]?(?:(?:basic|bearer|token|apikey|api-key|key|bot|oauth|negotiate|splunk|genie(?:key)?|sso-key|zoho-oauthtoken)[ \t:=]{1,4}["']?)?([A-Za-z0-9][A-Za-z0-9+/=_.~:-]{7,4000})/iy,
    accepts: (secret) =>
      isGiven(secret) && (looksRandom(secret, 8) || /^[A-Za-z0-9+/]{8,}={1,2}$/.test(secret)),
  },
  {
    kind: "authorization",
    anchors: ["ssws "],
    pattern: /ssws ([A-Za-z0-9_-]{20,120})/iy,
    accepts: isLong,
  },
  {
    kind: "password",
    anchors: ["convertto-securestring"],
    pattern: /convertto-securestring[ \t]{1,4}(?:-string[ \t]{1,4})?["']([^"'\n\r]{4,400})["']/iy,
    accepts: isGiven,
  },
  {
    kind: "password",
    anchors: ["auth=(", "basicauth("],
    pattern:
      /(?:auth=|basicauth)\([ \t]{0,4}["'][^"'\n\r]{1,128}["'][ \t]{0,4},[ \t]{0,4}["']([^"'\n\r]{4,400})["']/iy,
    accepts: isGiven,
  },
  {
    kind: "password",
    anchors: ["echo ", "printf "],
    pattern:
      /(?:echo|printf)[ \t]{1,4}(?:-[ne][ \t]{1,4})?["']?([^\s"'|;&$<>]{4,128})["']?[ \t]{0,4}\|[ \t]{0,4}sudo[ \t][^\n\r|;&]{0,40}?-[A-Za-z]{0,6}S/y,
    accepts: isPassword,
  },
  {
    kind: "password",
    anchors: ["openssl enc", "openssl aes", "openssl des"],
    pattern: /openssl[ \t][^\n\r|;&]{0,200}?[ \t]-[kK][ \t]{1,4}["']?([^\s"'|;&$]{4,128})/y,
    accepts: isPassword,
  },
  {
    kind: "password",
    anchors: ["-u "],
    pattern: /-U[ \t]{1,4}["']?[^\s%"']{1,64}%([^\s"'|;%]{4,128})/y,
    accepts: isPassword,
  },
  {
    kind: "token",
    anchors: ["env "],
    pattern:
      /ENV[ \t]{1,4}[A-Z0-9_]{0,60}(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|ACCESS_KEY|PRIVATE_KEY)[ \t]{1,4}["']?([^\s"'=$]{6,400})/y,
    accepts: (secret) => looksRandom(secret, 10) || (isPassword(secret) && /[0-9]/.test(secret)),
  },
  {
    kind: "bearer token",
    anchors: ["bearer"],
    pattern: /bearer[ \t]{1,4}\\{0,3}["'`]?([A-Za-z0-9][A-Za-z0-9+/=_.~:-]{11,4000})/iy,
    accepts: (secret) => isGiven(secret) && isLong(secret),
  },
  {
    kind: "basic credentials",
    anchors: ["basic "],
    pattern: /basic[ \t]{1,4}([A-Za-z0-9+/]{16,400}={0,2})(?![A-Za-z0-9+/=])/iy,
    accepts: (secret) => isGiven(secret) && isLong(secret),
  },
  {
    kind: "password",
    anchors: ["mysql", "mariadb", "mycli"],
    pattern:
      /(?:mysql|mariadb|mycli)[a-z-]{0,12}[ \t][^\n\r|;&]{0,200}?(?<=\s)-p([^\s"'|;&]{3,128}|"[^"\n\r]{3,128}"|'[^'\n\r]{3,128}')/y,
    accepts: isPassword,
  },
  {
    kind: "password",
    anchors: [
      "sshpass",
      "redis-cli",
      "mongo",
      "docker login",
      "podman login",
      "helm registry login",
      "az login",
      "smbclient",
      "ldapsearch",
      "ldapadd",
      "ldapmodify",
      "oc login",
      "cf login",
      "sqlcmd",
      "bcp",
      "keytool",
      "zip ",
      "7z ",
      "unzip",
      "pscp",
      "plink",
    ],
    pattern:
      /[a-z7-]{2,12}[ \t](?:[^\n\r|;&]{0,200}?[ \t])?(?:-[pawP][ \t=]{0,2}|--pass(?:word)?[ =])["']?(?!-)([^\s"'|;&]{6,128})/y,
    accepts: (secret) => isPassword(secret) && /[0-9!@#$%^*]/.test(secret),
  },
  {
    kind: "password",
    anchors: ["curl ", "curl.exe", "wget ", "http "],
    pattern:
      /[a-z.]{4,8}[ \t][^\n\r|;]{0,400}?(?:(?<=\s)-u|--(?:proxy-)?user)[ \t=]{0,2}["']?[^\s:"']{0,128}:([^\s"']{3,200})/y,
    accepts: isGiven,
  },
  {
    kind: "password",
    anchors: ["pass:", "-passin", "-passout"],
    pattern: /(?:-pass(?:in|out)?[ \t]{1,4})?["']?pass:([^\s"']{4,128})/y,
    accepts: isPassword,
  },
  {
    kind: "password",
    anchors: ["login "],
    pattern: /login[ \t]{1,8}\S{1,128}[ \t]{1,8}password[ \t]{1,8}(\S{3,400})/y,
    accepts: isGiven,
  },
  {
    kind: "password",
    anchors: ["password"],
    pattern: /password[ \t]{1,8}([^\s"'`:]{6,400})[ \t]*(?=[\n\r]|$)/y,
    accepts: (secret) => looksRandom(secret, 8) || (isPassword(secret) && /[0-9]/.test(secret)),
    fromLine: 40,
  },
  {
    kind: "password",
    anchors: ["identified by", "identified with"],
    pattern:
      /identified[ \t](?:by|with[ \t]\w{1,40}[ \t](?:by|as))[ \t]{1,4}(?:password[ \t]{1,4})?["']([^"'\n\r]{3,200})["']/iy,
    accepts: isGiven,
  },
  {
    kind: "password",
    anchors: ["thin:"],
    pattern: /thin:[^\s/@:"']{1,64}\/([^\s@"']{3,128})@/y,
    accepts: isGiven,
  },
  {
    kind: "token",
    anchors: ["vault login", "_authtoken", "set auth", "authtoken add"],
    pattern:
      /(?:vault login|_authToken|[a-z-]{0,12}[ ]?set auth[a-zA-Z]{0,8}|authtoken add|add-authtoken)[ \t=]{1,4}["']?([A-Za-z0-9_.-]{16,400})/y,
    accepts: isLong,
  },
  {
    kind: "recovery phrase",
    anchors: [
      "mnemonic",
      "seed phrase",
      "seed_phrase",
      "seedphrase",
      "recovery phrase",
      "recovery_phrase",
      "seed words",
    ],
    pattern:
      /[a-z_ ]{8,16}\\{0,3}["']?[ \t]{0,4}[:=][ \t]{0,4}\\{0,3}["']?((?:[a-z]{3,8} ){11,23}[a-z]{3,8})/iy,
    accepts: () => true,
  },
  {
    kind: "signature",
    anchors: ["sig="],
    pattern: /sig=([A-Za-z0-9%+/_-]{30,200}={0,2})/y,
    accepts: isVaried,
  },
  {
    kind: "docker credentials",
    anchors: ['"auth"', '"identitytoken"', '"registrytoken"', '\\"auth\\'],
    pattern:
      /\\{0,3}"(?:auth|identitytoken|registrytoken)\\{0,3}"[ \t]{0,4}:[ \t]{0,4}\\{0,3}"([A-Za-z0-9+/=_.-]{8,4000})/iy,
    accepts: (secret) =>
      isGiven(secret) && (looksRandom(secret, 12) || /^[A-Za-z0-9+/]{8,}={1,2}$/.test(secret)),
  },
];

export const textDetectors: readonly Detector[] = shapes.map((shape) => ({
  anchors: shape.anchors,
  find(text, at, found) {
    if (shape.fromLine !== undefined && !beginsLine(text, at, shape.fromLine)) return;
    shape.pattern.lastIndex = at;
    const match = shape.pattern.exec(text);
    const secret = match && foundIn(match, at, shape);
    if (secret) found.push(secret);
  },
}));

function foundIn(match: RegExpExecArray, at: number, { kind, accepts }: Shape): Found | undefined {
  const [whole, group = ""] = match;
  const secret = group.replace(/^(["'])(.*)\1$/, "$2");
  if (secret === "" || !accepts(secret)) return undefined;
  const start = at + whole.lastIndexOf(secret);
  return { from: at, start, end: start + secret.length, kind };
}

const beginsLine = (text: string, at: number, most: number): boolean =>
  /(?:^|[\n\r])[ \t+>-]*$/.test(text.slice(Math.max(0, at - most), at));
