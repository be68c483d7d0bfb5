declare const PLUMB_VERSION: string;

/** Of this program, e.g. `1.2.0`. */
export const VERSION = PLUMB_VERSION;
