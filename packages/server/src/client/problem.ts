/** What a service answers instead of what was asked for (RFC 9457). */
export class ServiceProblem extends Error {
  override readonly name = "ServiceProblem";
  /** What kind it is: the last part of the problem's `type`, as in "quota-exceeded". */
  readonly kind: string;
  readonly status: number;
  /** Seconds after which the same request can succeed, where the service knows. */
  readonly retryAfter: number | undefined;
  /** All that the service says. */
  readonly problem: Readonly<Record<string, unknown>>;

  constructor(status: number, problem: Readonly<Record<string, unknown>>, retryAfter?: number) {
    super(typeof problem.detail === "string" ? problem.detail : `the service answers ${status}`);
    this.kind = typeof problem.type === "string" ? (problem.type.split(":").at(-1) ?? "") : "";
    this.status = status;
    this.problem = problem;
    this.retryAfter = retryAfter;
  }
}

/** The service could not be reached, however often it was tried. The `cause` says why. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";
}

/** What an answer that is none says. */
export async function problemOf(response: Response): Promise<ServiceProblem> {
  const after = Number(response.headers.get("retry-after") ?? Number.NaN);
  const retryAfter = Number.isFinite(after) ? after : undefined;
  try {
    return new ServiceProblem(response.status, await response.json(), retryAfter);
  } catch {
    return new ServiceProblem(response.status, {}, retryAfter); // by something in between, which knows no problems
  }
}
