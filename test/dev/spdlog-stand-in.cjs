// Put into the downloaded VS Code in place of a native module: its output channels write their files through it.
const fs = require("node:fs");
const path = require("node:path");

const LEVELS = ["trace", "debug", "info", "warning", "error", "critical"];
const METHODS = ["trace", "debug", "info", "warn", "error", "critical"];

class Logger {
  constructor(_kind, name, file) {
    this.name = name;
    this.level = 0;
    this.isRaw = false;
    fs.mkdirSync(path.dirname(file), { recursive: true });
    this.file = fs.openSync(file, "a");
  }
  write(level, message) {
    if (level < this.level || this.file === undefined) return;
    const stamp = new Date().toISOString().replace("T", " ").replace("Z", "");
    fs.writeSync(this.file, this.isRaw ? message : `${stamp} [${LEVELS[level]}] ${message}\n`);
  }
  getLevel() {
    return this.level;
  }
  setLevel(level) {
    this.level = level;
  }
  setPattern() {
    this.isRaw = true;
  }
  clearFormatters() {
    this.isRaw = true;
  }
  flush() {
    // Nothing is held back.
  }
  drop() {
    if (this.file !== undefined) fs.closeSync(this.file);
    this.file = undefined;
  }
}
for (const [level, method] of METHODS.entries()) {
  Logger.prototype[method] = function (message) {
    this.write(level, message);
  };
}

const create = async (name, file) => new Logger("rotating", name, file);

// One by one: named imports of a CommonJS module are found by reading its text.
exports.version = 0;
exports.Logger = Logger;
exports.setLevel = () => undefined;
exports.setFlushOn = () => undefined;
exports.createRotatingLogger = create;
exports.createAsyncRotatingLogger = create;
