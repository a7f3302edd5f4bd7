import { combine, dual, type Truth } from "../engine/job.ts";
import { DataError, StaleSchemaError } from "../errors.ts";
import type { LikeSlot, Plan, Slot } from "../plan/plan.ts";
import { ordinalOf } from "../schema/ordinal.ts";
import type { ColumnType, TextType } from "../schema/types.ts";
import { characterDigits, characterSizes } from "./characters.ts";
import { bytesOf, digitsOf } from "./digits.ts";
import { hashDigits } from "./hash.ts";
import { layoutOf, shapesBySlot } from "./layout.ts";
import { anchoredLength, type PatternShape } from "./shape.ts";

/** Tells which flags say whether a slot holds for a value of its column, `null` for NULL. */
export type SlotTruth = (value: string | null) => Truth;

/**
 * For each slot of a plan, what tells of values.
 *
 * @throws DataError when it is called with a value that the schema rules out.
 */
export function slotTruths(plan: Plan, shapes: readonly PatternShape[], salt: Uint8Array): SlotTruth[] {
  const { offsets, first } = layoutOf(plan, shapes);
  const patterns = shapesBySlot(plan, shapes);
  return plan.slots.map((slot, index) => {
    const { type } = plan.values[slot.value]!;
    const own = offsets.slice(first[index]!, first[index + 1] ?? offsets.length);
    const tell = truthOf(slot, type, own, patterns[index], salt);
    const known = new Map<string, Truth>();
    return (value) => {
      if (value === null) return atNull(slot, own, tell);
      let truth = known.get(value);
      if (truth === undefined) {
        truth = tell(value);
        known.set(value, truth);
      }
      return truth;
    };
  });
}

function atNull(slot: Slot, offsets: readonly number[], tell: SlotTruth): Truth {
  if (slot.atNull !== "secret") return slot.atNull;
  return slot.kind === "table" ? offsets[0]! + slot.size : tell(null);
}

function truthOf(
  slot: Slot,
  type: ColumnType,
  offsets: readonly number[],
  shape: PatternShape | undefined,
  salt: Uint8Array,
): SlotTruth {
  const picks = (digits: readonly number[]) => digits.map((digit, index) => offsets[index]! + digit);
  switch (slot.kind) {
    case "table":
      return (value) => offsets[0]! + Number(codeOf(value!, type));
    case "equal": {
      const count = slot.sizes.length;
      const kind = slot.wanted.positive ? "all" : "any";
      const digits = slot.hashed
        ? (value: string | null) => hashDigits(value === null ? null : hashedText(value, type), salt, count)
        : (value: string | null) => digitsOf(codeOf(value!, type), count);
      return (value) => combine(kind, picks(digits(value)));
    }
    case "order":
      return (value) => {
        const digits = orderDigits(value!, type, slot.sizes.length);
        const before = digits.map((digit, index) => offsets[2 * index]! + digit);
        const equal = digits.slice(0, -1).map((digit, index) => offsets[2 * index + 1]! + digit);
        return before.length === 1 ? before[0]! : { kind: "order", before, equal };
      };
    case "null":
      return (value) => offsets[0]! + (value === null ? 1 : 0);
    case "like":
      return likeTruth(slot, type as TextType, offsets, shape!);
  }
}

function codeOf(value: string, type: ColumnType): bigint {
  const code = ordinalOf(type)!.codeOf(value);
  if (code === undefined && type.type === "dictionary") {
    throw new StaleSchemaError("a dictionary has got another value");
  }
  if (code === undefined)
    throw new DataError(`a column of type ${type.type} has a value that its schema rules out`);
  return code;
}

function hashedText(value: string, type: ColumnType): string {
  return ordinalOf(type) === undefined ? value : String(codeOf(value, type));
}

function orderDigits(value: string, type: ColumnType, count: number): readonly number[] {
  if (type.type !== "text") return digitsOf(codeOf(value, type), count);
  charactersOf(value, type);
  return bytesOf(value, count).digits;
}

/** The characters of a text. @throws DataError if there are too many, or others than the schema allows. */
function charactersOf(value: string, { length, alphabet }: TextType): string[] {
  const characters = [...value];
  if (characters.length > length)
    throw new DataError(`a text has more than the ${length} characters of its schema`);
  if (alphabet === "ascii" && characters.some((character) => character >= "\x80")) {
    throw new DataError("a text has other characters than ASCII, which its schema rules out");
  }
  return characters;
}

function likeTruth(
  slot: LikeSlot,
  type: TextType,
  offsets: readonly number[],
  shape: PatternShape,
): SlotTruth {
  if (shape.kind === "null") return () => slot.wanted.unknown;
  const tell = shape.kind === "anchored" ? anchoredTruth(type, offsets) : insideTruth(type, offsets, shape);
  return (value) => {
    const truth = tell(charactersOf(value!, type));
    return slot.wanted.positive ? truth : dual(truth);
  };
}

type CharactersTruth = (characters: readonly string[]) => Truth;

function anchoredTruth(type: TextType, offsets: readonly number[]): CharactersTruth {
  const places = anchoredLength(type);
  const digits = characterSizes(type, true).length;
  return (characters) => {
    const ends = [characters, characters.toReversed()].flatMap((ordered, side) =>
      Array.from({ length: places }, (_, place) =>
        characterDigits(ordered[place], type).map(
          (digit, index) => offsets[(side * places + place) * digits + index]! + digit,
        ),
      ).flat(),
    );
    return combine("all", [...ends, offsets.at(-1)! + characters.length]);
  };
}

/** Where the parts of a pattern are in a text: the parts inside in order, and none over another. */
function insideTruth(
  type: TextType,
  offsets: readonly number[],
  { start, middle, end }: Extract<PatternShape, { kind: "inside" }>,
): CharactersTruth {
  const digits = characterSizes(type, false).length;
  const least = [start, ...middle, end].reduce((sum, length) => sum + length, 0);
  const windows = new Map<string, Truth>();
  /** Whether some characters are the part of the pattern that begins at a character of it. */
  const window = (characters: readonly string[], part: number): Truth => {
    const key = `${part}:${characters.join("")}`;
    const known = windows.get(key);
    if (known !== undefined) return known;
    const picks = characters.flatMap((character, index) =>
      characterDigits(character, type).map(
        (digit, place) => offsets[(part + index) * digits + place]! + digit,
      ),
    );
    const truth = combine("all", picks);
    windows.set(key, truth);
    return truth;
  };
  return (characters) => {
    if (characters.length < least) return false;
    const last = characters.length - end;
    // reach[e]: whether the parts so far can end by place e.
    let reach = new Array<Truth>(last + 1).fill(false).fill(true, start);
    let part = start;
    for (const length of middle) {
      const next = new Array<Truth>(last + 1).fill(false);
      const ways: Truth[] = [];
      const isLast = part + length + end === least;
      for (let place = start + length; place <= last; place++) {
        ways.push(
          combine("all", [reach[place - length]!, window(characters.slice(place - length, place), part)]),
        );
        if (!isLast || place === last) next[place] = combine("any", ways);
      }
      reach = next;
      part += length;
    }
    return combine("all", [
      window(characters.slice(0, start), 0),
      reach[last]!,
      window(characters.slice(last), part),
    ]);
  };
}
