import type { ReactNode, Ref } from "react";

interface Props {
  readonly label: string;
  readonly className: string;
  readonly children: ReactNode;
}

interface ScrollProps extends Props {
  readonly ref?: Ref<HTMLDivElement>;
  /** False for what fits: then there is nothing to reach. */
  readonly isLong?: boolean;
  readonly describedBy?: string;
}

/** A box that scrolls, and that can therefore be reached by keyboard. */
export function ScrollBox({ label, className, children, ref, isLong = true, describedBy }: ScrollProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields
    <div
      className={className}
      role="group"
      aria-label={label}
      aria-describedby={isLong ? describedBy : undefined}
      // Without it a keyboard could not scroll what is in here.
      tabIndex={isLong ? 0 : -1}
      ref={ref}
    >
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
