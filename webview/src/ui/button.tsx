import type { ButtonHTMLAttributes, Ref } from "react";
import { Icon, type IconName } from "./icon.tsx";

type Native = Omit<ButtonHTMLAttributes<HTMLButtonElement>, "type">;

interface ButtonProps extends Native {
  kind?: "primary" | "secondary" | "quiet" | "danger";
  icon?: IconName;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({ kind = "secondary", icon, className = "", children, ...rest }: ButtonProps) {
  return (
    <button type="button" className={`button ${kind} ${className}`} {...rest}>
      {icon && <Icon name={icon} />}
      {children !== undefined && <span className="button-text">{children}</span>}
    </button>
  );
}

interface IconButtonProps extends Native {
  icon: IconName;
  /** Read aloud, and shown when the pointer rests on it. */
  label: string;
  ref?: Ref<HTMLButtonElement>;
}

export function IconButton({ icon, label, className = "", ...rest }: IconButtonProps) {
  return (
    <button type="button" className={`icon-button ${className}`} aria-label={label} title={label} {...rest}>
      <Icon name={icon} />
    </button>
  );
}
