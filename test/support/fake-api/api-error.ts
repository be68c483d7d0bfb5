/** What the API answers instead of a reply. */
export class ApiError extends Error {
  readonly status: number;
  readonly type: string;
  readonly code?: string;

  constructor(status: number, type: string, message: string, code?: string) {
    super(message);
    if (code !== undefined) this.code = code;
    this.status = status;
    this.type = type;
  }
}

export function refuseRequest(message: string): never {
  throw new ApiError(400, "invalid_request_error", message);
}
