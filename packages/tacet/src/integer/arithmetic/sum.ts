import { GraphError } from "../../errors.ts";
import { type Block, isConstant } from "../../graph/block.ts";
import type { Builder } from "../../graph/builder.ts";
import { messageBits } from "../../parameters/parameter-set.ts";
import { combine, digitNoise, type Radix } from "../radix.ts";
import { type Addend, Addends, blocksOf, noiseOf, spanOf } from "./addends.ts";

/**
 * Σ M^k·(sum of column k) + constant modulo M^(number of columns), M being the message modulus. The
 * addends of a column are blocks of any degree.
 *
 * A column adds up in groups that fit in a block. Of a group, one lookup takes the carry, an addend of the next
 * column. What is left, sum - M·carry, is a digit, and costs no lookup, but its noise leaves little room for more such
 * digits; a lookup makes it fresh where need be, in the same rotation if the group takes half a block at most. So
 * columns are compressed (Dadda, "Some Schemes for Parallel Multipliers", 1965), until each is at most two digits and
 * the carry of such a last sum. These last sums take one rotation each, and nothing but they waits for the whole of
 * the column before: their carries of two values form a chain that a plan can shorten. From four addends on, that is
 * about half a rotation for each of their digits at the default parameters.
 *
 * @param from the first digit that is asked for: the carries that those below it leave are then cheaper than they are.
 */
export function sumColumns(
  builder: Builder,
  columns: readonly (readonly Block[])[],
  constant = 0n,
  from = 0,
): Radix {
  const sum = new ColumnSum(builder, constant);
  return columns.map((column, position) => {
    const following = columns.length - 1 - position;
    return following === 0 ? sum.addLast(column) : sum.add(column, following === 1 || position < from);
  });
}

/** The sum of columns so far. */
class ColumnSum {
  readonly #builder: Builder;
  readonly #modulus: number;
  readonly #bits: number;
  /** Noise of a digit that is left without a lookup, apart from that of its group. */
  readonly #loss: number;
  /** Largest last sum: one that gives digit and carry in one rotation, or a carry of two values. */
  readonly #lastSpan: number;
  /** What is clear of the rest of the sum, as sums count from their smallest values. */
  #clear: bigint;
  /** Largest sum of all carries into this column, which together are less than one by one. */
  #carried = 0;
  /** Largest sum of the column's addends less their smallest values, while they are all there. */
  #whole: number | undefined;
  /** Addends that are left in this column, but for late ones. */
  #addends = new Addends();
  /** Addends of the next column. */
  #carries: Block[] = [];
  /** The carry of the last sum of the column before. */
  #late: readonly Block[] = [];
  /** Number of lookups that came one after the other for a carry. */
  readonly #steps = new Map<Block, number>();

  constructor(builder: Builder, constant: bigint) {
    const { messageModulus } = builder.parameters;
    this.#builder = builder;
    this.#modulus = messageModulus;
    this.#bits = messageBits(builder.parameters);
    this.#loss = messageModulus ** 2;
    this.#lastSpan = Math.max(2 * messageModulus, builder.capacity / 2) - 1;
    this.#clear = constant;
  }

  /** The digit of the next column, by a last sum as large as a block if `atOnce`. */
  add(column: readonly Block[], atOnce: boolean): Block {
    this.#open(column);
    while (!this.#fit(this.#lastSpan - this.#constant)) {
      const fits = this.#fit(this.#builder.capacity - 1);
      const early = this.#early();
      // A lookup alone gives carry and digit at once, and is not needed itself.
      const alone = this.#addends.count === 1 && this.#addends.all()[0].block.kind === "lookup";
      if (fits && (atOnce || alone || early === undefined)) break;
      this.#compress(early ?? this.#group());
    }
    return this.#close();
  }

  /** The digit of the last column, of which nothing is carried. */
  addLast(column: readonly Block[]): Block {
    const { capacity, maxNoise } = this.#builder;
    const carries = [...this.#carries, ...this.#late];
    const together = this.#carried;
    if (together < Math.min(spanOf(carries), capacity) && noiseOf(carries) <= maxNoise) {
      this.#carries = [
        this.#builder.linear(
          carries.map((block) => [1, block]),
          0,
          { max: together },
        ),
      ];
      this.#late = [];
    }
    this.#open(column);
    while (!this.#fit(capacity - 1)) {
      const group = this.#addends.fill(capacity - 1, maxNoise);
      checkProgress(group);
      const sum = this.#sum(blocksOf(group));
      const rest = this.#builder.lookup(sum, (value) => value % this.#modulus);
      for (const addend of group) this.#addends.remove(addend);
      this.#addends.add(rest, Infinity);
    }
    return this.#close();
  }

  #open(column: readonly Block[]): void {
    this.#addends = new Addends();
    for (const block of [...column, ...this.#carries]) this.#addends.add(block, this.#steps.get(block) ?? 0);
    this.#carries = [];
    this.#whole = spanOf(column) + this.#carried;
    this.#carried = this.#whole;
  }

  /** Adds up what is left of the column. */
  #close(): Block {
    const sum = this.#sum([...blocksOf(this.#addends.all()), ...this.#late], this.#whole);
    const constant = this.#constant;
    this.#clear = (this.#clear - BigInt(constant)) / BigInt(this.#modulus);
    this.#carried = (this.#carried + constant) >> this.#bits;
    this.#late = [this.#builder.lookup(sum, (value) => (value + constant) >> this.#bits)];
    return this.#builder.lookup(
      sum,
      (value) => (value + constant) % this.#modulus,
      digitNoise(this.#builder),
    );
  }

  /** Whether what is left of the column fits in one sum. */
  #fit(span: number): boolean {
    const own = Math.min(this.#addends.span + spanOf(this.#late), this.#whole ?? Infinity);
    if (own > span) return false;
    const all = [...blocksOf(this.#addends.all()), ...this.#late];
    return this.#builder.noiseOf(all.map((block) => [1, block])) <= this.#builder.maxNoise;
  }

  /** All but the latest addends, if they make a group whose compression leaves nothing but the last sum. */
  #early(): readonly Addend[] | undefined {
    const { capacity, maxNoise } = this.#builder;
    const carries = 2; // of a column's addends, these bring the noise of a carry each
    if (this.#addends.noise + this.#loss + carries > maxNoise) return undefined;
    const addends = this.#addends.all();
    for (const constant of new Set([0, this.#constant])) {
      const room = this.#lastSpan - (this.#modulus - 1) - spanOf(this.#late) - constant;
      let end = addends.length;
      let left = 0;
      while (end > 0 && left + spanOf([addends[end - 1].block]) <= room)
        left += spanOf([addends[--end].block]);
      const group = addends.slice(0, end);
      const span = this.#addends.span - left;
      if (span < this.#modulus || span >= capacity) return undefined;
      if (constant === this.#constant || this.#absorbs(span)) return group;
    }
    return undefined;
  }

  /** The group to compress next of a column with many addends. */
  #group(): readonly Addend[] {
    const { capacity, maxNoise } = this.#builder;
    const digit = this.#modulus - 1;
    const gain = capacity - 1 - digit;
    const rest = this.#addends.firstAbove(maxNoise - this.#loss);
    if (rest !== undefined) {
      // A noisy digit, which one rotation came before, and with which two rotations leave a fresh one, or one for few.
      const left = maxNoise - rest.block.noise;
      const own = spanOf([rest.block]);
      const [whole, half] = [capacity, capacity / 2].map((size) =>
        this.#addends.fill(size - 1 - own, left, [rest]),
      );
      return [
        rest,
        ...((gain + spanOf(blocksOf(half))) / 2 >= (gain + spanOf(blocksOf(whole))) / 3 ? half : whole),
      ];
    }

    // A group that leaves a noisy digit, with which others will have to go; or one that leaves a fresh one at once.
    const spare = Math.floor((maxNoise - this.#loss) / 2);
    const quiet = this.#addends.fill(capacity - 1, maxNoise - this.#loss - spare);
    const [whole, half] = [capacity, capacity / 2].map((size) =>
      spanOf(blocksOf(this.#addends.fill(size - 1 - digit, spare, quiet))),
    );
    const loud = this.#addends.fill(capacity - 1, maxNoise);
    const own = spanOf(blocksOf(quiet)) - digit;
    const gained = spanOf(blocksOf(loud)) - digit;
    return Math.max((own + half) / 2, (own + whole) / 3) > gained / 2 ? quiet : loud;
  }

  /** Replaces a group by its carry in the next column and what is left in this one. */
  #compress(group: readonly Addend[]): void {
    checkProgress(group);
    const builder = this.#builder;
    const sum = this.#sum(blocksOf(group));
    const constant = this.#absorbs(sum.max) ? this.#constant : 0;
    this.#clear -= BigInt(constant);
    this.#carried += constant;
    this.#whole = undefined;
    const carry = builder.lookup(sum, (value) => (value + constant) >> this.#bits);
    const rest = [
      [1, sum],
      [-this.#modulus, carry],
    ] as const;
    const fresh =
      isConstant(carry) ||
      group.length === 1 ||
      sum.max < builder.capacity / 2 ||
      builder.noiseOf(rest) >= builder.maxNoise;
    const digit = fresh
      ? builder.lookup(sum, (value) => (value + constant) % this.#modulus)
      : builder.linear(rest, constant, { min: 0, max: this.#modulus - 1 });
    const steps = Math.max(...group.map((addend) => addend.steps)) + 1;
    this.#steps.set(carry, steps);
    this.#carries.push(carry);
    for (const addend of group) this.#addends.remove(addend);
    this.#addends.add(digit, steps);
  }

  /** What some addends add up to, at most `max`, less its smallest value. */
  #sum(group: readonly Block[], max = Infinity): Block {
    const lowest = group.reduce((total, block) => total + block.min, 0);
    const sum = combine(
      this.#builder,
      group.map((block) => [1, block]),
      -lowest,
      { max },
    );
    // Blocks that share sources can add up to more than their smallest values do: x and 3 - x always give 3.
    this.#clear += BigInt(lowest + sum.min);
    return sum.min === 0 ? sum : this.#builder.linear([[1, sum]], -sum.min);
  }

  /** What is clear of this column, in `[0, M)`. */
  get #constant(): number {
    return Number(BigInt.asUintN(this.#bits, this.#clear));
  }

  /** Whether the constant can go with a sum and not make its carry larger. */
  #absorbs(span: number): boolean {
    return (span + this.#constant) >> this.#bits === span >> this.#bits;
  }
}

/** Blocks that add nothing but noise can leave no group to add up. */
function checkProgress(group: readonly Addend[]): void {
  if (group.length === 0)
    throw new GraphError("a sum of blocks without values has more noise than a lookup tolerates");
}
