import type { Builder } from "../../../graph/builder.ts";
import { type SortOptions, sortByKey } from "../../../integer/choice/sort.ts";
import { ne } from "../../../integer/comparison/equal.ts";
import type { Radix } from "../../../integer/radix.ts";
import { PERMIT } from "../../../opaque.ts";
import { checkFlag, checkNumber, checkOptions, type OptionNames } from "../../../options.ts";
import { messageBits } from "../../../parameters/parameter-set.ts";
import { sortTexts } from "../../../text/choose.ts";
import type { AnyText } from "../../values/value-type.ts";
import { BoolHandle } from "../handles/bool-handle.ts";
import { build, type Context, digitsIn } from "../handles/handle.ts";
import { IntegerHandle } from "../handles/integer-handle.ts";
import { type RandomOptions, randomRadices } from "../handles/random.ts";
import { StringHandle, textHandle, textOperand } from "../handles/string-handle.ts";
import { checkAlike, checkElements, type Element, handleLike } from "./elements.ts";

const ORDER: OptionNames<Order> = { descending: true };
const SHUFFLE_OPTIONS: OptionNames<ShuffleOptions> = {
  seed: true,
  keyBits: true,
  collisionProbability: true,
  attackerAdvantage: true,
  revealed: true,
};
const COLLISION_PROBABILITY = 2 ** -40;
const MOST_KEY_BITS = 256;

/** What order to sort in. */
export interface Order {
  /** Whether the largest comes first; the smallest does unless given. */
  readonly descending?: boolean | undefined;
}

/** What can be put in order. */
type Ordered = Element | StringHandle<AnyText>;

/** The same values in order; false comes before true, and texts are all of one size. Throws as `checkElements`. */
export function sorted<H extends Ordered>(context: Context, values: readonly H[], order: Order = {}): H[] {
  return build(context, (builder) => sortedIn(context, builder, values, order));
}

/** The same values in order, and of each whether it is another one than that before. Throws as `checkElements`. */
export function unique<H extends Ordered>(
  context: Context,
  values: readonly H[],
  order: Order = {},
): [value: H, first: BoolHandle][] {
  return build(context, (builder) => {
    const all = sortedIn(context, builder, values, order);
    const digits = all.map((value) => digitsIn(value, context).blocks);
    return all.map((value, i) => {
      const first = i === 0 ? builder.constant(1) : ne(builder, digits[i - 1], digits[i]);
      return [value, new BoolHandle(PERMIT, context, first)];
    });
  });
}

function sortedIn<H extends Ordered>(
  context: Context,
  builder: Builder,
  values: readonly H[],
  order: Order,
): H[] {
  const [model] = checkAlike(context, values as readonly Element[]);
  const options = sortOptions(model, order);
  if (values[0] instanceof StringHandle) {
    const { type } = values[0] as StringHandle<AnyText>;
    const texts = values.map((value) => textOperand(builder, value as StringHandle<AnyText>, context, type));
    return sortTexts(builder, texts, options).map((text) =>
      textHandle(context, text, type),
    ) as Ordered[] as H[];
  }
  const items = values.map((value) => ({ key: digitsIn(value, context).blocks, value: [] }));
  return sortByKey(builder, items, options).map(({ key }) =>
    handleLike(context, model, key),
  ) as Ordered[] as H[];
}

/**
 * The same values in the order of others, their keys. Values whose keys are equal come in no particular order.
 *
 * @throws RangeError if there are not as many keys as values, and as `checkElements` for both.
 */
export function sortedBy<H extends Element>(
  context: Context,
  values: readonly H[],
  keys: readonly Element[],
  order: Order = {},
): H[] {
  const [model] = checkElements(context, keys);
  const radixes = keys.map((key) => digitsIn(key, context).blocks);
  return inOrderOf(context, values, radixes, sortOptions(model, order));
}

/** What a random order is made from; `keyBits`, `collisionProbability` and `attackerAdvantage` exclude each other. */
export interface ShuffleOptions extends RandomOptions {
  /** Number of bits of the random keys to sort by, which whole digits hold. */
  readonly keyBits?: number | undefined;
  /** With which probability two keys may be equal, so that the order is not quite random: 2^-40 unless given. */
  readonly collisionProbability?: number | undefined;
  /**
   * How much more often than from a quite random order somebody can guess where values went: what succeeds there with a
   * probability p succeeds here with at most (1 + advantage)·p. (TFHE-rs: `AttackerAdvantage`.)
   */
  readonly attackerAdvantage?: number | undefined;
  /**
   * How many places the attacker sees and guesses, all together; any number of them unless given, for which keys are
   * longer. It goes with `attackerAdvantage`.
   */
  readonly revealed?: number | undefined;
}

/**
 * The same values in a random order, which nobody knows: sorted by random keys, which a seed gives. (TFHE-rs:
 * `bitonic_shuffle`. From the same seed it has the same keys, but may not leave values of equal keys in the same order.)
 *
 * @throws RangeError for options out of range, TypeError for options that exclude each other, and as `checkElements`.
 */
export function shuffled<H extends Element>(
  context: Context,
  values: readonly H[],
  options: ShuffleOptions = {},
): H[] {
  checkElements(context, values);
  checkOptions(options, SHUFFLE_OPTIONS);
  const size = messageBits(context.evaluator.parameters);
  const digits = Math.ceil(shuffleKeyBits(values.length, options) / size);
  return build(context, () => {
    const keys = randomRadices(context, options.seed, values.length, digits * size);
    return inOrderOf(context, values, keys, {});
  });
}

/** Number of bits of the keys to shuffle some values by. Throws as `shuffled`. */
export function shuffleKeyBits(length: number, options: ShuffleOptions): number {
  const { keyBits, collisionProbability, attackerAdvantage, revealed } = options;
  const given = Object.entries({ keyBits, collisionProbability, attackerAdvantage });
  const names = given.filter(([, value]) => value !== undefined).map(([name]) => name);
  if (names.length > 1) throw new TypeError(`${names.join(" and ")} exclude each other`);
  if (attackerAdvantage !== undefined) return advantageKeyBits(length, attackerAdvantage, revealed);
  if (revealed !== undefined) throw new TypeError("revealed goes with attackerAdvantage");
  if (keyBits !== undefined) {
    checkNumber("keyBits", keyBits);
    if (Number.isInteger(keyBits) && keyBits >= 1 && keyBits <= MOST_KEY_BITS) return keyBits;
    throw new RangeError(`keyBits is ${keyBits}; expected an integer from 1 to ${MOST_KEY_BITS}`);
  }
  const { collisionProbability: probability = COLLISION_PROBABILITY } = options;
  if (!(checkNumber("collisionProbability", probability) >= 2 ** -MOST_KEY_BITS && probability < 1)) {
    throw new RangeError(
      `collisionProbability is ${probability}; expected a number from 2^-${MOST_KEY_BITS} to 1`,
    );
  }
  // Of n keys, n²/2 pairs may be equal, each with a probability of 2^-bits.
  return Math.max(1, Math.ceil(2 * Math.log2(length) - 1 - Math.log2(probability)));
}

/** Number of bits with which an attacker has no more than an advantage. (TFHE-rs: `AttackerAdvantage::num_bits_of_keys`.) */
function advantageKeyBits(length: number, advantage: number, revealed: number | undefined): number {
  if (!(checkNumber("attackerAdvantage", advantage) >= 2 ** -MOST_KEY_BITS && advantage < Infinity)) {
    throw new RangeError(`attackerAdvantage is ${advantage}; expected a number from 2^-${MOST_KEY_BITS}`);
  }
  if (revealed !== undefined && !(Number.isInteger(checkNumber("revealed", revealed)) && revealed >= 1)) {
    throw new RangeError(`revealed is ${revealed}; expected a positive integer`);
  }
  // The bounds hold from so many bits on.
  const least = Math.ceil(Math.log2(128 * length ** 2));
  const worst = Math.ceil(Math.log2(length ** 2 / advantage));
  // For few places among many, the advantage is at most 7.3·revealed·n / 2^bits.
  const few = revealed !== undefined && length >= 8 && revealed <= Math.floor(length / 4);
  const finer = few ? Math.ceil(Math.log2((7.3 * revealed * length) / advantage)) : worst;
  return Math.max(least, Math.min(finer, worst));
}

function inOrderOf<H extends Element>(
  context: Context,
  values: readonly H[],
  keys: readonly Radix[],
  options: SortOptions,
): H[] {
  const [model] = checkElements(context, values);
  if (keys.length !== values.length) {
    throw new RangeError(`${values.length} values cannot be sorted by ${keys.length} keys`);
  }
  const items = values.map((value, i) => ({ key: keys[i], value: digitsIn(value, context).blocks }));
  return build(context, (builder) =>
    sortByKey(builder, items, options).map(({ value }) => handleLike(context, model, value)),
  );
}

function sortOptions(key: Element, order: Order): SortOptions {
  const { descending = false } = checkOptions(order, ORDER);
  return {
    signed: key instanceof IntegerHandle && key.signed,
    descending: checkFlag("descending", descending),
  };
}
