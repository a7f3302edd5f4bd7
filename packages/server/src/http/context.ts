import type { Blobs } from "../blobs/blobs.ts";
import type { Uploads } from "../blobs/upload.ts";
import type { Database } from "../database/database.ts";
import type { Jobs } from "../jobs/jobs.ts";
import type { JobWatch } from "../jobs/watch.ts";
import type { Programs } from "../programs/programs.ts";
import type { Queue } from "../queue/queue.ts";
import type { Deletion } from "../tenants/deletion.ts";
import type { Tenants } from "../tenants/tenants.ts";
import type { BearerSource, Tokens } from "../tenants/tokens.ts";
import type { Computation } from "../worker/computation.ts";
import type { Fleet } from "../worker/fleet.ts";

/** Bounds of what is taken in. */
export interface HttpLimits {
  /** Bytes of one blob. */
  readonly blobBytes: number;
  /** Bytes of a graph as JSON. */
  readonly programBytes: number;
  /** Bytes of any other body. */
  readonly bodyBytes: number;
  /** Bytes of all inputs of a job together. */
  readonly inputBytes: number;
  /** Milliseconds that a request may take to arrive. */
  readonly requestMs: number;
  /** Milliseconds between two pieces of an upload. */
  readonly uploadIdleMs: number;
  /** Uploads at the same time: each holds up to one segment in memory. */
  readonly uploads: number;
  /** Requests of one tenant in a minute. */
  readonly requestsPerMinute: number;
  /** Milliseconds that the event loop may be held up, on average over a second, before requests are turned away. */
  readonly eventLoopMs: number;
  /** Connections of one tenant that wait for events. */
  readonly eventStreams: number;
}

export const DEFAULT_LIMITS: HttpLimits = {
  blobBytes: 2 ** 30,
  programBytes: 32 * 2 ** 20,
  bodyBytes: 4 * 2 ** 20,
  inputBytes: 2 ** 30,
  requestMs: 300_000,
  uploadIdleMs: 30_000,
  uploads: 32,
  requestsPerMinute: 6_000,
  eventLoopMs: 10_000,
  eventStreams: 200,
};

/** What the routes work with. */
export interface HttpContext {
  readonly database: Database;
  readonly blobs: Blobs;
  readonly uploads: Uploads;
  readonly programs: Programs;
  readonly jobs: Jobs;
  readonly watch: JobWatch;
  readonly queue: Queue;
  readonly tenants: Tenants;
  readonly tokens: Tokens;
  /** Who knows tokens. */
  readonly bearers: readonly BearerSource[];
  readonly deletion: Deletion;
  readonly computation: Computation;
  readonly fleet: Fleet;
  readonly limits: HttpLimits;
  readonly adminToken: string | undefined;
  readonly anonymous: boolean;
  /** Pages that may ask from browsers, as origins; "*" for all. */
  readonly origins: readonly string[];
  /** Whether requests are spans of traces. */
  readonly traced: boolean;
  /** The text of /metrics. */
  readonly metrics: () => Promise<string>;
  /** Hears of each request that was answered. */
  readonly onAnswered: (seconds: number, about: { method: string; route: string; status: number }) => void;
  /** Whether the service is about to stop. */
  readonly stopping: () => boolean;
  readonly onError: (error: unknown) => void;
}
