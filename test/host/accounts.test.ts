import assert from "node:assert/strict";
import * as vscode from "vscode";
import { AgentError } from "../../src/core/errors.ts";
import type { ModelProvider } from "../../src/core/model.ts";
import { Accounts, type KeyEnvironment } from "../../src/hosts/vscode/accounts.ts";
import type { Engine } from "../../src/hosts/vscode/engine.ts";

const GOOD = "sk-good";
const NOWHERE: KeyEnvironment = { apiKey: undefined, baseUrl: undefined };

/** Keeps secrets in memory; the editor's own storage belongs to the extension alone. */
function createSecrets(): vscode.SecretStorage {
  const kept = new Map<string, string>();
  const changed = new vscode.EventEmitter<vscode.SecretStorageChangeEvent>();
  return {
    onDidChange: changed.event,
    keys: async () => [...kept.keys()],
    get: async (key) => kept.get(key),
    store: async (key, value) => {
      kept.set(key, value);
      changed.fire({ key });
    },
    delete: async (key) => {
      kept.delete(key);
      changed.fire({ key });
    },
  };
}

/** Knows one key, and writes down where each provider would send which. */
function createEngine(sent: string[]): Pick<Engine, "createProvider" | "startTour"> {
  return {
    createProvider: async ({ apiKey, baseUrl }) => {
      const provider: ModelProvider = {
        id: "test",
        // biome-ignore lint/correctness/useYield: nothing is said in these tests.
        async *stream() {
          throw new AgentError("failed", "not used");
        },
        models: async () => {
          sent.push(`${apiKey} to ${baseUrl ?? "the vendor"}`);
          if (apiKey !== GOOD) throw new AgentError("auth", "The key is not valid.");
          return [];
        },
      };
      return provider;
    },
    startTour: async () => ({ url: "http://127.0.0.1:1", apiKey: "tour", close: async () => undefined }),
  };
}

suite("Accounts", () => {
  const open: Accounts[] = [];
  const start = (environment = NOWHERE, secrets = createSecrets()) => {
    const sent: string[] = [];
    const accounts = new Accounts(secrets, createEngine(sent), environment);
    open.push(accounts);
    return { accounts, secrets, sent };
  };
  teardown(() => Promise.all(open.splice(0).map((accounts) => accounts.dispose())));

  test("without a key there is no account, and that is what a request says", async () => {
    const { accounts } = start();
    assert.equal(await accounts.kind(), "none");
    await assert.rejects(
      accounts.provider(),
      (thrown) => thrown instanceof AgentError && thrown.kind === "no_key",
    );
  });

  test("a key is tried before it is kept", async () => {
    const { accounts, secrets } = start();
    await assert.rejects(accounts.signIn("sk-bad"), /not valid/);
    assert.equal(await accounts.kind(), "none");
    await accounts.signIn(GOOD);
    assert.equal(await accounts.kind(), "key");
    await accounts.signOut();
    assert.equal(await accounts.kind(), "none");
    assert.deepEqual(await secrets.keys(), []);
  });

  test("a key is never sent to another address than the one it was entered for", async () => {
    const { accounts, secrets } = start();
    await accounts.signIn(GOOD);
    const elsewhere = start({ apiKey: undefined, baseUrl: "https://other.example" }, secrets);
    assert.equal(await elsewhere.accounts.kind(), "none");
    assert.deepEqual(elsewhere.sent, []);
  });

  test("the secret storage comes before the environment", async () => {
    const { accounts, sent } = start({ apiKey: "sk-environment", baseUrl: undefined });
    assert.equal(await accounts.kind(), "key");
    await accounts.signIn(GOOD);
    await accounts.models();
    assert.equal(sent.at(-1), "sk-good to the vendor");
  });

  test("the tour takes over, and gives back what was there", async () => {
    const { accounts } = start({ apiKey: GOOD, baseUrl: undefined });
    await accounts.startTour();
    assert.equal(await accounts.kind(), "tour");
    await accounts.leaveTour();
    assert.equal(await accounts.kind(), "key");
  });
});
