import { ConstantError } from "../errors.ts";
import type { EqualSlot, LikeSlot, OrderSlot, Plan, Slot, TableSlot } from "../plan/plan.ts";
import { type Folding, fold } from "../schema/folding.ts";
import { ordinalOf } from "../schema/ordinal.ts";
import type { ColumnType, TextType } from "../schema/types.ts";
import { type Accepted, characterFlags } from "./characters.ts";
import { type Constants, nameOf } from "./constants.ts";
import { bytesOf, digitsOf } from "./digits.ts";
import { hashDigits } from "./hash.ts";
import { holder } from "./outcome.ts";
import {
  anchoredLength,
  type Pattern,
  type PatternCharacter,
  type PatternShape,
  parsePattern,
  shapeOf,
} from "./shape.ts";

/** What the client has encrypted: vectors of flags, 0 or 1, in the order of the layout. */
export interface EncodedQuery {
  readonly vectors: readonly Uint8Array[];
  /** Of the patterns of LIKE: public. */
  readonly shapes: readonly PatternShape[];
}

/**
 * Encodes the constants of a query.
 *
 * @param salt for hashes: public, and drawn for each query.
 * @throws ConstantError for constants that do not fit what they are compared with.
 */
export function encodeQuery(
  plan: Plan,
  constants: Constants,
  salt: Uint8Array,
  folding: Folding,
): EncodedQuery {
  const encoder = new Encoder(constants, salt, folding);
  const vectors = plan.slots.flatMap((slot) => encoder.encode(slot, plan.values[slot.value]!.type));
  return { vectors, shapes: encoder.shapes };
}

class Encoder {
  readonly shapes: PatternShape[] = [];
  readonly #constants: Constants;
  readonly #salt: Uint8Array;
  readonly #folding: Folding;

  constructor(constants: Constants, salt: Uint8Array, folding: Folding) {
    this.#constants = constants;
    this.#salt = salt;
    this.#folding = folding;
  }

  encode(slot: Slot, type: ColumnType): Uint8Array[] {
    switch (slot.kind) {
      case "table":
        return [this.#table(slot, type)];
      case "equal":
        return this.#equal(slot, type);
      case "order":
        return this.#order(slot, type);
      case "null":
        return [Uint8Array.from(slot.holds, Number)];
      case "like":
        return this.#like(slot, type as TextType);
    }
  }

  #table({ size, atNull, condition }: TableSlot, type: ColumnType): Uint8Array {
    const holds = holder(condition, type, this.#constants, this.#folding);
    const codes = atNull === "secret" ? size + 1 : size;
    return Uint8Array.from({ length: codes }, (_, code) =>
      Number(holds(code === size ? null : BigInt(code))),
    );
  }

  #equal(slot: EqualSlot, type: ColumnType): Uint8Array[] {
    const { sizes, wanted, constant, same, hashed } = slot;
    const all = (value: boolean) => sizes.map((size) => new Uint8Array(size).fill(Number(value)));
    const text = this.#constants.textOf(constant);
    if (text === null && !same) return all(wanted.unknown);
    let digits: readonly number[];
    if (text === null) digits = hashDigits(null, this.#salt, sizes.length);
    else {
      const code = this.#codeOf(text, slot, type);
      if (code === undefined) return all(!wanted.positive);
      digits = hashed
        ? hashDigits(String(code), this.#salt, sizes.length)
        : digitsOf(code as bigint, sizes.length);
    }
    return sizes.map((size, index) => {
      const flags = new Uint8Array(size).fill(Number(!wanted.positive));
      flags[digits[index]!] = Number(wanted.positive);
      return flags;
    });
  }

  /** What is equal to a constant: a code, or a text; `undefined` if nothing of the column is. */
  #codeOf(text: string, { constant }: EqualSlot, type: ColumnType): bigint | string | undefined {
    if (ordinalOf(type) === undefined) return text;
    const position = this.#constants.position(text, type, constant)!;
    return position.exact ? position.floor : undefined;
  }

  #order({ sizes, constant, equality, wanted }: OrderSlot, type: ColumnType): Uint8Array[] {
    const text = this.#constants.textOf(constant);
    if (text === null) return orderAlways(sizes, wanted.unknown);
    if (type.type === "text") {
      const { digits, longer } = bytesOf(text, sizes.length);
      return orderFlags(sizes, digits, equality || longer, wanted.positive);
    }
    const { floor, exact } = this.#constants.position(text, type, constant)!;
    if (floor < 0n) return orderAlways(sizes, !wanted.positive);
    return orderFlags(sizes, digitsOf(floor, sizes.length), equality || !exact, wanted.positive);
  }

  #like(slot: LikeSlot, type: TextType): Uint8Array[] {
    const text = this.#constants.textOf(slot.pattern);
    if (text === null) {
      this.shapes.push({ kind: "null" });
      return [];
    }
    const pattern = parsePattern(slot.insensitive ? fold(text, this.#folding) : text, slot.escaping);
    const shape = this.#shapeOf(pattern, slot, type);
    this.shapes.push(shape);
    const flags =
      shape.kind === "anchored"
        ? anchoredFlags(pattern, type)
        : pattern.parts.flat().flatMap((character) => characterFlags(accept(character), type, false));
    if (!slot.wanted.positive)
      for (const vector of flags) for (const index of vector.keys()) vector[index]! ^= 1;
    return flags;
  }

  #shapeOf(pattern: Pattern, { pattern: expression }: LikeSlot, type: TextType): PatternShape {
    try {
      return shapeOf(pattern, type);
    } catch (error) {
      throw error instanceof ConstantError
        ? new ConstantError(`${nameOf(expression)}: ${error.message}`)
        : error;
    }
  }
}

/** Flags of digits for what holds of all values, or of none. */
function orderAlways(sizes: readonly number[], value: boolean): Uint8Array[] {
  const flags = sizes.flatMap((size) => [new Uint8Array(size), new Uint8Array(size)]).slice(0, -1);
  flags[0]!.fill(Number(value));
  return flags;
}

/** Flags for the values before some digits (and those digits themselves, if `inclusive`), or for all others. */
function orderFlags(
  sizes: readonly number[],
  digits: readonly number[],
  inclusive: boolean,
  positive: boolean,
): Uint8Array[] {
  const vectors = sizes.flatMap((size, index) => {
    const digit = digits[index]!;
    const last = index === sizes.length - 1;
    const decides = (value: number) => {
      if (value === digit) return last && inclusive === positive;
      return value < digit === positive;
    };
    const before = Uint8Array.from({ length: size }, (_, value) => Number(decides(value)));
    const equal = Uint8Array.from({ length: size }, (_, value) => Number(value === digit));
    return [before, equal];
  });
  return vectors.slice(0, -1);
}

function accept(character: PatternCharacter): Accepted {
  return character === undefined ? "any" : { character };
}

/** Flags for both ends of texts, each as far as is told of them, and for their lengths. */
function anchoredFlags({ parts }: Pattern, type: TextType): Uint8Array[] {
  const [start, end] = parts as readonly [readonly PatternCharacter[], (readonly PatternCharacter[])?];
  const fromEnd = (end ?? start).toReversed();
  const places = Array.from({ length: anchoredLength(type) }, (_, place) => place);
  const flagsAt = (part: readonly PatternCharacter[]) =>
    places.flatMap((place) => {
      const accepted = place < part.length ? accept(part[place]) : "anything";
      return characterFlags(accepted, type, true);
    });
  const least = start.length + (end?.length ?? 0);
  const lengths = Uint8Array.from({ length: type.length + 1 }, (_, length) =>
    Number(end === undefined ? length === least : length >= least),
  );
  return [...flagsAt(start), ...flagsAt(fromEnd), lengths];
}
