import type { Carrier } from "../telemetry/spans.ts";

/** Something to compute, as it is put in the queue. */
export interface NewTask {
  readonly id: string;
  readonly job: string;
  readonly tenant: string;
  /** Which of the queues: see `laneOf`. */
  readonly lane: number;
  /** Larger ones first, within a tenant. */
  readonly priority: number;
  /** Which part of the job it is, if that has been cut. */
  readonly part?: number;
}

/** A task that a worker has taken. */
export interface Task {
  readonly id: string;
  readonly job: string;
  readonly tenant: string;
  readonly lane: number;
  readonly bootstraps: number;
  /** Which part of the job it is; `undefined` if it is all of it. */
  readonly part: number | undefined;
  /** The trace of the request that asked for it. */
  readonly trace?: Carrier | undefined;
  /** How often it had been taken before: what names this attempt, and fences off the earlier ones. */
  readonly attempt: number;
}

/** Tasks of one key are in one of so many queues, so that a worker can look for those whose key it has loaded. */
export const LANES = 64;

/** The queue of a server key, by the hash of its bytes. */
export function laneOf(serverKey: string): number {
  return Number.parseInt(serverKey.slice(0, 8), 16) % LANES;
}

/** Parts of jobs have lanes of their own, behind those of whole ones. */
export function partLaneOf(serverKey: string): number {
  return LANES + laneOf(serverKey);
}

export function isPartLane(lane: number): boolean {
  return lane >= LANES;
}

/** The lane of whole jobs with the same key. */
export function keyLaneOf(lane: number): number {
  return lane % LANES;
}

/** What pg-boss knows a lane as. */
export function queueName(lane: number): string {
  return `tacet-${lane}`;
}

/** Where pg-boss puts tasks that were taken too often. */
export const DEAD_QUEUE = "tacet-dead";

/** Up to so many bootstraps, jobs are of a class that goes before the next. */
const CLASSES = [100, 1_500, 20_000];

/** Small jobs first, so that large ones, which take long anyway, do not hold them up. */
export function priorityOf(bootstraps: number): number {
  return CLASSES.filter((most) => bootstraps <= most).length;
}
