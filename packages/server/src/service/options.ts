import type { DatabasePlace } from "../database/open.ts";
import { DEFAULT_LIMITS, type HttpLimits } from "../http/context.ts";
import type { NamedProgram } from "../programs/named-program.ts";
import type { JwtOptions } from "../tenants/jwt.ts";
import { DEFAULT_RETENTION, type Retention } from "./maintenance.ts";

/** What a process of the service does. */
export type Role = "all" | "api" | "worker";

/** Where bytes lie. */
export type BlobPlace =
  | { readonly kind: "folder"; readonly folder: string }
  | { readonly kind: "database" }
  | {
      readonly kind: "s3";
      /** As in `https://s3.eu-central-1.amazonaws.com/bucket/prefix`. */
      readonly url: string;
      readonly region: string;
      readonly accessKeyId: string;
      readonly secretAccessKey: string;
      readonly sessionToken?: string | undefined;
    };

/** All that a process needs to know. */
export interface ServiceOptions {
  readonly role: Role;
  readonly database: DatabasePlace;
  readonly blobs: BlobPlace;
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** Shown by the operator; also what makes tenants show theirs. */
  readonly adminToken?: string | undefined;
  /** Whose JSON Web Tokens are taken, beside the service's own tokens. */
  readonly jwt?: JwtOptions | undefined;
  /** Where a worker tells how it does, as well: 0 for any port that is free. */
  readonly metricsPort?: number | undefined;
  /** Pages that may ask from browsers. */
  readonly origins: readonly string[];
  /** The operator's programs, as graphs, under their names. */
  readonly programs: Readonly<Record<string, unknown>>;
  /** Those that become graphs when they are run. */
  readonly named: readonly NamedProgram[];
  /** Tasks at the same time in this process. */
  readonly concurrency: number;
  /** Bytes of memory for keys that are ready. */
  readonly keyBytes: number;
  /** Milliseconds after which a key goes that nobody uses. */
  readonly keyIdleMs: number;
  /** Milliseconds that tasks get to end when the process is told to stop. */
  readonly graceMs: number;
  /** Milliseconds that a task waits for a database or store that does not answer. */
  readonly patienceMs: number;
  readonly limits: HttpLimits;
  readonly retention: Retention;
  /** What a new folder's database starts from. */
  readonly seed?: string | undefined;
  /** Hears of what goes wrong and is nobody's answer. */
  readonly onError: (error: unknown) => void;
}

export const DEFAULT_OPTIONS: Omit<ServiceOptions, "database" | "blobs" | "onError"> = {
  role: "all",
  host: "127.0.0.1",
  port: 8100,
  origins: [],
  programs: {},
  named: [],
  concurrency: 2,
  keyBytes: 2 ** 30,
  keyIdleMs: 600_000,
  graceMs: 30_000,
  patienceMs: 120_000,
  limits: DEFAULT_LIMITS,
  retention: DEFAULT_RETENTION,
};
