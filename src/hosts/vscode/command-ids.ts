/** Every command of the extension; the manifest and the handlers have the same list, and a test compares them. */
export const COMMAND_IDS = [
  "plumb.open",
  "plumb.newChat",
  "plumb.history",
  "plumb.stop",
  "plumb.continue",
  "plumb.signIn",
  "plumb.signOut",
  "plumb.startTour",
  "plumb.leaveTour",
  "plumb.askAboutSelection",
  "plumb.addToChat",
  "plumb.explain",
  "plumb.fixProblem",
  "plumb.keepAll",
  "plumb.undoAll",
  "plumb.keepEdit",
  "plumb.undoEdit",
  "plumb.openDiff",
  "plumb.nextMode",
  "plumb.selectModel",
  "plumb.allowPending",
  "plumb.denyPending",
  "plumb.exportChat",
] as const;

export type CommandId = (typeof COMMAND_IDS)[number];
