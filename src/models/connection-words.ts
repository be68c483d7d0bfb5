import { field, numberAt, stringAt } from "./fields.ts";

interface Why {
  readonly codes: RegExp;
  /** `peer` is who really failed to answer, where that is known and somebody else: a proxy, or what a name stands for. */
  readonly words: (host: string, peer: string | undefined) => string;
}

/** From the most to the least telling: the first that matches a code or message in the chain of causes is said. */
const WHYS: readonly Why[] = [
  {
    codes: /ENOTFOUND|EAI_AGAIN|getaddrinfo|ERR_NAME_NOT_RESOLVED/,
    words: (host, peer) =>
      peer === undefined
        ? `The name ${host} could not be found. You may be offline, or behind a proxy`
        : `The name ${peer} could not be found on the way to ${host}. Check the proxy`,
  },
  {
    codes: /ERR_TLS_CERT_ALTNAME_INVALID|Hostname\/IP does not match/,
    words: (host) => `The certificate shown for ${host} belongs to another host. Something stands in between`,
  },
  {
    codes: /CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/,
    words: (host) => `The certificate of ${host} is not valid now. Check this computer's clock`,
  },
  {
    codes: /CERT|ISSUER|SELF_SIGNED|UNABLE_TO_VERIFY|self.signed/,
    words: (host) =>
      `The certificate shown for ${host} is not trusted. A company proxy may be inspecting the connection: let NODE_EXTRA_CA_CERTS name its certificate`,
  },
  {
    codes: /EPROTO|ERR_SSL|SSL routines|wrong version number/,
    words: (host) => `No secure connection to ${host} could be made. Check the address and the proxy`,
  },
  {
    codes: /proxy|ERR_TUNNEL/i,
    words: (host) => `The proxy did not let the request through to ${host}`,
  },
  {
    codes: /ECONNREFUSED/,
    words: (host, peer) =>
      peer === undefined
        ? `${host} refused the connection. Nothing listens there`
        : `${host} could not be reached: nothing listens at ${peer}. Check the base URL and the proxy`,
  },
  {
    codes: /ENETUNREACH|EHOSTUNREACH|ENETDOWN|EHOSTDOWN|ERR_INTERNET_DISCONNECTED/,
    words: (host) => `There is no way to ${host}. You may be offline`,
  },
  {
    codes: /ETIMEDOUT|TIMEOUT|timed out/i,
    words: (host) => `${host} did not answer in time`,
  },
  {
    codes:
      /ECONNRESET|EPIPE|UND_ERR_SOCKET|terminated|other side closed|ECONNABORTED|ERR_STREAM_PREMATURE_CLOSE/,
    words: (host) => `The connection to ${host} was cut`,
  },
];

const MAX_CAUSES = 6;

/** Why a connection failed, for people: found in the chain of causes, because the outermost error says nothing. */
export function connectionWords(thrown: unknown, host: string): { message: string; cause: unknown } {
  const chain = causesOf(thrown);
  const evidence = chain.map(
    (one) => `${stringAt(one, "code") ?? ""} ${stringAt(one, "message") ?? String(one)}`,
  );
  for (const { codes, words } of WHYS) {
    const index = evidence.findIndex((line) => codes.test(line));
    if (index < 0) continue;
    const code = stringAt(chain[index], "code");
    return {
      message: `${words(host, peerOf(chain[index], host))}${code === undefined ? "" : ` (${code})`}.`,
      cause: chain[index],
    };
  }
  const deepest = chain.at(-1);
  return {
    message: `The connection to ${host} failed: ${stringAt(deepest, "message") ?? String(deepest)}`,
    cause: deepest,
  };
}

function peerOf(cause: unknown, host: string): string | undefined {
  const address = stringAt(cause, "address");
  const port = numberAt(cause, "port");
  const reached = address === undefined ? stringAt(cause, "hostname") : address;
  if (reached === undefined) return undefined;
  const name = reached.includes(":") ? `[${reached}]` : reached;
  const peer = port === undefined ? name : `${name}:${port}`;
  return peer === host || host.startsWith(`${peer}:`) ? undefined : peer;
}

function causesOf(thrown: unknown): unknown[] {
  const chain: unknown[] = [];
  const queue: unknown[] = [thrown];
  while (queue.length > 0 && chain.length < MAX_CAUSES) {
    const next = queue.shift();
    if (next === undefined || next === null) continue;
    chain.push(next);
    const several = field(next, "errors");
    queue.push(field(next, "cause"), ...(Array.isArray(several) ? several : []));
  }
  return chain;
}
