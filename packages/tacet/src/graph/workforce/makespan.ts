import type { Rotation } from "../rotation.ts";
import { finish, PIECE, type Steps } from "../steps.ts";
import { batchTime, type Ready, takeBatch, type Workforce } from "./batch.ts";
import { PriorityQueue } from "./priority-queue.ts";

/** Rotations that a thread has taken at once. */
interface Batch {
  readonly end: number;
  readonly rotations: readonly number[];
}

/**
 * How long threads take for rotations, in units of one rotation by itself: a simulation of what the job queue has them
 * do (list scheduling: Graham, "Bounds on Multiprocessing Timing Anomalies", 1969).
 */
export function makespanOf(rotations: readonly Rotation[], workforce: Workforce): number {
  return finish(makespanSteps(rotations, workforce));
}

/** The same in pieces. */
export function* makespanSteps(rotations: readonly Rotation[], workforce: Workforce): Steps<number> {
  const missing = rotations.map(({ dependencies }) => dependencies.length);
  const waiting: number[][] = rotations.map(() => []);
  for (const { index, dependencies } of rotations) for (const need of dependencies) waiting[need].push(index);

  const ready = new PriorityQueue<number>((a, b) => rotations[a].priority > rotations[b].priority);
  for (const [index, count] of missing.entries()) if (count === 0) ready.add(index);
  const next: Ready<number> = {
    get size() {
      return ready.size;
    },
    urgency: () => rotations[ready.first].priority,
    take: () => ready.take(),
  };
  const running = new PriorityQueue<Batch>((a, b) => a.end < b.end);
  let left = rotations.length;
  let busy = 0;
  let now = 0;
  for (let batches = 0; ; batches++) {
    if (batches % PIECE === 0 && rotations.length > 0) yield 1 - left / rotations.length;
    while (ready.size > 0 && running.size < workforce.threads) {
      const taken = takeBatch(next, busy, left, workforce);
      left -= taken.length;
      busy += taken.length;
      running.add({ end: now + batchTime(taken.length), rotations: taken });
    }
    if (running.size === 0) return now;
    now = running.first.end;
    while (running.size > 0 && running.first.end === now) {
      const done = running.take().rotations;
      busy -= done.length;
      for (const index of done)
        for (const later of waiting[index]) if (--missing[later] === 0) ready.add(later);
    }
  }
}
