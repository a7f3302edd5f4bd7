import type { Block } from "../../graph/block.ts";

/** A block that a column adds up. */
export interface Addend {
  readonly block: Block;
  /** Number of lookups that came one after the other for it. */
  readonly steps: number;
  /** Tells those of equally many steps apart: the first comes first. */
  readonly order: number;
}

/** Number of steps from the smallest to the largest value of a sum of blocks. */
export function spanOf(blocks: readonly Block[]): number {
  let sum = 0;
  for (const { min, max } of blocks) sum += max - min;
  return sum;
}

/** The variance of a sum of independent blocks. */
export function noiseOf(blocks: readonly Block[]): number {
  let sum = 0;
  for (const { noise } of blocks) sum += noise;
  return sum;
}

/**
 * The addends of a column, those that are computed first before others. There may be thousands, so that nothing that is
 * done for each group looks at more of them than a group can hold.
 */
export class Addends {
  /** Addends of one span and noise are as good as each other, in order. */
  readonly #kinds = new Map<number, Addend[]>();
  #count = 0;
  #span = 0;
  #noise = 0;
  #added = 0;

  get count(): number {
    return this.#count;
  }

  /** Number of steps from the smallest to the largest value of their sum. */
  get span(): number {
    return this.#span;
  }

  /** The variance of their sum, if they are independent; but for rounding. */
  get noise(): number {
    return this.#noise;
  }

  add(block: Block, steps: number): void {
    const kind = kindOf(block);
    let addends = this.#kinds.get(kind);
    if (addends === undefined) this.#kinds.set(kind, (addends = []));
    const addend = { block, steps, order: this.#added++ };
    let at = addends.length;
    while (at > 0 && addends[at - 1].steps > steps) at--;
    addends.splice(at, 0, addend);
    this.#note(block, 1);
  }

  remove(addend: Addend): void {
    const addends = this.#kinds.get(kindOf(addend.block))!;
    addends.splice(addends.indexOf(addend), 1);
    this.#note(addend.block, -1);
  }

  /** All of them, in order. */
  all(): Addend[] {
    return [...this.#kinds.values()].flat().sort(inOrder);
  }

  /** The first one that is too noisy for something. */
  firstAbove(noise: number): Addend | undefined {
    let first: Addend | undefined;
    for (const [addend] of this.#kinds.values()) {
      if (addend === undefined || addend.block.noise < noise) continue;
      if (first === undefined || inOrder(addend, first) < 0) first = addend;
    }
    return first;
  }

  /**
   * The addends, without some, whose sum comes closest to a span without exceeding it, nor a noise. Of equals, the
   * first.
   */
  fill(span: number, noise: number, without: readonly Addend[] = []): Addend[] {
    const found: (Group | undefined)[] = [{ size: 0, noise: 0, last: undefined, others: undefined }];
    for (const addend of this.#candidates(span, without)) {
      const { block } = addend;
      const own = block.max - block.min;
      for (let rest = span - own; rest >= 0; rest--) {
        const others = found[rest];
        if (others === undefined || found[rest + own] !== undefined) continue;
        const sum = others.noise + block.noise;
        if (sum > noise) continue;
        found[rest + own] = { size: others.size + 1, noise: sum, last: addend, others };
      }
      if (found[span] !== undefined) break;
    }
    return addendsOf(found.findLast((group) => group !== undefined)!);
  }

  /** As many of each kind as a span has room for: more of a kind make no other sums. */
  #candidates(span: number, without: readonly Addend[]): Addend[] {
    const candidates: Addend[] = [];
    for (const addends of this.#kinds.values()) {
      if (addends.length === 0) continue;
      const own = spanOf([addends[0].block]);
      let room = own === 0 ? 0 : Math.floor(span / own);
      for (let at = 0; at < addends.length && room > 0; at++) {
        if (without.includes(addends[at])) continue;
        candidates.push(addends[at]);
        room--;
      }
    }
    return candidates.sort(inOrder);
  }

  #note(block: Block, sign: 1 | -1): void {
    this.#count += sign;
    this.#span += sign * spanOf([block]);
    this.#noise += sign * block.noise;
  }
}

/** Some addends, as one more than some others. */
interface Group {
  readonly size: number;
  readonly noise: number;
  readonly last: Addend | undefined;
  readonly others: Group | undefined;
}

function addendsOf(group: Group): Addend[] {
  const addends = new Array<Addend>(group.size);
  let rest: Group | undefined = group;
  for (let at = group.size - 1; at >= 0; at--) {
    addends[at] = rest!.last!;
    rest = rest!.others;
  }
  return addends;
}

export function blocksOf(addends: readonly Addend[]): Block[] {
  return addends.map(({ block }) => block);
}

/** Tells spans and noises apart: no block has as many values as the factor. */
function kindOf({ min, max, noise }: Block): number {
  return noise * 65536 + max - min;
}

function inOrder(a: Addend, b: Addend): number {
  return a.steps - b.steps || a.order - b.order;
}
