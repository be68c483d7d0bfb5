import { onEnter } from "./on-enter.ts";

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  options: readonly { readonly value: T; readonly words: string }[];
  onChoose: (value: T) => void;
}

/** One of several, by the editor's own list. */
export function Choice<T extends string>({ label, value, options, onChoose }: ChoiceProps<T>) {
  return (
    <select
      className="text-input"
      aria-label={label}
      value={value}
      onChange={(event) => {
        const chosen = options.find((option) => option.value === event.target.value);
        if (chosen) onChoose(chosen.value);
      }}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.words}
        </option>
      ))}
    </select>
  );
}

interface LineProps {
  label: string;
  placeholder: string;
  value: string;
  onWrite: (value: string) => void;
  onSubmit: () => void;
}

/** A line of text; Enter submits it. */
export function Line({ label, placeholder, value, onWrite, onSubmit }: LineProps) {
  return (
    <input
      className="text-input page-wide"
      type="text"
      spellCheck={false}
      autoComplete="off"
      aria-label={label}
      placeholder={placeholder}
      value={value}
      onChange={(event) => onWrite(event.target.value)}
      onKeyDown={onEnter(onSubmit)}
    />
  );
}
