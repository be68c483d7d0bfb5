import type { Call, Context, Handler } from "../context.ts";
import { fromTable } from "../table.ts";
import { MACHINE_COMMANDS } from "./files.ts";

/** Looks at this machine: nothing changes, but it is more than the workspace. */
const looking = fromTable(MACHINE_COMMANDS).map(([name, judge]): [string, Handler] => [
  name,
  (call, context) => {
    context.note("medium", "looks at processes and connections of this machine", call.word, "reads");
    if (name === "ps" && call.args.some(({ value }) => /^[a-zA-Z]*[eE][a-zA-Z]*$/.test(value)))
      context.note("high", "shows the environment of processes", call.word, "reads");
    else judge(call, context);
  },
]);

const DOCKER =
  /^(?:ps|images|version|info|stats|top|port|diff|history|logs|compose (?:ps|ls|images|top|logs)|container ls|container list|image ls|image list|network ls|volume ls|system df)$/;

function docker(call: Call, context: Context): void {
  const [first] = call.args;
  if (first?.value.startsWith("-")) {
    if (call.args.length === 1 && /^(?:-v|--version)$/.test(first.value)) return;
    return context.note("high", "an option that may reach another machine", first);
  }
  const words = call.args.filter(({ value }) => !value.startsWith("-")).map(({ value }) => value);
  const isRead = DOCKER.test(words[0] ?? "") || DOCKER.test(words.slice(0, 2).join(" "));
  const odd = call.args.find(
    ({ value }) =>
      value.startsWith("-") &&
      !/^(?:-[aqnls]+|--(?:all|quiet|no-trunc|format(?:=.*)?|filter(?:=.*)?|no-stream|latest|last(?:=\d+)?|size|digests|services|tail(?:=\d+)?|since(?:=\w+)?|timestamps))$/.test(
        value,
      ),
  );
  if (!isRead || odd) context.note("high", "may start, change or reach containers", odd ?? call.word);
  else context.note("medium", "looks at containers", call.word);
}

function kubectl(call: Call, context: Context): void {
  const [first, second] = call.args;
  const isRead = /^(?:get|describe|explain|api-resources|version|cluster-info|logs)$/.test(
    first?.value ?? "",
  );
  const isSecret = /secret|configmap|\ball\b|token|\0/i.test(second?.value ?? "");
  const odd = call.args.find(
    ({ value }) =>
      value.startsWith("-") &&
      !/^(?:-[nAowl]|-o=?\w*|--(?:all-namespaces|namespace(?:=.*)?|watch|show-labels|selector(?:=.*)?|no-headers|client|output(?:=\w+)?|sort-by=.*))$/.test(
        value,
      ),
  );
  if (isRead && isSecret) context.note("high", "shows secrets", call.word, "reads");
  if (isRead && !odd) context.note("medium", "looks at a cluster", call.word);
  else context.note("high", "may change a cluster", odd ?? call.word);
}

const listing =
  (isListing: (call: Call) => boolean): Handler =>
  (call, context) => {
    if (isListing(call)) context.note("medium", "looks at the machine", call.word);
    else context.note("high", "changes the machine", call.word);
  };
const bare = listing(({ args }) => args.length === 0);

export const MACHINE_HANDLERS: readonly [string, Handler][] = [
  ...looking,
  ["docker", docker],
  ["podman", docker],
  ["kubectl", kubectl],
  ["mount", bare],
  ["lsblk", listing(({ args }) => args.every(({ value }) => /^-[abdfilmnOpPtS]+$/.test(value)))],
  [
    "sysctl",
    listing(({ args }) => args.length > 0 && args.every(({ value }) => /^-[an]$|^[a-z][\w.]+$/.test(value))),
  ],
  ["crontab", listing(({ args }) => args.length === 1 && args[0]?.value === "-l")],
  [
    "systemctl",
    listing(
      ({ args }) =>
        /^(?:status|is-active|is-enabled|list-units|list-unit-files)$/.test(args[0]?.value ?? "") &&
        args.every(({ value }) => /^[\w@.-]+$/.test(value) && !/^-H|^--(?:host|machine)/.test(value)),
    ),
  ],
];
