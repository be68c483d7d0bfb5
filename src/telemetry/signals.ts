import type { MetricName } from "./gen-ai.ts";

export type Attributes = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** Something to be told. Times are epoch milliseconds; `span` and `parent` are names that only hold within one session. */
export type Signal =
  | {
      readonly type: "begin";
      readonly span: string;
      readonly parent?: string;
      readonly name: string;
      /** `client`: it waits for another process. */
      readonly kind: "client" | "internal";
      readonly at: number;
      readonly attributes: Attributes;
    }
  | {
      readonly type: "end";
      readonly span: string;
      readonly at: number;
      readonly attributes: Attributes;
      /** It went wrong; being stopped by a person is not that. */
      readonly isFault: boolean;
    }
  | {
      readonly type: "measure";
      readonly metric: MetricName;
      readonly value: number;
      readonly attributes: Attributes;
    };
