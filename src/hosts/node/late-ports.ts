import type { Documents, FileSystem, Search } from "../../core/ports.ts";
import type { BackgroundTasks } from "./background-tasks.ts";

/** Loads once; what failed to load is tried again with the next call. */
function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () => {
    loading ??= load().catch((thrown: unknown) => {
      loading = undefined;
      throw thrown;
    });
    return loading;
  };
}

/** The text files of the disk, loaded with the first of them: a first request needs none. */
export function lateDocuments(fs: Pick<FileSystem, "canonical">): Documents {
  const documents = once(async () => (await import("./node-documents.ts")).createDocuments(fs));
  return {
    open: async (...args) => (await documents()).open(...args),
    save: async (...args) => (await documents()).save(...args),
    remove: async (...args) => (await documents()).remove(...args),
    move: async (...args) => (await documents()).move(...args),
  };
}

/** Searching, loaded with the first search. */
export function lateSearch(load: () => Promise<Search>): Search {
  const search = once(load);
  return {
    async *ripgrep(...args) {
      yield* (await search()).ripgrep(...args);
    },
  };
}

/** Commands that outlive the turn, loaded with the first of them. */
export function lateTasks(dataDir: string): BackgroundTasks {
  const tasks = once(async () => (await import("./background-tasks.ts")).createBackgroundTasks(dataDir));
  return {
    start: async (...args) => (await tasks()).start(...args),
    stop: async (id) => (await tasks()).stop(id),
  };
}
