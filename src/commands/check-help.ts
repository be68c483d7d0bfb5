/** Behind the options in the help of `plumb permissions check`. Apart, because the rest is loaded late. */
export const CHECK_HELP = `
One JSON object a line on standard input, one answer a line, in the same order, with the same "id" if there is one:

  {"id": 1, "cmd": "ls src && rm -rf lib", "cwd": "/project", "home": "/home/me", "shell": "bash"|"powershell"}
    {"id": 1, "risk": "low"|"medium"|"high", "readOnly": false, "reasons": [{"risk", "text", "words", "start", "end"}]}

  {"rules": {"allow": ["Bash(npm test *)"], "ask": [], "deny": ["Read(.env)"]}, "tool": "Bash",
   "input": {"command": "npm test"}, "cwd": "/project", "env": {"projectRoot": "/project", "home": "/home/me",
   "platform": "linux", "symlinks": {}, "caseInsensitive": false}, "readOnlyCommands": false}
    {"decision": "allow"|"ask"|"deny", "reasons": ["allow Bash(npm test *)"]}

  {"workspace": {"root": "/project", "extraRoots": [], "home": "/home/me", "platform": "linux", "symlinks": {}},
   "path": "src/a.ts", "op": "read"|"list"|"write"|"delete"}
    {"place": "inside"|"outside"|"protected", "reasons": []}

A line that is not understood is answered by {"id", "error"}. Nothing is run, and no file is looked at: links are
those in "symlinks". Rules are asked in the mode "ask" with what always asks, and without saved rules or settings.
Without "shell" it is PowerShell where "cwd" is a folder of Windows, otherwise bash.
`;
