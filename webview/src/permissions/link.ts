import { HostToPage, type PageToHost } from "../../../src/protocol/permissions-page.ts";
import { receive } from "../../../src/protocol/view.ts";

interface VsCodeApi {
  postMessage(message: unknown): void;
}
declare const acquireVsCodeApi: () => VsCodeApi;

export type Post = (message: PageToHost) => void;

/** Opens the pipe to the extension: `handle` gets every valid message, a bad one is reported and dropped. */
export function connect(handle: (message: HostToPage) => void): Post {
  const api = acquireVsCodeApi();
  const post: Post = (message) => api.postMessage(message);
  const accept = receive(HostToPage, handle, (why) =>
    post({ type: "problem", message: `The page did not understand a message: ${why}`.slice(0, 9000) }),
  );
  window.addEventListener("message", (event: MessageEvent<unknown>) => {
    // Frames of another origin inside the page (there are none) must not speak for the host.
    if (event.source !== null && event.origin !== window.origin) return;
    accept(event.data);
  });
  return post;
}
