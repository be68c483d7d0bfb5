/** Whether it is the content of a file that says if changing it needs a question. What it says is told by `runs-later.ts`. */
export const isJudgedByContent = (path: string): boolean =>
  /(?:^|[\\/])(?:package\.json|[jt]sconfig[^\\/]*\.json|\.gitattributes)$/i.test(path);
