import { type KeyboardEvent, useId } from "react";

interface Props {
  /** What the words are for, for a screen reader. */
  readonly label: string;
  readonly placeholder: string;
  readonly words: string;
  readonly setWords: (words: string) => void;
  /** Enter says no with these words; Escape takes them back, and leaves the card as it is. */
  readonly deny: () => void;
}

/** Where a person says why not, or what to do instead. */
export function ReasonField({ label, placeholder, words, setWords, deny }: Props) {
  const field = useId();
  const byKey = (event: KeyboardEvent): void => {
    if (words.trim() === "" || event.nativeEvent.isComposing) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      setWords("");
    }
    if (event.key !== "Enter") return;
    event.preventDefault();
    deny();
  };
  return (
    <>
      <label className="sr-only" htmlFor={field}>
        {label}
      </label>
      <input
        id={field}
        type="text"
        className="text-input"
        value={words}
        maxLength={10_000}
        placeholder={placeholder}
        onChange={(event) => setWords(event.target.value)}
        onKeyDown={byKey}
      />
    </>
  );
}
