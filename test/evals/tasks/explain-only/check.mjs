import { answer, need, needOnly } from "../../checks.mjs";

needOnly();
// 200, 600 and 1,800, and 4,000 in place of 5,400; four waits between five attempts.
need(/\b6[,.\u202f\u00a0 _]?600\b/.test(answer), `The answer is not 6,600: ${answer.slice(0, 200)}`);
