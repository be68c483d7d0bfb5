import { ARCHIVE_HANDLERS } from "./commands/archives.ts";
import { FILE_COMMANDS } from "./commands/files.ts";
import { FIND_HANDLERS } from "./commands/find.ts";
import { GIT_HANDLERS } from "./commands/git.ts";
import { INTERPRETER_HANDLERS } from "./commands/interpreters.ts";
import { MACHINE_HANDLERS } from "./commands/machine.ts";
import { NETWORK_HANDLERS } from "./commands/network.ts";
import { PACKAGE_HANDLERS } from "./commands/packages.ts";
import { PROJECT_HANDLERS } from "./commands/project.ts";
import { SCRIPT_HANDLERS } from "./commands/scripts.ts";
import { TEXT_COMMANDS } from "./commands/text.ts";
import { SHELL_HANDLERS } from "./commands/wrappers.ts";
import { WRITE_HANDLERS } from "./commands/write.ts";
import type { Handler } from "./context.ts";
import { fromTable } from "./table.ts";

/** Every program whose effects are known, by name. One family a file; what is not here is high. */
export const HANDLERS: ReadonlyMap<string, Handler> = new Map([
  ...fromTable(TEXT_COMMANDS),
  ...fromTable(FILE_COMMANDS),
  ...INTERPRETER_HANDLERS,
  ...MACHINE_HANDLERS,
  ...ARCHIVE_HANDLERS,
  ...FIND_HANDLERS,
  ...GIT_HANDLERS,
  ...NETWORK_HANDLERS,
  ...PROJECT_HANDLERS,
  ...PACKAGE_HANDLERS,
  ...SCRIPT_HANDLERS,
  ...WRITE_HANDLERS,
  ...SHELL_HANDLERS,
]);
