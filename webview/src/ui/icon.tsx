import { ICON_PATHS } from "./icon-paths.generated.ts";

export type IconName = keyof typeof ICON_PATHS;

/** Decoration only: what an icon means stands beside it or in the label of its button. */
export function Icon({ name, className = "" }: { name: IconName; className?: string }) {
  const [size, d] = ICON_PATHS[name];
  return (
    <svg
      className={`icon ${className}`}
      viewBox={`0 0 ${size} ${size}`}
      width="16"
      height="16"
      aria-hidden="true"
      focusable="false"
    >
      <path d={d} />
    </svg>
  );
}

export const Spinner = () => <Icon name="loading" className="spin" />;
