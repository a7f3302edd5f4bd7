import { EventSourceParserStream } from "eventsource-parser/stream";
import { ServiceProblem } from "./problem.ts";
import { sleep, type Transport } from "./transport.ts";

/** A value's hash, or lists of them. */
export type Hashes = string | readonly Hashes[];

/** A job, as the service tells of it. */
export interface JobStatus {
  readonly id: string;
  readonly state: "queued" | "running" | "succeeded" | "failed" | "cancelled";
  /** The fraction that is done, from 0 to 1. */
  readonly progress: number;
  readonly bootstraps: number;
  readonly outputs: Readonly<Record<string, Hashes>> | null;
  readonly problem: (Readonly<Record<string, unknown>> & { readonly status: number }) | null;
}

const POLL_MS = 1_000;

/** Whether nothing more happens to it. */
function isFinal({ state }: JobStatus): boolean {
  return state !== "queued" && state !== "running";
}

/**
 * Waits for the end of a job: by events, and, where they do not come through, by asking now and then. A connection that
 * breaks is made anew.
 *
 * @throws ServiceProblem if the job fails or is cancelled, the signal's reason.
 */
export async function finished(
  transport: Transport,
  first: JobStatus,
  {
    signal,
    onStatus,
  }: { signal?: AbortSignal | undefined; onStatus?: ((job: JobStatus) => void) | undefined },
): Promise<JobStatus> {
  let job = first;
  const path = `v1/jobs/${job.id}`;
  while (!isFinal(job)) {
    const heard = await lastEvent(transport, `${path}/events`, signal, onStatus);
    if (heard !== undefined) job = heard;
    if (isFinal(job)) break;
    await sleep(POLL_MS, signal);
    job = await transport.json<JobStatus>({ method: "GET", path, signal });
    onStatus?.(job);
  }
  if (job.state === "succeeded") return job;
  if (job.problem !== null) throw new ServiceProblem(job.problem.status, job.problem);
  const detail = "The job was cancelled.";
  throw new ServiceProblem(409, { type: "urn:tacet:problem:cancelled", title: detail, status: 409, detail });
}

/** What the events say until they end, or break off; nothing if none come. */
async function lastEvent(
  transport: Transport,
  path: string,
  signal: AbortSignal | undefined,
  onStatus: ((job: JobStatus) => void) | undefined,
): Promise<JobStatus | undefined> {
  let last: JobStatus | undefined;
  try {
    const headers = { accept: "text/event-stream" };
    const { body } = await transport.ask({ method: "GET", path, headers, signal });
    const events = body!
      .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array<ArrayBuffer>>)
      .pipeThrough(new EventSourceParserStream());
    const reader = events.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return last;
      if (value.event !== "job") continue;
      last = JSON.parse(value.data) as JobStatus;
      onStatus?.(last);
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ServiceProblem && error.status === 404) throw error;
    return last;
  }
}
