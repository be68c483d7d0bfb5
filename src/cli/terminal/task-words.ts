/** What a background command or a decision about a question came to, in a line for people; the text is the one that the model gets. */
export function taskWords(notification: string): string {
  const of = (name: string): string | undefined => {
    const [, inner] = new RegExp(`<${name}>([\\s\\S]*?)</${name}>`).exec(notification) ?? [];
    return inner?.replaceAll("&lt;", "<").replaceAll("&amp;", "&");
  };
  const [question, decision, command, status] = ["question", "decision", "command", "status"].map(of);
  if (question !== undefined && decision !== undefined) return `Question ${question}: you ${decision} it.`;
  if (command !== undefined && status !== undefined) return `In the background: ${command} (${status})`;
  return notification;
}
