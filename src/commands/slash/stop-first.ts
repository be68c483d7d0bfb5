/** Where a command would pull the ground from under a turn that runs. */
export const STOP_FIRST = "Plumb is still working here; stop it first.";
