import type { Attachment } from "../../../src/protocol/view.ts";
import { t } from "../l10n.ts";
import { splitPath } from "../text/format.ts";

type ImageType = Extract<Attachment, { kind: "image" }>["mediaType"];
const IMAGE_TYPES: ReadonlyMap<string, ImageType> = new Map([
  ["image/png", "image/png"],
  ["image/jpeg", "image/jpeg"],
  ["image/gif", "image/gif"],
  ["image/webp", "image/webp"],
]);
const MAX_IMAGE_BYTES = 5 * 1024 * 1024;

/** What was pasted or dropped, as attachments. Rejects with words for the user when an image is too big or of another kind. */
export async function attachmentsFrom(data: DataTransfer): Promise<Attachment[]> {
  const files = [...data.files];
  if (files.length > 0) return Promise.all(files.map(readImage));
  return data
    .getData("text/uri-list")
    .split(/\r?\n/)
    .map(pathOf)
    .filter((path) => path !== undefined)
    .map((path) => ({ kind: "file" as const, path, label: splitPath(path).name }));
}

async function readImage(file: File): Promise<Attachment> {
  const mediaType = IMAGE_TYPES.get(file.type);
  if (!mediaType)
    throw new Error(
      t("{name} is not an image Plumb can read. Drag files from the Explorer while holding Shift.", {
        name: file.name,
      }),
    );
  if (file.size > MAX_IMAGE_BYTES) throw new Error(t("{name} is larger than 5 MB.", { name: file.name }));
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = "";
  for (let at = 0; at < bytes.length; at += 32_768)
    binary += String.fromCharCode(...bytes.subarray(at, at + 32_768));
  return { kind: "image", label: file.name || t("image"), mediaType, base64: btoa(binary) };
}

/** The path in a `file:` or `vscode-remote:` address, as its own file system spells it. */
export function pathOf(uri: string): string | undefined {
  if (!/^(file|vscode-remote):/i.test(uri) || !URL.canParse(uri)) return undefined;
  const path = decodeURIComponent(new URL(uri).pathname);
  return /^\/[a-zA-Z]:\//.test(path) ? path.slice(1) : path;
}
