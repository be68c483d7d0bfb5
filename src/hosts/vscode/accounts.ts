import * as vscode from "vscode";
import * as z from "zod";
import { AgentError, toAgentError } from "../../core/errors.ts";
import type { ModelInfo, ModelProvider } from "../../core/model.ts";
import type { Engine, Tour } from "./engine.ts";
import { readSettings } from "./settings.ts";

const SECRET = "plumb.anthropic";
/** A key belongs to the address it was given for: it is never sent to another one. */
const StoredKey = z.object({ apiKey: z.string(), baseUrl: z.string() });

type Providers = Pick<Engine, "createProvider" | "startTour">;

/** The environment of the person who started the editor, taken before any other extension can put words in it. */
export interface KeyEnvironment {
  readonly apiKey: string | undefined;
  readonly baseUrl: string | undefined;
}

type Account = { kind: "none" } | { kind: "key"; apiKey: string; baseUrl: string | undefined };

/** Who pays for the words: a key from the secret storage or the environment, or the offline tour. */
export class Accounts {
  readonly #secrets: vscode.SecretStorage;
  readonly #engine: Providers;
  readonly #environment: KeyEnvironment;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable[];
  #tour: { server: Tour; provider: ModelProvider } | undefined;
  #current: { account: Account; provider: ModelProvider } | undefined;
  #models: Promise<readonly ModelInfo[]> | undefined;

  constructor(secrets: vscode.SecretStorage, engine: Providers, environment: KeyEnvironment) {
    this.#secrets = secrets;
    this.#engine = engine;
    this.#environment = environment;
    this.#subscriptions = [
      secrets.onDidChange(({ key }) => key === SECRET && this.#forget()),
      vscode.workspace.onDidChangeConfiguration(
        (e) => e.affectsConfiguration("plumb.baseUrl") && this.#forget(),
      ),
    ];
  }

  /** Signed in or out, tour begun or left, or the address changed: open conversations have another provider now. */
  get onDidChange(): vscode.Event<void> {
    return this.#changed.event;
  }

  async kind(): Promise<"none" | "key" | "tour"> {
    return this.#tour ? "tour" : (await this.#account()).kind;
  }

  get isTour(): boolean {
    return this.#tour !== undefined;
  }

  /** Rejects with `no_key` when nobody is signed in. */
  async provider(): Promise<ModelProvider> {
    if (this.#tour) return this.#tour.provider;
    const account = await this.#account();
    if (account.kind === "none") throw new AgentError("no_key", vscode.l10n.t("You are not signed in."));
    if (!this.#current || !isSame(this.#current.account, account)) {
      this.#current = { account, provider: await this.#engine.createProvider(account) };
    }
    return this.#current.provider;
  }

  /** What the account offers; asked once, and again after a failure. Rejects with `auth`, `network`, … */
  models(): Promise<readonly ModelInfo[]> {
    this.#models ??= this.provider()
      .then((provider) => provider.models(AbortSignal.timeout(20_000)))
      .catch((thrown: unknown) => {
        this.#models = undefined;
        throw thrown;
      });
    return this.#models;
  }

  /** Checks the key with the provider before it is kept. Rejects with what the provider said. */
  async signIn(apiKey: string): Promise<void> {
    const baseUrl = this.#baseUrl();
    const provider = await this.#engine.createProvider({ apiKey, baseUrl });
    await provider.models(AbortSignal.timeout(20_000));
    await this.#endTour();
    await this.#secrets.store(SECRET, JSON.stringify({ apiKey, baseUrl: baseUrl ?? "" }));
    this.#forget();
  }

  async signOut(): Promise<void> {
    await this.#endTour();
    await this.#secrets.delete(SECRET);
    this.#forget();
  }

  /** True when a key from the environment takes over after signing out. */
  get hasEnvironmentKey(): boolean {
    return this.#environment.apiKey !== undefined;
  }

  async startTour(): Promise<void> {
    if (this.#tour) return;
    const server = await this.#engine.startTour();
    const provider = await this.#engine.createProvider({ apiKey: server.apiKey, baseUrl: server.url });
    this.#tour = { server, provider };
    this.#forget();
  }

  async leaveTour(): Promise<void> {
    if (!this.#tour) return;
    await this.#endTour();
    this.#forget();
  }

  async dispose(): Promise<void> {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
    await this.#endTour();
  }

  async #endTour(): Promise<void> {
    const tour = this.#tour;
    this.#tour = undefined;
    await tour?.server.close();
  }

  #forget(): void {
    this.#models = undefined;
    this.#current = undefined;
    this.#changed.fire();
  }

  #baseUrl(): string | undefined {
    return readSettings().baseUrl ?? this.#environment.baseUrl;
  }

  async #account(): Promise<Account> {
    const baseUrl = this.#baseUrl();
    const stored = toStoredKey(await this.#readSecret());
    if (stored && stored.baseUrl === (baseUrl ?? "")) return { kind: "key", apiKey: stored.apiKey, baseUrl };
    const { apiKey } = this.#environment;
    return apiKey === undefined ? { kind: "none" } : { kind: "key", apiKey, baseUrl };
  }

  async #readSecret(): Promise<string | undefined> {
    try {
      return await this.#secrets.get(SECRET);
    } catch (thrown) {
      // A locked or missing keyring: say so instead of looking signed out for no reason.
      void vscode.window.showErrorMessage(
        vscode.l10n.t("The editor's secret storage cannot be read: {0}", toAgentError(thrown).message),
      );
      return undefined;
    }
  }
}

function toStoredKey(secret: string | undefined): z.infer<typeof StoredKey> | undefined {
  if (secret === undefined) return undefined;
  try {
    return StoredKey.parse(JSON.parse(secret));
  } catch {
    return undefined;
  }
}

const isSame = (a: Account, b: Account): boolean =>
  a.kind === "key" && b.kind === "key" && a.apiKey === b.apiKey && a.baseUrl === b.baseUrl;
