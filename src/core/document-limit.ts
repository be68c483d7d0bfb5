/**
 * Text files up to here are read and changed as a whole; an editor hands no larger document to its extensions. What is
 * larger is read in pages and changed by commands.
 */
export const MAX_DOCUMENT_BYTES = 50 * 1024 * 1024;

/**
 * Texts from here on take an editor seconds to open and to save, and languages and formatters leave them alone: they go
 * through the editor only where that has them open, and nobody is asked for errors in them.
 */
export const LARGE_DOCUMENT_CHARS = 10_000_000;
