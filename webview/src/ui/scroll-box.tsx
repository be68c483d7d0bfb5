import type { ReactNode } from "react";

interface Props {
  readonly label: string;
  readonly className: string;
  readonly children: ReactNode;
}

/** A box that scrolls, and that can therefore be reached by keyboard. */
export function ScrollBox({ label, className, children }: Props) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without it a keyboard could not scroll what is in here
    <div className={className} role="group" tabIndex={0} aria-label={label}>
      {children}
    </div>
  );
}

/** Things that belong together, named for screen readers. */
export function Group({ label, className, children }: Props) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields
    <div className={className} role="group" aria-label={label}>
      {children}
    </div>
  );
}
