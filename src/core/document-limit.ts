/**
 * Text files up to here are read and changed as a whole; an editor hands no larger document to its extensions. What is
 * larger is read in pages and changed by commands.
 */
export const MAX_DOCUMENT_BYTES = 50 * 1024 * 1024;
