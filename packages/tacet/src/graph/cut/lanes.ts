import type { Rotation } from "../rotation.ts";
import { BATCH, batchTime, type Ready, takeBatch } from "../workforce/batch.ts";
import { PriorityQueue } from "../workforce/priority-queue.ts";

/** Engines that compute some rotations together. */
export interface TeamShape {
  readonly lanes: number;
  /** Number of threads of each. */
  readonly threads: number;
  /** How long a result takes from one to another, counted in rotations by themselves. */
  readonly hop: number;
}

/** Something that happens at a time: rotations that a lane is done with, or that one may start. */
interface Event {
  readonly at: number;
  readonly lane: number;
  readonly done?: readonly number[];
  readonly start?: number;
}

/**
 * Shares rotations out among engines that compute them at the same time, and tell each other what the others read: list
 * scheduling (see `makespanSteps`) with a delay for results of others. Of those that are as urgent, an engine takes what it
 * has most inputs of.
 *
 * @param some indices of the rotations, ascending; what others give is there.
 * @returns the lane of each of them, in the same order, and when all are done.
 */
export function lanesOf(
  rotations: readonly Rotation[],
  some: readonly number[],
  { lanes, threads, hop }: TeamShape,
): { readonly lanes: readonly number[]; readonly time: number } {
  const places = new Map(some.map((index, place) => [index, place]));
  const needs = some.map((index) =>
    rotations[index].dependencies.map((need) => places.get(need)).filter((place) => place !== undefined),
  );
  const readers = some.map((): number[] => []);
  for (const [place, own] of needs.entries()) for (const need of own) readers[need].push(place);
  const workforce = { threads: lanes * threads, batch: BATCH };

  const owners = new Array<number>(some.length).fill(-1);
  const missing = needs.map(({ length }) => length);
  const urgency = (place: number): number => rotations[some[place]].priority;
  const own = (place: number, lane: number): number =>
    needs[place].reduce((count, need) => count + Number(owners[need] === lane), 0);
  const ready = Array.from({ length: lanes }, (): Set<number> => new Set());
  const readyFor = (lane: number): Ready<number> => {
    const before = (a: number, b: number): number =>
      urgency(b) - urgency(a) || own(b, lane) - own(a, lane) || a - b;
    const order = [...ready[lane]].filter((place) => owners[place] < 0).sort(before);
    ready[lane] = new Set(order);
    let next = 0;
    return {
      get size() {
        return order.length - next;
      },
      urgency: () => urgency(order[next]),
      take: () => order[next++],
    };
  };
  const idle = new Array<number>(lanes).fill(threads);
  const events = new PriorityQueue<Event>((a, b) => a.at < b.at);
  const finished = new Array<number>(some.length).fill(0);
  const offer = (place: number, now: number): void => {
    for (let lane = 0; lane < lanes; lane++) {
      const there = needs[place].map((need) => finished[need] + (owners[need] === lane ? 0 : hop));
      events.add({ at: Math.max(now, ...there), lane, start: place });
    }
  };
  for (const place of some.keys()) if (missing[place] === 0) offer(place, 0);

  let left = some.length;
  let busy = 0;
  let time = 0;
  while (events.size > 0) {
    const now = events.first.at;
    while (events.size > 0 && events.first.at === now) {
      const { lane, done, start } = events.take();
      if (start !== undefined) ready[lane].add(start);
      for (const place of done ?? []) {
        busy--;
        finished[place] = time = now;
        for (const reader of readers[place]) if (--missing[reader] === 0) offer(reader, now);
      }
      if (done !== undefined) idle[lane]++;
    }
    for (let lane = 0; lane < lanes; lane++) {
      const queue = idle[lane] > 0 ? readyFor(lane) : undefined;
      while (queue !== undefined && queue.size > 0 && idle[lane] > 0) {
        const taken = takeBatch(queue, busy, left, workforce);
        for (const place of taken) owners[place] = lane;
        idle[lane]--;
        left -= taken.length;
        busy += taken.length;
        events.add({ at: now + batchTime(taken.length), lane, done: taken });
      }
    }
  }
  return { lanes: owners, time };
}
