/**
 * Names that other agents have for what our tools do, and their parameters: models have learnt them. Only such that mean
 * exactly the same. Keys are plain: lower case, letters and digits only.
 */
export const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

const named = (...lists: readonly (readonly [tool: string, names: string])[]): ReadonlyMap<string, string> =>
  new Map(lists.flatMap(([tool, names]) => names.split(" ").map((name) => [name, tool] as const)));

export const OTHER_TOOL_NAMES = named(
  ["Agent", "task subagent delegate spawnagent dispatchagent newtask"],
  ["AskUserQuestion", "askuser askfollowupquestion askquestion"],
  [
    "Bash",
    "shell terminal runcommand executecommand runterminalcmd runterminalcommand runinterminal executebash runbash exec execute runshellcommand runshell localshell shellcommand",
  ],
  ["Delete", "deletefile removefile unlink"],
  ["Diagnostics", "getdiagnostics getproblems problems readlints geterrors"],
  ["Edit", "editfile strreplace searchreplace replaceinfile replacestringinfile multiedit"],
  ["ExitPlanMode", "presentplan"],
  ["Glob", "findfiles globfiles filesearch globsearch"],
  ["Grep", "grepsearch searchfiles searchfilecontent ripgrep rg searchtext"],
  ["Move", "movefile renamefile rename mv"],
  ["NotebookEdit", "editnotebook"],
  ["Read", "readfile openfile viewfile view cat fileread fsread"],
  ["TaskStop", "killshell killbash stoptask killtask"],
  ["TodoWrite", "updatetodolist todo todos writetodos managetodolist"],
  ["WebFetch", "fetch fetchurl fetchwebpage urlfetch readurl"],
  ["Write", "writefile createfile writetofile savefile filewrite fswrite"],
);

const FILE = ["file_path", "path file filename targetfile absolutepath"] as const;
const OLD = ["old_string", "oldstr oldtext search find"] as const;
const NEW = ["new_string", "newstr newtext replace replacement"] as const;
const FOLDER = ["path", "directory dir folder searchpath searchdirectory filepath"] as const;

/** Parameters by tool, from their plain names to ours. */
export const OTHER_PARAMETERS: Readonly<Record<string, ReadonlyMap<string, string>>> = {
  Agent: named(["subagent_type", "type agenttype agent"], ["prompt", "task instructions"]),
  Bash: named(
    ["command", "cmd commandline shellcommand script"],
    ["run_in_background", "background isbackground"],
    ["timeout", "timeoutms"],
  ),
  Delete: named(FILE),
  Diagnostics: named(["path", "file filepath"]),
  Edit: named(FILE, OLD, NEW),
  ExitPlanMode: named(["plan", "content markdown text"]),
  Glob: named(["pattern", "glob globpattern filepattern query"], FOLDER),
  Grep: named(
    ["pattern", "query regex regexp searchpattern searchterm"],
    FOLDER,
    ["glob", "include includepattern filepattern"],
    ["-i", "ignorecase caseinsensitive"],
    ["-C", "context contextlines"],
    ["head_limit", "limit maxresults"],
  ),
  Move: named(
    ["source", "from src sourcepath oldpath frompath"],
    ["destination", "to dest dst destinationpath newpath topath target"],
  ),
  NotebookEdit: named(
    ["notebook_path", "path file filepath filename notebook"],
    ["new_source", "source content"],
    ["edit_mode", "mode"],
  ),
  Read: named(FILE, ["offset", "startline firstline linestart"], ["limit", "maxlines numlines linecount"]),
  TaskStop: named(["task_id", "id shellid bashid"]),
  TodoWrite: named(["todos", "items tasks list"], ["content", "text title task"]),
  WebFetch: named(["url", "link uri href"], ["prompt", "question query"]),
  Write: named(FILE, ["content", "contents filetext text filecontent newcontent code"]),
};

/** Values of our choices, by their plain names. */
export const OTHER_CHOICES = named(["completed", "done complete finished"], ["pending", "todo open"]);

/** Words about a call that some models send along. They change nothing of what is done. */
export const REMARKS: ReadonlySet<string> = new Set([
  "description",
  "explanation",
  "reason",
  "purpose",
  "thought",
]);
