import { AgentError, type ErrorKind } from "../core/errors.ts";
import { connectionWords } from "./connection-words.ts";
import { field, numberAt, stringAt } from "./fields.ts";

/** What is known of the request that failed. */
export interface FailureContext {
  /** The endpoint's host, for words. */
  readonly host: string;
  /** Cut out of every message: some servers repeat it. */
  readonly apiKey: string;
}

/** What the server said about a failure; the status is undefined for an error inside a stream. */
interface ApiFailure {
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly code: string | undefined;
  readonly message: string;
  readonly header: (name: string) => string | undefined;
}

const BY_TYPE: Readonly<Record<string, ErrorKind>> = {
  authentication_error: "auth",
  permission_error: "auth",
  billing_error: "billing",
  not_found_error: "unknown_model",
  request_too_large: "context_overflow",
  overloaded_error: "overloaded",
  api_error: "overloaded",
  timeout_error: "overloaded",
};
const BY_STATUS: Readonly<Record<number, ErrorKind>> = {
  401: "auth",
  402: "billing",
  403: "auth",
  407: "network",
  408: "network",
  409: "overloaded",
  413: "context_overflow",
  425: "overloaded",
};

const SPENDING = /spend|credit balance|usage limits?|billing|budget|quota/i;
const TOO_LONG =
  /prompt is too long|exceeds? (?:the )?(?:available )?context|context (?:length|window|size|limit)|maximum context/i;
const HISTORY =
  /tool_use|tool_result|thinking|signature|bound to a different conversation|text content blocks|non-empty content|"user" role|roles must alternate|prefill|at least one message|role 'system'/i;

/** Turns whatever a request was rejected with into one of our kinds, in words that never hold the key. */
export function classify(thrown: unknown, context: FailureContext): AgentError {
  if (thrown instanceof AgentError) return thrown;
  const status = numberAt(thrown, "status");
  if (status === undefined && !isApiError(thrown)) {
    const { message, cause } = connectionWords(thrown, context.host);
    return new AgentError("network", redact(message, context.apiKey), { cause });
  }
  return toError(
    {
      status,
      type: stringAt(thrown, "type"),
      code: stringAt(thrown, "errorCode"),
      message: stringAt(thrown, "apiMessage") ?? plainBody(thrown, status),
      header: (name) => headerOf(thrown, name),
    },
    context,
  );
}

/** The kind of an `error` event inside a stream, or of a JSON error body that came with status 200. */
export function classifyEvent(event: unknown, context: FailureContext): AgentError {
  const error = field(event, "error");
  return toError(
    {
      status: undefined,
      type: stringAt(error, "type"),
      code: stringAt(field(error, "details"), "error_code"),
      message: stringAt(error, "message") ?? "The provider reported an error inside the stream.",
      header: () => undefined,
    },
    context,
  );
}

function toError(failure: ApiFailure, { host, apiKey }: FailureContext): AgentError {
  const kind = kindOf(failure);
  const retryAfterMs = kind === "rate_limited" || kind === "overloaded" ? waitOf(failure.header) : undefined;
  const status = failure.status === undefined ? "" : ` (HTTP ${failure.status})`;
  const text = failure.message.trim().replace(/\s+/g, " ").slice(0, 600);
  return new AgentError(kind, redact(`${host}: ${text}${status}`, apiKey), {
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

/** The type is looked at first: gateways keep it and change the status, and a stream has only the type. */
function kindOf(failure: ApiFailure): ErrorKind {
  const { status, type, message } = failure;
  const known = BY_TYPE[type ?? ""];
  if (known) return known;
  if (type === "rate_limit_error" || status === 429) return limitedKind(failure);
  if (type === "invalid_request_error" || status === 400 || status === 422) return refusedKind(failure);
  if (status === 404) return /model/i.test(message) ? "unknown_model" : "invalid_request";
  if (status === undefined) return "overloaded";
  return BY_STATUS[status] ?? (status >= 500 ? "overloaded" : "invalid_request");
}

const isSpending = ({ code, message }: ApiFailure): boolean =>
  SPENDING.test(code ?? "") || SPENDING.test(message);

/** A spending limit does not clear by waiting, so the server does not say how long to wait. */
const limitedKind = (failure: ApiFailure): ErrorKind =>
  isSpending(failure) && waitOf(failure.header) === undefined ? "billing" : "rate_limited";

function refusedKind(failure: ApiFailure): ErrorKind {
  if (TOO_LONG.test(failure.message)) return "context_overflow";
  if (isSpending(failure)) return "billing";
  return HISTORY.test(failure.message) ? "bad_history" : "invalid_request";
}
/** Milliseconds until a retry makes sense, from `retry-after-ms` or `retry-after` (seconds or a date). */
function waitOf(header: ApiFailure["header"]): number | undefined {
  const exact = Number.parseFloat(header("retry-after-ms") ?? "");
  if (exact >= 0) return exact;
  const after = header("retry-after");
  if (after === undefined) return undefined;
  const seconds = Number.parseFloat(after);
  if (seconds >= 0) return seconds * 1_000;
  const at = Date.parse(after);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}

/** The SDK's errors about the wire carry no status and no type; those about an answer carry one of both. */
const isApiError = (thrown: unknown): boolean =>
  stringAt(thrown, "type") !== undefined && field(thrown, "error") !== undefined;

function headerOf(thrown: unknown, name: string): string | undefined {
  const headers = field(thrown, "headers");
  const get = field(headers, "get");
  // Of whatever class: who makes the requests may have one of its own.
  const value: unknown = typeof get === "function" ? Reflect.apply(get, headers, [name]) : undefined;
  return typeof value === "string" ? value : undefined;
}

/** Gateways answer with web pages; their markup helps nobody. */
function plainBody(thrown: unknown, status: number | undefined): string {
  const error = field(thrown, "error");
  const keys = ["message", "error", "detail"];
  const said =
    typeof error === "string"
      ? error
      : (keys.map((key) => stringAt(error, key)).find((one) => one !== undefined) ??
        stringAt(thrown, "message"));
  const body = (said ?? "").replace(/^\d{3}\s+/, "");
  const isPage = /^\s*<|<html|<!doctype/i.test(body);
  if (body === "" || body === "status code (no body)" || isPage) return statusWords(status);
  return body;
}

function statusWords(status: number | undefined): string {
  switch (status) {
    case 404:
      return "there is no Messages API at this address. Check the base URL";
    case 407:
      return "the proxy in between wants a sign-in";
    case 413:
      return "the request is too large";
    default:
      return "the request was refused without a reason";
  }
}

const redact = (message: string, apiKey: string): string =>
  apiKey.length < 4 ? message : message.replaceAll(apiKey, "[key]");
