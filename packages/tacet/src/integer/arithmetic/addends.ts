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

/** Addends of one span and noise, which are as good as each other, in order. */
interface Kind {
  readonly span: number;
  readonly noise: number;
  readonly addends: Addend[];
  /** While groups are tried, the next one to look at, and how many more of the kind a span has room for. */
  at: number;
  room: number;
}

/** While groups are tried: the best with a span, as one addend more than the best with a smaller one. */
interface Group {
  noise: number;
  last: Addend | undefined;
  rest: number;
}

/**
 * The addends of a column, those that are computed first before others. There may be thousands, so that nothing that is
 * done for each group looks at more of them than a group can hold, or allocates more than the group.
 */
export class Addends {
  readonly #kinds: Kind[] = [];
  readonly #groups: Group[] = [];
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
    const { addends } = this.#kindOf(block);
    const addend = { block, steps, order: this.#added++ };
    let at = addends.length;
    while (at > 0 && addends[at - 1].steps > steps) at--;
    addends.splice(at, 0, addend);
    this.#note(block, 1);
  }

  remove(addend: Addend): void {
    const { addends } = this.#kindOf(addend.block);
    addends.splice(addends.indexOf(addend), 1);
    this.#note(addend.block, -1);
  }

  /** All of them, in order. */
  all(): Addend[] {
    return this.#kinds.flatMap(({ addends }) => addends).sort(inOrder);
  }

  /** The first one that is too noisy for something. */
  firstAbove(noise: number): Addend | undefined {
    let first: Addend | undefined;
    for (const kind of this.#kinds) {
      const [addend] = kind.addends;
      if (addend === undefined || kind.noise < noise) continue;
      if (first === undefined || inOrder(addend, first) < 0) first = addend;
    }
    return first;
  }

  /**
   * The addends, without some, whose sum comes closest to a span without exceeding it, nor a noise. Of equals, the
   * first.
   */
  fill(span: number, noise: number, without: readonly Addend[] = []): Addend[] {
    const groups = this.#groups;
    for (let at = 0; at <= span; at++) {
      const group = (groups[at] ??= { noise: 0, last: undefined, rest: -1 });
      group.rest = -1;
    }
    // As many of each kind as a span has room for: more of a kind make no other sums.
    for (const kind of this.#kinds) {
      kind.at = 0;
      kind.room = kind.span === 0 ? 0 : Math.floor(span / kind.span);
    }
    for (;;) {
      const kind = this.#next(without);
      if (kind === undefined) break;
      const addend = kind.addends[kind.at++];
      kind.room--;
      for (let rest = span - kind.span; rest >= 0; rest--) {
        const others = groups[rest];
        const group = groups[rest + kind.span];
        if ((others.rest < 0 && rest > 0) || group.rest >= 0) continue;
        const sum = (rest > 0 ? others.noise : 0) + kind.noise;
        if (sum > noise) continue;
        group.noise = sum;
        group.last = addend;
        group.rest = rest;
      }
      if (span > 0 && groups[span].rest >= 0) break;
    }
    let best = span;
    while (best > 0 && groups[best].rest < 0) best--;
    const addends: Addend[] = [];
    for (let at = best; at > 0; at = groups[at].rest) addends.push(groups[at].last!);
    return addends.reverse();
  }

  /** The kind whose next addend comes first of those that are to be tried. */
  #next(without: readonly Addend[]): Kind | undefined {
    let first: Kind | undefined;
    for (const kind of this.#kinds) {
      while (kind.at < kind.addends.length && without.includes(kind.addends[kind.at])) kind.at++;
      if (kind.room <= 0 || kind.at === kind.addends.length) continue;
      if (first === undefined || inOrder(kind.addends[kind.at], first.addends[first.at]) < 0) first = kind;
    }
    return first;
  }

  #kindOf({ min, max, noise }: Block): Kind {
    let kind = this.#kinds.find((other) => other.span === max - min && other.noise === noise);
    if (kind === undefined) {
      kind = { span: max - min, noise, addends: [], at: 0, room: 0 };
      this.#kinds.push(kind);
    }
    return kind;
  }

  #note({ min, max, noise }: Block, sign: 1 | -1): void {
    this.#count += sign;
    this.#span += sign * (max - min);
    this.#noise += sign * noise;
  }
}

export function blocksOf(addends: readonly Addend[]): Block[] {
  return addends.map(({ block }) => block);
}

function inOrder(a: Addend, b: Addend): number {
  return a.steps - b.steps || a.order - b.order;
}
