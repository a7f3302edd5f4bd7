/*
 * How threads take rotations in batches. A batch shares its passes over the keys, but nothing of it is there before all
 * of it is. The queue goes by these rules, and the planner counts on them.
 */

/** Who carries a plan out. */
export interface Workforce {
  readonly threads: number;
  /** The most rotations that a thread takes at once. */
  readonly batch: number;
}

/** The part of a rotation by itself that a batch takes but once, as measured at the default parameters. */
const SHARED = 3 / 8;

/** How long a thread takes for some rotations at once: as many times as long as for one by itself. */
export function batchTime(rotations: number): number {
  return SHARED + (1 - SHARED) * rotations;
}

/**
 * How many rotations a thread may take at once for all threads to have as much to do.
 *
 * @param ready number of rotations that could be taken.
 * @param running number of rotations that other threads are at.
 */
export function fairShare(ready: number, running: number, { threads, batch }: Workforce): number {
  return Math.min(batch, ready, Math.max(1, Math.round((ready + running) / threads)));
}

/**
 * How many rotations each thread may take at once for a path of rotations one after the other to be gone through by the
 * time that all are done.
 *
 * @param left number of rotations that nobody has taken yet.
 */
export function parallelism(left: number, path: number, { threads }: Workforce): number {
  return Math.max(1, Math.round(left / (threads * path)));
}
