/** What was found out about one thing that a task needs. */
export interface Finding {
  readonly name: string;
  readonly words: string;
  /** Left out where it is as it should be; `problem`: a task cannot be done like this. */
  readonly is?: "problem" | "note";
}
