import { waitBefore } from "./backoff.js";
import { DEFAULTS } from "./defaults.js";

/** Sends until it is taken. Rejects with the last error when no attempt is left. */
export async function send(message, post, sleep, options = {}) {
  const { attempts } = { ...DEFAULTS, ...options };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await post(message);
    } catch (error) {
      if (attempt >= attempts) throw error;
      await sleep(waitBefore(attempt + 1));
    }
  }
}
