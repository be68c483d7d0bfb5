import * as z from "zod";

// Compiling a check pays after hundreds of values, and a program that does one task rarely sees as many of one kind.
// Imported first: a schema decides when it is made.
z.config({ jitless: true });
