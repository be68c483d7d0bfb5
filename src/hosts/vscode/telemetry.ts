import * as vscode from "vscode";
import {
  isCollector,
  staysHere,
  type TelemetryChoice,
  toTelemetryChoice,
} from "../../core/telemetry-choice.ts";

/** Where a collector of one's own usually listens. */
const USUAL = "http://localhost:4318";

/**
 * Whether and where measurements of this window's sessions go. Only the user's own settings count. The editor's telemetry being
 * off means that nothing leaves the machine: then only a collector on it is told (docs/decisions/0035).
 */
export class EditorTelemetry {
  readonly #log: vscode.LogOutputChannel;
  readonly #isInTour: () => boolean;
  readonly #rest = new Set<Promise<void>>();
  #said = "";

  /** The tour is a script: there is nothing in it to be measured. */
  constructor(log: vscode.LogOutputChannel, isInTour: () => boolean) {
    this.#log = log;
    this.#isInTour = isInTour;
  }

  /** Undefined when nothing is to be sent; says why not, where somebody wanted it. */
  readonly choice = (): TelemetryChoice | undefined => {
    const wish = this.#isInTour() ? undefined : read();
    const problem = wish && problemOf(wish.endpoint);
    if (problem !== undefined) this.#say(problem);
    return problem === undefined ? wish : undefined;
  };

  /** Asked before everything that is sent, so that who turns it off has turned it off. */
  readonly isOn = (): boolean => {
    const wish = read();
    return wish !== undefined && problemOf(wish.endpoint) === undefined;
  };

  /** Nobody waits for it but the end of the window. */
  readonly sending = (rest: Promise<string | undefined>): Promise<void> => {
    const told = rest.then((lost) => {
      this.#rest.delete(told);
      if (lost !== undefined) this.#say(lost);
    });
    this.#rest.add(told);
    return Promise.resolve();
  };

  /** Resolves once nothing is under way any more, which is a matter of two seconds at most. */
  async settled(): Promise<void> {
    await Promise.all(this.#rest);
  }

  /** Once, however many conversations it is about. */
  #say(words: string): void {
    if (this.#said === words) return;
    this.#said = words;
    this.#log.warn(words);
  }
}

function read(): (TelemetryChoice & { readonly endpoint: string }) | undefined {
  const settings = vscode.workspace.getConfiguration("plumb.telemetry");
  const own = (key: string): unknown => settings.inspect(key)?.globalValue;
  const wish = toTelemetryChoice({
    enabled: own("enabled"),
    endpoint: own("endpoint"),
    content: own("includeContent"),
  });
  return wish && { ...wish, endpoint: wish.endpoint ?? USUAL };
}

function problemOf(endpoint: string): string | undefined {
  if (!isCollector(endpoint))
    return "Telemetry is not sent: plumb.telemetry.endpoint is no http or https address.";
  if (vscode.env.isTelemetryEnabled || staysHere(endpoint)) return undefined;
  return "Telemetry is not sent: the editor's own telemetry is off, and the collector of plumb.telemetry.endpoint is another machine.";
}
