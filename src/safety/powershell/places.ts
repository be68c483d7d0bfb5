import { isWindowsPath, toSlashes } from "../fold-path.ts";
import { UNKNOWN } from "../shell/word.ts";

/** A path as the other half of the house spells them: slashes, a drive as first segment, lower case. */
export const toPlain = (path: string): string => toSlashes(path.replaceAll("\\", "/")).toLowerCase();

/** Folders for files that are not kept. */
const TEMPORARY = /^(?:\/c\/users\/[^/]+\/appdata\/local\/temp|\/c\/windows\/temp)(?=\/|$)/;
const RESERVED = /^(?:con|prn|aux|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:[ .].*)?$/i;

export interface Place {
  /** Undefined when it is refused. */
  readonly path: string | undefined;
  readonly problem: string | undefined;
}

const refused = (problem: string): Place => ({ path: undefined, problem });

/**
 * What a written path means, before the folder it is relative to is known: with slashes and in lower case. Refused are
 * what is no path of a file at all, and spellings of which it does not show where they lead.
 */
export function placeOf(written: string): Place {
  const text = written.replaceAll("\\", "/");
  if (/^\/\/|^[a-z]*:*\/\/[?.]\//i.test(text)) return refused("a place on the network, or a device");
  const drive = /^([a-z][\w.]*(?:\/[a-z][\w.]*)?):+/i.exec(text)?.[1];
  if (drive !== undefined && drive.length > 1) {
    return refused(
      /^https?$/i.test(drive)
        ? "is no path"
        : `${drive}: is no drive of files, but holds what PowerShell and the system go by`,
    );
  }
  if (/^[a-z]:(?!\/)/i.test(text)) return refused("a path relative to a drive, which may be anywhere");
  const names = text.replace(/^[a-z]:/i, "").split("/");
  for (const name of names) {
    if (name.includes(":")) return refused("another stream of a file");
    if (RESERVED.test(name)) return refused("a device");
    if (/^[^.]{1,6}~\d+(?:\.|$)/.test(name)) return refused("a short name, which stands for another file");
  }
  // Below the root of the present drive, whichever that is.
  const rooted = text.startsWith("/") ? `/c${text}` : text;
  const trimmed = rooted
    .split("/")
    .map((name) => (/^\.{1,2}$/.test(name) ? name : name.replace(/[. ]+$/, "")))
    .join("/");
  const plain = isWindowsPath(trimmed) ? toPlain(trimmed) : trimmed.toLowerCase();
  return { path: plain.replace(TEMPORARY, "/tmp"), problem: undefined };
}

/** A plain path as Windows spells it, so that it means the same wherever it stands. */
export const toWindows = (plain: string): string =>
  plain.startsWith("/tmp") ? `c:/windows/temp${plain.slice(4)}` : plain.replace(/^\/([a-z])(?=\/|$)/, "$1:");

/** Variables whose value is known, as paths or text; names in lower case. */
export function knownVariable(name: string, home: string, cwd: string | undefined): string | undefined {
  const folded = name.toLowerCase().replace(/^(?:global|script|local|private|variable):/, "");
  const local = `${home}/appdata/local`;
  const values: Readonly<Record<string, string | undefined>> = {
    home,
    "env:userprofile": home,
    "env:home": home,
    pwd: cwd,
    null: "",
    true: "True",
    false: "False",
    profile: `${home}/documents/powershell/microsoft.powershell_profile.ps1`,
    "env:temp": "c:/windows/temp",
    "env:tmp": "c:/windows/temp",
    "env:appdata": `${home}/appdata/roaming`,
    "env:localappdata": local,
    "env:programfiles": "c:/program files",
    "env:programdata": "c:/programdata",
    "env:windir": "c:/windows",
    "env:systemroot": "c:/windows",
    "env:systemdrive": "c:",
    "env:public": "c:/users/public",
    pshome: "c:/program files/powershell/7",
  };
  return Object.hasOwn(values, folded) ? values[folded] : undefined;
}

export const isUnknown = (text: string): boolean => text.includes(UNKNOWN);
