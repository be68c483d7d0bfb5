import * as z from "zod";
import { secretValues } from "../safety/redact/literals.ts";
import { createRedactor, redact } from "../safety/redact/redactor.ts";

type Write = (text: string) => Promise<void>;

const Line = z.looseObject({ text: z.string(), chunks: z.array(z.number().int().nonnegative()).optional() });

/** Filters text as it comes. What is secret in `environment` is replaced whatever it looks like. */
export async function redactStream(
  pieces: AsyncIterable<string>,
  write: Write,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const redactor = createRedactor(secretValues(environment));
  for await (const piece of pieces) await write(redactor.push(piece));
  await write(redactor.end());
}

/**
 * Answers `{id, text, chunks?}` with `{id, text}`, one JSON object a line, in their order. `chunks` are places (UTF-16 code units)
 * where the text is cut before it is redacted as a stream. A line that is not understood is answered with `{id, error}`.
 */
export async function redactLines(lines: AsyncIterable<string>, write: Write): Promise<void> {
  for await (const line of lines) {
    if (line.trim() !== "") await write(`${JSON.stringify(answer(line))}\n`);
  }
}

function answer(line: string): object {
  const value = parsed(line);
  const id = typeof value === "object" && value !== null && "id" in value ? { id: value.id } : {};
  const question = Line.safeParse(value);
  if (!question.success) return { ...id, error: "This is not a JSON object with a text." };
  const { text, chunks } = question.data;
  return { ...id, text: chunks ? redactCut(text, chunks) : redact(text) };
}

function redactCut(text: string, cuts: readonly number[]): string {
  const redactor = createRedactor();
  const places = [0, ...cuts.toSorted((a, b) => a - b), text.length];
  const pieces = places.slice(1).map((end, i) => redactor.push(text.slice(places[i], end)));
  return pieces.join("") + redactor.end();
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
