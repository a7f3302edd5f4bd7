/** What kinds of things go wrong for those who call the service: the last part of a problem's `type`. */
export type ProblemKind =
  | "invalid-request"
  | "invalid-program"
  | "invalid-key"
  | "invalid-value"
  | "unauthorized"
  | "forbidden"
  | "not-found"
  | "method-not-allowed"
  | "request-timeout"
  | "conflict"
  | "offset-mismatch"
  | "hash-mismatch"
  | "length-mismatch"
  | "too-large"
  | "unsupported-media-type"
  | "idempotency-mismatch"
  | "cancelled"
  | "computation-failed"
  | "worker-lost"
  | "quota-exceeded"
  | "too-many-requests"
  | "internal"
  | "unavailable"
  | "storage-full";

/** Which HTTP status each kind has, and its title. */
const KINDS: Readonly<Record<ProblemKind, readonly [status: number, title: string]>> = {
  "invalid-request": [400, "The request is not what is expected"],
  "invalid-program": [422, "The program cannot be taken"],
  "invalid-key": [422, "The server key cannot be used"],
  "invalid-value": [422, "A value cannot be used"],
  unauthorized: [401, "A token is needed"],
  forbidden: [403, "Not allowed"],
  "not-found": [404, "There is no such thing"],
  "method-not-allowed": [405, "This cannot be done here"],
  "request-timeout": [408, "The request took too long to arrive"],
  conflict: [409, "This goes against what is there"],
  "offset-mismatch": [409, "The upload goes on elsewhere"],
  "hash-mismatch": [422, "The bytes do not have the hash"],
  "length-mismatch": [400, "The bytes do not have the length"],
  "too-large": [413, "The request is too large"],
  "unsupported-media-type": [415, "The body is of another kind than expected"],
  "idempotency-mismatch": [422, "The idempotency key was used for another request"],
  cancelled: [409, "The job was cancelled"],
  "computation-failed": [422, "The program could not be computed"],
  "worker-lost": [500, "The workers that took the job did not finish it"],
  "quota-exceeded": [429, "The quota is used up"],
  "too-many-requests": [429, "Too many requests"],
  internal: [500, "Something went wrong in the service"],
  unavailable: [503, "The service cannot answer at present"],
  "storage-full": [507, "There is no room to store this"],
};

/** More that a problem tells. */
export interface ProblemOptions extends ErrorOptions {
  /** Seconds after which the same request can succeed: the header `Retry-After`. */
  readonly retryAfter?: number | undefined;
  /** Members of the problem beside those of RFC 9457. Nothing secret. */
  readonly members?: Readonly<Record<string, unknown>> | undefined;
  /** Headers of the answer. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** A problem (RFC 9457) as JSON, as clients get it. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly [member: string]: unknown;
}

/** Something that is wrong with what was asked for, or with the service; told to who asked, so it says nothing secret. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  readonly kind: ProblemKind;
  readonly options: ProblemOptions;

  constructor(kind: ProblemKind, detail: string, options: ProblemOptions = {}) {
    super(detail, options);
    this.kind = kind;
    this.options = options;
  }

  get status(): number {
    return KINDS[this.kind][0];
  }

  /** As JSON. */
  get problem(): Problem {
    const [status, title] = KINDS[this.kind];
    const { members, retryAfter } = this.options;
    return {
      ...members,
      type: `urn:tacet:problem:${this.kind}`,
      title,
      status,
      detail: this.message,
      ...(retryAfter === undefined ? {} : { retryAfter }),
    };
  }
}

/** What others' things, and what does not exist, have in common: nobody can tell them apart. */
export function notFound(what: string): ServiceError {
  return new ServiceError("not-found", `There is no such ${what}.`);
}
