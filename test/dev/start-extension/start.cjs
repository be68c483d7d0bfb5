// Only for `npm start`, never shipped: shows Plumb first, which no setting can, and begins the tour when there is no key.
const vscode = require("vscode");

exports.activate = async (context) => {
  const key = "shown";
  if (context.workspaceState.get(key)) return;
  await context.workspaceState.update(key, true);
  await vscode.commands.executeCommand("plumb.chat.focus");
  if (process.env.PLUMB_START_TOUR) await vscode.commands.executeCommand("plumb.startTour");
};
