import type { BoolHandle, Engine } from "tacet";
import { sumAtLeast } from "tacet/leveled";
import type { AllOrAny, Order, Truth } from "./job.ts";

/** The largest sum of flags that one lookup tells of, at the parameters with two bits of message and two of carry. */
const LARGEST_SUM = 15;
/** Summands that have been computed are much noisier than those that have just been encrypted: so many go together. */
const MOST_COMPUTED = 5;
/** Digits of which one lookup tells the order: weights of 4, 2 and 1, twice each. */
const DIGITS = 3;

/** Builds truths of handles: each that several have in common once. */
export class Circuit {
  readonly #engine: Engine;
  readonly #flag: (index: number) => BoolHandle;
  readonly #flags = new Map<number, BoolHandle>();
  readonly #known = new Map<Truth, BoolHandle>();
  readonly #between: BoolHandle[] = [];

  /** @param flag gives an encrypted flag by its number. */
  constructor(engine: Engine, flag: (index: number) => BoolHandle) {
    this.#engine = engine;
    this.#flag = flag;
  }

  build(truth: Truth): boolean | BoolHandle {
    return typeof truth === "boolean" ? truth : this.#open(truth);
  }

  /** Gives up all handles: what has been asked for has been computed. */
  dispose(): void {
    for (const handles of [this.#flags.values(), this.#known.values(), this.#between]) {
      for (const handle of handles) handle.dispose();
    }
  }

  #open(truth: Exclude<Truth, boolean>): BoolHandle {
    if (typeof truth === "number") return this.#pick(truth);
    const known = this.#known.get(truth);
    if (known !== undefined) return known;
    const built = truth.kind === "order" ? this.#order(truth) : this.#allOrAny(truth);
    this.#known.set(truth, built);
    return built;
  }

  #pick(index: number): BoolHandle {
    const known = this.#flags.get(index);
    if (known !== undefined) return known;
    const flag = this.#flag(index);
    this.#flags.set(index, flag);
    return flag;
  }

  /** Groups of summands become one each, until there is one. */
  #allOrAny({ kind, of }: AllOrAny): BoolHandle {
    const open = of.filter((truth) => typeof truth !== "boolean");
    let fresh = open.filter((truth) => typeof truth === "number").map((flag) => this.#pick(flag));
    let computed = open.filter((truth) => typeof truth !== "number").map((part) => this.#open(part));
    for (;;) {
      const noisy = computed.slice(0, MOST_COMPUTED);
      const group = [...noisy, ...fresh.slice(0, LARGEST_SUM - noisy.length)];
      const sum = this.#sum(group, kind === "all" ? group.length : 1);
      computed = [...computed.slice(noisy.length), sum];
      fresh = fresh.slice(group.length - noisy.length);
      if (computed.length === 1 && fresh.length === 0) return sum;
    }
  }

  /**
   * Some of the lowest digits become one truth, then those above with it: where digit i decides, its weight is more than
   * that of all below together.
   */
  #order({ before, equal }: Order): BoolHandle {
    const all = before.map((flag) => this.#pick(flag));
    let last = all.pop()!;
    while (all.length > 0) {
      const deciding = all.splice(-(DIGITS - 1));
      const first = all.length;
      const flags = [...deciding, ...deciding.map((_, index) => this.#pick(equal[first + index]!)), last];
      const weights = deciding.map((_, index) => 2 ** (deciding.length - index));
      const threshold = 2 ** (deciding.length + 1);
      last = this.#sum(flags, threshold, [...weights.map((weight) => 2 * weight), ...weights, 2]);
    }
    return last;
  }

  #sum(flags: readonly BoolHandle[], threshold: number, weights?: readonly number[]): BoolHandle {
    if (flags.length === 1) return flags[0]!;
    const sum = sumAtLeast(this.#engine, flags, threshold, weights);
    this.#between.push(sum);
    return sum;
  }
}
