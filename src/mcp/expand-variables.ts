/** Of the process. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** `${NAME}` and `${NAME:-instead}` in a text. What is not set and has nothing instead stays as it is, and is told. */
export function expanded(text: string, variables: Variables, onMissing: (name: string) => void): string {
  return text.replaceAll(/\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/g, (whole, name: string, instead?: string) => {
    const value = variables[name];
    if (value !== undefined && (value !== "" || instead === undefined)) return value;
    if (instead !== undefined) return instead;
    onMissing(name);
    return whole;
  });
}
