import { useView } from "../state/panel.tsx";

/** Two live regions that are always there; changing their text makes a screen reader speak. */
export function Announcer() {
  const announcement = useView((view) => view.announcement);
  const say = (urgency: "polite" | "assertive") => (
    // The key makes the same sentence, said twice, a change.
    <div
      className="sr-only"
      aria-live={urgency}
      aria-atomic="true"
      role={urgency === "polite" ? "status" : "alert"}
    >
      {announcement?.urgency === urgency && <span key={announcement.id}>{announcement.text}</span>}
    </div>
  );
  return (
    <>
      {say("polite")}
      {say("assertive")}
    </>
  );
}
