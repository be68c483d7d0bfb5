import type { Documents } from "../../../core/ports.ts";
import type { NodeChanges } from "./node-changes.ts";

/** What is written through documents while a command runs is not that command's work. */
export function followedDocuments(
  documents: Documents,
  changes: Pick<NodeChanges, "writing" | "wrote" | "moved">,
): Documents {
  const following = async <T>(path: string, work: () => Promise<T>): Promise<T> => {
    changes.writing(path);
    try {
      return await work();
    } finally {
      changes.wrote(path);
    }
  };
  return {
    open: documents.open,
    save: (path, text, baseHash, signal, form, judged) =>
      following(path, () => documents.save(path, text, baseHash, signal, form, judged)),
    async move(from, to, signal, options) {
      for (const path of [from, to]) changes.writing(path);
      try {
        return await documents.move(from, to, signal, options);
      } finally {
        for (const path of [from, to]) changes.moved(path);
      }
    },
    remove: (path, baseHash, signal, judged) =>
      following(path, () => documents.remove(path, baseHash, signal, judged)),
  };
}
