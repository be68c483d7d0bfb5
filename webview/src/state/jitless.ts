import * as z from "zod";

// The panel's content security policy forbids making code from text, so zod must not even try.
z.config({ jitless: true });
