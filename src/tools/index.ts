import type { Tool } from "../core/tool.ts";
import { agent } from "./agent.ts";
import { askUserQuestion } from "./ask-user-question.ts";
import { bash } from "./bash.ts";
import { deleteFile } from "./delete.ts";
import { diagnostics } from "./diagnostics.ts";
import { edit } from "./edit.ts";
import { exitPlanMode } from "./exit-plan-mode.ts";
import { glob } from "./glob.ts";
import { grep } from "./grep.ts";
import { move } from "./move.ts";
import { notebookEdit } from "./notebook-edit.ts";
import { read } from "./read.ts";
import { searchTranscript } from "./search-transcript.ts";
import { taskStop } from "./task-stop.ts";
import { todoWrite } from "./todo-write.ts";
import { webFetch } from "./web-fetch.ts";
import { write } from "./write.ts";

/** Sorted by name: the order is part of what the provider caches, so it must never depend on anything else. */
export const builtinTools: readonly Tool[] = [
  agent,
  askUserQuestion,
  bash,
  deleteFile,
  diagnostics,
  edit,
  exitPlanMode,
  glob,
  grep,
  move,
  notebookEdit,
  read,
  searchTranscript,
  taskStop,
  todoWrite,
  webFetch,
  write,
];
