import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";

interface MenuProps {
  readonly label: string;
  readonly className?: string;
  readonly button: ReactNode;
  readonly title?: string;
  readonly isDisabled?: boolean;
  /** Gets a function that closes the menu. Its items are buttons with a menu item role. */
  readonly children: (close: () => void) => ReactNode;
}

/** A button with a menu that opens upwards, the full width of its nearest positioned ancestor. */
export function Menu({ label, className = "", button, title, isDisabled = false, children }: MenuProps) {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const root = useRef<HTMLDivElement>(null);
  const trigger = useRef<HTMLButtonElement>(null);
  const close = (): void => {
    setOpen(false);
    trigger.current?.focus();
  };
  useEffect(() => {
    if (!isOpen) return;
    const list = root.current;
    const items = itemsOf(list);
    (items.find((item) => item.ariaChecked === "true") ?? items[0])?.focus();
    const closeOutside = (event: Event): void => {
      if (event.target instanceof Node && !list?.contains(event.target)) setOpen(false);
    };
    document.addEventListener("pointerdown", closeOutside);
    document.addEventListener("focusin", closeOutside);
    return () => {
      document.removeEventListener("pointerdown", closeOutside);
      document.removeEventListener("focusin", closeOutside);
    };
  }, [isOpen]);
  return (
    <div ref={root} className="menu-root">
      <button
        ref={trigger}
        type="button"
        className={`menu-button ${className}`}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        aria-label={label}
        title={title ?? label}
        disabled={isDisabled}
        onClick={() => setOpen(!isOpen)}
      >
        {button}
      </button>
      {isOpen && (
        <div
          id={id}
          className="menu"
          role="menu"
          tabIndex={-1}
          aria-label={label}
          onKeyDown={(event) => moveIn(event, root.current, close)}
        >
          {children(close)}
        </div>
      )}
    </div>
  );
}

const itemsOf = (root: HTMLElement | null): readonly HTMLElement[] => [
  ...(root?.querySelectorAll<HTMLElement>('[role="menuitem"], [role="menuitemradio"]') ?? []),
];

/** The index a key moves to, "close", or undefined for keys that mean nothing here. */
function moveOf(key: string, at: number, count: number): number | "close" | undefined {
  switch (key) {
    case "ArrowDown":
      return (at + 1) % count;
    case "ArrowUp":
      return (at - 1 + count) % count;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    case "Escape":
    case "Tab":
      return "close";
    default:
      return undefined;
  }
}

function moveIn(event: KeyboardEvent, root: HTMLElement | null, close: () => void): void {
  const items = itemsOf(root);
  const at = items.findIndex((item) => item.matches(":focus"));
  const move = moveOf(event.key, at, items.length);
  if (move === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  if (move === "close") close();
  else items[move]?.focus();
}
