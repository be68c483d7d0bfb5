import { useState } from "react";
import { usePanel } from "../state/panel.tsx";

/** Something folded in or out that the panel remembers when it is hidden and shown again. */
export function useUiFlag(name: "isTodoOpen" | "isTrayOpen"): [boolean, (isOn: boolean) => void] {
  const { host } = usePanel();
  const [isOn, setOn] = useState(() => host.readUi()[name]);
  const set = (next: boolean): void => {
    host.writeUi({ [name]: next });
    setOn(next);
  };
  return [isOn, set];
}
