import type { Problem } from "../errors.ts";
import type { Tree } from "./tree.ts";

export const JOB_STATES = ["queued", "running", "succeeded", "failed", "cancelled"] as const;

export type JobState = (typeof JOB_STATES)[number];

/** Whether nothing more happens to a job. */
export function isFinal(state: JobState): boolean {
  return state === "succeeded" || state === "failed" || state === "cancelled";
}

/** A job, as its tenant sees it. */
export interface Job {
  readonly id: string;
  readonly state: JobState;
  /** The fraction that is done, from 0 to 1. */
  readonly progress: number;
  /** The program, by its hash. */
  readonly program: string;
  readonly serverKey: string;
  readonly bootstraps: number;
  /** How often workers took it. */
  readonly attempts: number;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  /** Hashes of the results, when it has succeeded. */
  readonly outputs: Readonly<Record<string, Tree<string>>> | null;
  /** What went wrong, when it has failed. */
  readonly problem: Problem | null;
}

/** What there is to ask for about a job. */
export const JOB_COLUMNS: string = `id, state, progress, program, server_key as "serverKey", bootstraps::float8 as bootstraps,
  attempts, created_at as "createdAt", started_at as "startedAt", finished_at as "finishedAt", outputs, problem`;

/** What is heard when a job has changed: its id. */
export const JOB_CHANNEL = "tacet_job";
