import type { Handler } from "../shell/context.ts";
import { HANDLERS } from "../shell/registry.ts";

/** All words match, or it may do something else than look. */
const looks =
  (risk: "low" | "medium", allowed: RegExp): Handler =>
  (call, context) => {
    for (const word of call.args)
      if (!allowed.test(word.value))
        context.note("high", `${call.name} with this could change something`, word);
    if (risk === "medium") context.note("medium", "looks at more than the workspace", call.word, "reads");
  };

/** `findstr /n pattern files`: options with slashes, of which two read lists of files. */
const findstr: Handler = (call, context) => {
  let hasPattern = false;
  for (const word of call.args) {
    const { value } = word;
    const listed = /^\/[gf]:(.*)$/i.exec(value)?.[1];
    if (listed !== undefined) {
      context.path({ ...word, value: listed }, "read");
      context.note("medium", "reads files that a file names", word, "reads");
    } else if (/^\/c:/i.test(value)) hasPattern = true;
    else if (/^\/(?:[bdelrsinxvmop]+|off(?:line)?|a:\w+|d:.*)$/i.test(value)) {
      if (/^\/d:/i.test(value)) context.path({ ...word, value: value.slice(3) }, "list");
    } else if (/^\//.test(value))
      context.note("high", `${value} is not an option that is known to be harmless`, word);
    else if (hasPattern) context.path(word, "read");
    else hasPattern = true;
  }
};

const msbuild: Handler = (call, context) => {
  for (const word of call.args) {
    if (
      /^[/-](?:logger|l|dl|distributedlogger|extensionspath|toolsversion)/i.test(word.value) ||
      /customafter|customBefore/i.test(word.value)
    )
      context.note("high", "may load other code", word);
    else if (!/^[/-]/.test(word.value)) context.path(word, "run");
  }
  context.note("medium", "runs code of the project", call.word);
};

/** The launcher of Python: a version, then what Python takes. */
const py: Handler = (call, context) => {
  const [first] = call.args;
  const args = first && /^-[23](?:\.\d+)?$/.test(first.value) ? call.args.slice(1) : call.args;
  if (call.args.length === 1 && /^(?:-0p?|--list|--list-paths)$/.test(first?.value ?? "")) return;
  HANDLERS.get("python")?.({ ...call, name: "python", args }, context);
};

/** Programs that Windows brings along, and `py`; all others of its own are unknown here, and so high. */
export const WINDOWS_PROGRAMS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  [
    "whoami",
    looks("low", /^\/(?:upn|fqdn|logonid|user|groups|claims|priv|all|fo|nh)$|^(?:table|list|csv)$/i),
  ],
  ["hostname", looks("low", /^$/)],
  ["ver", looks("low", /^$/)],
  ["where", looks("low", /^(?:\/[qft]|[\w.*?-]+)$/i)],
  ["tasklist", looks("medium", /^\/(?:v|svc|m|fo|nh|fi|apps)$|^(?:table|list|csv)$|^[\w .*"-]+$/i)],
  ["ipconfig", looks("medium", /^\/(?:all|allcompartments|displaydns)$/i)],
  ["systeminfo", looks("medium", /^\/(?:fo|nh)$|^(?:table|list|csv)$/i)],
  ["netstat", looks("medium", /^-[abefnopqrstxy]+$|^(?:tcp|udp|tcpv6|udpv6)$/i)],
  ["driverquery", looks("medium", /^\/(?:fo|nh|v|si)$|^(?:table|list|csv)$/i)],
  ["findstr", findstr],
  ["msbuild", msbuild],
  ["py", py],
  [
    "tree",
    (call, context) => {
      for (const word of call.args)
        if (/^\//.test(word.value)) looks("low", /^\/[fa]$/i)({ ...call, args: [word] }, context);
        else context.path(word, "list");
    },
  ],
]);
