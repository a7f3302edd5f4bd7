/*
 * How threads take rotations in batches. A batch shares its passes over the keys, but nothing of it is there before all
 * of it is. The queue goes by these rules, and the planner counts on them.
 */

/** The most rotations that a thread of an engine takes at once. */
export const BATCH = 8;

/** Who carries a plan out. */
export interface Workforce {
  readonly threads: number;
  /** The most rotations that a thread takes at once. */
  readonly batch: number;
}

/**
 * The share of a lone rotation's time that a batch spends only once, on going through the keys; measured at the default
 * parameters (npm run bench -- KS-PBS).
 */
const SHARED = 5 / 16;

/** How long a thread takes for a batch, in units of one rotation by itself. */
export function batchTime(rotations: number): number {
  return SHARED + (1 - SHARED) * rotations;
}

/** Ready rotations, the most urgent first. */
export interface Ready<T> {
  readonly size: number;
  /** Number of rotations on the longest chain that waits for the first one; there must be one. */
  urgency(): number;
  /** Takes the first one. */
  take(): T;
}

/**
 * Takes what a thread should take now: an equal share, the most urgent first. Rotations of one batch finish together, so
 * less urgent ones join only where so much is left that the longest chain has time for them.
 *
 * @param running number of rotations that other threads are at.
 * @param left number of rotations that nobody has taken yet, ready or not.
 */
export function takeBatch<T>(ready: Ready<T>, running: number, left: number, workforce: Workforce): T[] {
  const taken: T[] = [];
  if (ready.size === 0) return taken;
  const mostUrgent = ready.urgency();
  const share = fairShare(ready.size, running, workforce);
  const withinSlack = batchWithinSlack(left, mostUrgent + 1, workforce);
  while (taken.length < share && (taken.length < withinSlack || ready.urgency() === mostUrgent)) {
    taken.push(ready.take());
  }
  return taken;
}

/** How many rotations a thread takes so that the threads share what is ready and running equally. */
function fairShare(ready: number, running: number, { threads, batch }: Workforce): number {
  return Math.min(batch, ready, Math.max(1, Math.round((ready + running) / threads)));
}

/**
 * How many rotations may go together without delaying the end: the longest path has `path` steps to go, and so many can
 * be done beside each of them.
 */
function batchWithinSlack(left: number, path: number, { threads }: Workforce): number {
  return Math.max(1, Math.round(left / (threads * path)));
}
