import type { Rotation } from "../rotation.ts";
import { PIECE, type Steps } from "../steps.ts";
import { type LaneBatch, lanesOf } from "./lanes.ts";

/** What parts of a computation are cut for. All is counted in rotations by themselves. */
export interface CutShape {
  /** Number of engines that compute parts at the same time. */
  readonly workers: number;
  /** Number of threads of each. */
  readonly threads: number;
  /** About how many rotations a part has, where there are as many as that. */
  readonly rotations: number;
  /** How long a part takes besides: to be handed out, and to hand its results in. */
  readonly overhead: number;
  /** How long it takes to give one ciphertext to another part. */
  readonly transfer: number;
  /** How long that takes between parts that are computed at the same time; undefined where there are to be none such. */
  readonly hop: number | undefined;
}

/** Rotations of a part; or of parts that are computed at the same time, a team, which take them in this order. */
export type Group = { readonly rotations: readonly number[] } | { readonly batches: readonly LaneBatch[] };

/** So many times as long as others, parts of a team may be: what such a part has given is not lost with it. */
const LONGER = 8;

/** By how much a team takes longer than its rotations, as measured: it is never quite even, and tells itself results. */
const UNEVEN = 1.15;

/** A component is small if so many fit in a part. */
const SMALL = 8;

/** Rotations of some levels, and what ties them together. */
class Slab {
  readonly #rotations: readonly Rotation[];
  /** For each rotation of the slab another one of the same component, or itself. */
  readonly #parents = new Map<number, number>();
  readonly #sizes = new Map<number, number>();
  readonly #read = new Set<number>();
  levels = 0;
  /** Size of its largest component. */
  largest = 0;

  constructor(rotations: readonly Rotation[]) {
    this.#rotations = rotations;
  }

  get size(): number {
    return this.#parents.size;
  }

  /** Number of outside rotations that it reads results of. */
  get imports(): number {
    return this.#read.size;
  }

  /** Its rotations, in ascending order. */
  get rotations(): number[] {
    return [...this.#parents.keys()].sort((a, b) => a - b);
  }

  /** Adds a level, which comes after those that it has. */
  add(level: readonly number[]): void {
    this.levels++;
    for (const index of level) {
      this.#parents.set(index, index);
      this.#sizes.set(index, 1);
      this.largest = Math.max(this.largest, 1);
      for (const need of this.#rotations[index].dependencies) {
        if (this.#parents.has(need)) this.#join(index, need);
        else this.#read.add(need);
      }
    }
  }

  /**
   * Shares its components out among parts. Large ones go to the part with the least, the largest first; small ones fill
   * part after part in the order of the rotations, as neighbours tend to read the same and to be read together.
   */
  parts(count: number): number[][] {
    const full = this.size / count;
    const loads = new Array<number>(count).fill(0);
    const shares = new Map<number, number>();
    const take = (root: number, part: number): void => {
      loads[part] += this.#sizes.get(root)!;
      shares.set(root, part);
    };
    const components = [...this.#sizes.keys()];
    const large = components.filter((root) => this.#sizes.get(root)! > full / SMALL);
    large.sort((a, b) => this.#sizes.get(b)! - this.#sizes.get(a)!);
    for (const root of large) take(root, leastOf(loads));
    let part = 0;
    for (const index of this.rotations) {
      const root = this.#find(index);
      if (shares.has(root)) continue;
      while (part < count - 1 && loads[part] + this.#sizes.get(root)! / 2 > full) part++;
      take(root, part);
    }
    const found = loads.map((): number[] => []);
    for (const index of this.#parents.keys()) found[shares.get(this.#find(index))!].push(index);
    return found.filter((some) => some.length > 0);
  }

  #join(a: number, b: number): void {
    const [one, other] = [this.#find(a), this.#find(b)];
    if (one === other) return;
    const [small, large] = this.#sizes.get(one)! < this.#sizes.get(other)! ? [one, other] : [other, one];
    this.#parents.set(small, large);
    const size = this.#sizes.get(large)! + this.#sizes.get(small)!;
    this.#sizes.set(large, size);
    this.#sizes.delete(small);
    this.largest = Math.max(this.largest, size);
  }

  #find(index: number): number {
    let root = index;
    while (this.#parents.get(root) !== root) root = this.#parents.get(root)!;
    for (let at = index; at !== root; ) {
      const next = this.#parents.get(at)!;
      this.#parents.set(at, root);
      at = next;
    }
    return root;
  }
}

/**
 * Cuts rotations into parts, each after those that it reads from, such that engines that take parts as they become ready
 * are soon done with all of them.
 *
 * Parts are made of slabs: of the rotations of some levels in a row, those that depend on each other within the slab are
 * one component, and components are shared out. So parts of one slab do not wait for each other; or a team computes it,
 * whose parts do. Which of both, and where slabs end, is chosen such that the largest parts, what they cost besides, and
 * what they read from others add up to the least.
 */
export function* partition(rotations: readonly Rotation[], shape: CutShape): Steps<Group[]> {
  const ways = [earliest(rotations), latest(rotations)].map(coarse);
  let best: { cost: number; groups: Group[] } | undefined;
  for (const [i, levels] of ways.entries()) {
    const found = yield* slabs(rotations, levels, shape, i / ways.length);
    if (best === undefined || found.cost < best.cost) best = found;
  }
  return best!.groups;
}

/** The levels of rotations by the longest chain that leads to each. */
function earliest(rotations: readonly Rotation[]): number[][] {
  const heights = new Array<number>(rotations.length).fill(0);
  for (const { index, dependencies } of rotations)
    for (const need of dependencies) heights[index] = Math.max(heights[index], heights[need] + 1);
  return grouped(heights);
}

/** The same by the longest chain that waits for each, as if all ended at the same time. */
function latest(rotations: readonly Rotation[]): number[][] {
  const longest = rotations.reduce((most, { priority }) => Math.max(most, priority), 0);
  return grouped(rotations.map(({ priority }) => longest - priority));
}

/** Slabs end between two of so many steps at most: to look at all levels of long chains would take longer than it gains. */
const STEPS = 256;

function coarse(levels: readonly (readonly number[])[]): (readonly (readonly number[])[])[] {
  const size = Math.ceil(levels.length / STEPS);
  return Array.from({ length: Math.ceil(levels.length / size) }, (_, i) =>
    levels.slice(i * size, (i + 1) * size),
  );
}

function grouped(levels: readonly number[]): number[][] {
  const groups: number[][] = [];
  for (const [index, level] of levels.entries()) {
    while (groups.length <= level) groups.push([]);
    groups[level].push(index);
  }
  return groups;
}

/** Where the last slab starts that ends after some step, and what all slabs up to there cost. */
interface End {
  readonly start: number;
  readonly cost: number;
}

function* slabs(
  rotations: readonly Rotation[],
  levels: readonly (readonly (readonly number[])[])[],
  shape: CutShape,
  done: number,
): Steps<{ cost: number; groups: Group[] }> {
  const most = LONGER * shape.workers * shape.rotations;
  const ends: End[] = [{ start: 0, cost: 0 }];
  let steps = 0;
  for (let start = 0; start < levels.length; start++) {
    const slab = new Slab(rotations);
    for (let end = start; end < levels.length; end++) {
      for (const level of levels[end]) {
        slab.add(level);
        steps += level.length;
      }
      if (steps > PIECE) {
        steps = 0;
        yield done + start / levels.length / 2;
      }
      const cost = ends[start].cost + costOf(slab, shape);
      if (ends[end + 1] === undefined || cost < ends[end + 1].cost) ends[end + 1] = { start, cost };
      // What is larger cannot be shared out, nor computed by a team.
      if (slab.size > most && slab.largest > 2 * shape.rotations) break;
    }
  }
  const groups: Group[] = [];
  for (let end = levels.length; end > 0; end = ends[end].start) {
    const slab = new Slab(rotations);
    for (const level of levels.slice(ends[end].start, end).flat()) slab.add(level);
    groups.unshift(...groupsOf(slab, rotations, shape));
  }
  return { cost: ends[levels.length].cost, groups };
}

/** What a slab is cut into. */
function groupsOf(slab: Slab, rotations: readonly Rotation[], shape: CutShape): Group[] {
  if (apartCost(slab, shape) <= teamCost(slab, shape)) {
    return slab.parts(countOf(slab, shape)).map((part) => ({ rotations: part.sort((a, b) => a - b) }));
  }
  const { threads, hop = 0 } = shape;
  return [{ batches: lanesOf(rotations, slab.rotations, { lanes: lanesFor(slab, shape), threads, hop }) }];
}

/** Into how many parts a slab is cut: for each worker the same number, of about the size that is asked for. */
function countOf({ size }: Slab, { workers, rotations }: CutShape): number {
  return workers * Math.max(1, Math.round(size / rotations / workers));
}

/** How many compute a slab as a team, at most: as many as have something to do at the same time. */
function lanesFor({ size, levels }: Slab, { workers, threads }: CutShape): number {
  return Math.min(workers, Math.ceil(size / levels / threads));
}

function costOf(slab: Slab, shape: CutShape): number {
  return (
    Math.min(apartCost(slab, shape), teamCost(slab, shape)) + (slab.imports * shape.transfer) / shape.workers
  );
}

/** How long a slab takes in parts that do not wait for each other. */
function apartCost(slab: Slab, shape: CutShape): number {
  const { workers, threads, overhead } = shape;
  const count = countOf(slab, shape);
  const largest = Math.max(slab.largest, slab.size / count);
  const computing = Math.max(largest / threads, slab.levels) + overhead;
  return (computing * count) / workers;
}

/** How long it takes a team, if one may. */
function teamCost(slab: Slab, shape: CutShape): number {
  const { threads, overhead, hop } = shape;
  const lanes = lanesFor(slab, shape);
  if (hop === undefined || lanes < 2 || slab.size > LONGER * lanes * shape.rotations) return Infinity;
  return Math.max(slab.size / lanes / threads, slab.levels) * UNEVEN + overhead;
}

function leastOf(loads: readonly number[]): number {
  let least = 0;
  for (let at = 1; at < loads.length; at++) if (loads[at] < loads[least]) least = at;
  return least;
}
