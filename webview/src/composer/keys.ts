/** What a key can mean in the composer. */
export type ComposerKey =
  | "send"
  | "steer"
  | "cycleMode"
  | "recall"
  | "choose"
  | "next"
  | "previous"
  | "closeList";

/** The parts of a keyboard event that decide. */
export interface KeyPress {
  readonly key: string;
  readonly keyCode: number;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly isComposing: boolean;
}

/** While files are offered, the keys belong to the list. */
const LIST_KEYS: Readonly<Record<string, ComposerKey>> = {
  Enter: "choose",
  Tab: "choose",
  ArrowUp: "previous",
  ArrowDown: "next",
  Escape: "closeList",
};
/** Keys with the modifiers held, in the order Ctrl or Cmd, Shift. */
const PLAIN_KEYS: Readonly<Record<string, ComposerKey>> = {
  Enter: "send",
  "Mod+Enter": "steer",
  "Shift+Tab": "cycleMode",
};

/** Undefined leaves the key to the text field. Never anything while an input method composes. */
export function composerKey(
  press: KeyPress,
  { hasList, isEmpty }: { hasList: boolean; isEmpty: boolean },
): ComposerKey | undefined {
  // 229 is how some browsers report the Enter that ends a composition.
  if (press.isComposing || press.keyCode === 229 || press.altKey) return undefined;
  const isMod = press.ctrlKey || press.metaKey;
  const name = `${isMod ? "Mod+" : ""}${press.shiftKey ? "Shift+" : ""}${press.key}`;
  if (hasList && Object.hasOwn(LIST_KEYS, name)) return LIST_KEYS[name];
  if (name === "ArrowUp" && isEmpty) return "recall";
  return Object.hasOwn(PLAIN_KEYS, name) ? PLAIN_KEYS[name] : undefined;
}
