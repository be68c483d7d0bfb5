import * as z from "zod";
import { Attachment, HostToView, PROTOCOL, receive, type ViewToHost } from "../../../src/protocol/view.ts";

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare const acquireVsCodeApi: () => VsCodeApi;

/** What the view may keep for itself: where it was scrolled to and what was folded out. Everything else is the host's. */
export const UiState = z.object({
  sessionId: z.string(),
  /** The row at the top of the view and how far it is scrolled past; absent at the bottom. */
  scroll: z.object({ key: z.string(), offset: z.number() }).optional(),
  isTodoOpen: z.boolean(),
  isTrayOpen: z.boolean(),
  /** What was added to a message that is not sent yet. */
  attached: z.object({ of: z.string(), items: z.array(Attachment) }).optional(),
});
export type UiState = z.infer<typeof UiState>;
export const NO_UI_STATE: UiState = { sessionId: "", isTodoOpen: false, isTrayOpen: false };

export interface HostLink {
  post(message: ViewToHost): void;
  readUi(): UiState;
  writeUi(change: Partial<UiState>): void;
}

/** Opens the pipe to the extension. `handle` gets every valid message; a bad one is reported and dropped. */
export function connectHost(handle: (message: HostToView) => void): HostLink {
  const api = acquireVsCodeApi();
  const post = (message: ViewToHost): void => api.postMessage(message);
  const accept = receive(HostToView, handle, (why) =>
    post({ type: "problem", message: `The panel did not understand a message: ${why}`.slice(0, 9000) }),
  );
  window.addEventListener("message", (event: MessageEvent<unknown>) => {
    // The editor's frame around us has our origin; its window cannot be compared, for it hides behind `parent`.
    // Frames of another origin inside the panel (there are none) must not speak for the host.
    if (event.source !== null && event.origin !== window.origin) return;
    if (speaksOtherProtocol(event.data)) handle({ type: "toast", level: "error", text: OTHER_PROTOCOL });
    else accept(event.data);
  });
  const readUi = (): UiState => {
    const stored = UiState.safeParse(api.getState());
    return stored.success ? stored.data : NO_UI_STATE;
  };
  return {
    post,
    readUi,
    // The editor's `setState` hands the state back, which an effect would take for its clean-up.
    writeUi: (change) => void api.setState({ ...readUi(), ...change }),
  };
}

/** Stands for "the host is another version", whose snapshot need not parse here. */
export const OTHER_PROTOCOL = "\u0000protocol";

function speaksOtherProtocol(data: unknown): boolean {
  return (
    typeof data === "object" &&
    data !== null &&
    "type" in data &&
    data.type === "snapshot" &&
    "protocol" in data &&
    data.protocol !== PROTOCOL
  );
}
