const SHAPE = /^([A-Za-z][\w-]*)(?:\((.*)\))?$/s;

/** What a rule that was given on a card covers, in words for the person who gives it. "" for what is no rule. */
export function ruleWords(text: string): string {
  const [, tool, spec] = SHAPE.exec(text.trim()) ?? [];
  if (tool === undefined) return "";
  if (spec === undefined || spec === "" || spec === "*") return `every use of ${tool}`;
  switch (tool) {
    case "Bash":
      return commandWords(spec);
    case "Edit":
    case "Read":
      return fileWords(tool === "Edit" ? "changing" : "reading", spec);
    case "WebFetch":
      return spec.startsWith("domain:") ? `every page of ${spec.slice("domain:".length).trim()}` : "";
    default:
      return "";
  }
}

function commandWords(spec: string): string {
  const start = spec.replace(/(?::| )\*$/, "");
  if (start === spec) {
    return spec.includes("*")
      ? `commands like ${spec}, * being any text, unless their risk is high`
      : `exactly the command ${spec}`;
  }
  return `${start}, and whatever comes after it, unless the risk is high`;
}

function fileWords(doing: string, spec: string): string {
  const where = spec.startsWith("//") ? spec.slice(1) : spec.replace(/^\//, "");
  if (where.endsWith("/**")) return `${doing} every file in ${where.slice(0, -3)}`;
  return where.includes("*") ? `${doing} files like ${where}` : `${doing} ${where}`;
}
