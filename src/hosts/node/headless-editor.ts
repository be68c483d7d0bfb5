import type { Editor } from "../../core/ports.ts";

/** Without an editor there is no language service, and so nothing to report. */
export const headlessEditor: Editor = {
  diagnostics: async () => [],
  nextDiagnostics: async () => [],
  unsaved: () => [],
};
