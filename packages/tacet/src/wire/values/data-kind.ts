import {
  type Codec,
  mapped,
  nothing,
  struct,
  union,
  type Variant,
  vector,
  versioned,
} from "../bincode/codec.ts";
import { bool, u32, u64 } from "../bincode/primitives.ts";
import { blocksOfType, type CiphertextType, SHAPES } from "../core/types.ts";

/* What the values of lists are. */

interface Kinds {
  /** Number of blocks. */
  unsigned: number;
  /** Number of blocks. */
  signed: number;
  boolean: null;
  string: { characters: number; padded: boolean };
}

/** What a value of a list is: TFHE-rs's `DataKind`. */
export type DataKind = Variant<Kinds>;

/** Number of bits of a character of a string. */
export const CHARACTER_BITS = 7;

/** Number of blocks of a value. */
export function blocksOfKind(data: DataKind, messageModulus: number): number {
  switch (data.kind) {
    case "boolean":
      return 1;
    case "string":
      return data.value.characters * Math.ceil(CHARACTER_BITS / Math.log2(messageModulus));
    default:
      return data.value;
  }
}

/** Number of blocks of all values of a list. */
export function blocksOfKinds(kinds: readonly DataKind[], messageModulus: number): number {
  return kinds.reduce((sum, kind) => sum + blocksOfKind(kind, messageModulus), 0);
}

/** Most values of a list. */
const MOST_VALUES = 2 ** 20;

const blockNumber: Codec<number> = mapped(
  u64,
  (blocks, fail) => (blocks === 0 ? fail("value of no blocks") : blocks),
  (blocks) => blocks,
);

const anyKind = union<Kinds>({
  unsigned: blockNumber,
  signed: blockNumber,
  boolean: nothing,
  string: struct({ characters: u32, padded: bool }),
});

/** `DataKind`s. Their first layout allowed for values of no blocks. */
export const dataKinds: Codec<DataKind[]> = vector(versioned(1, anyKind, { 0: anyKind }), MOST_VALUES);

/** The type of a value; `null` for one that there is none for. */
export function typeOfKind(data: DataKind, messageModulus: number): CiphertextType | null {
  if (data.kind === "string") return hasWholeCharacters(messageModulus) ? "FheAsciiString" : null;
  const bits = blocksOfKind(data, messageModulus) * Math.log2(messageModulus);
  const names = { boolean: "FheBool", unsigned: `FheUint${bits}`, signed: `FheInt${bits}` };
  const name = names[data.kind];
  return Object.hasOwn(SHAPES, name) ? (name as CiphertextType) : null;
}

/** Whether characters have as many blocks in lists as elsewhere: there they have 7 bits, elsewhere 8. */
function hasWholeCharacters(messageModulus: number): boolean {
  const bits = Math.log2(messageModulus);
  return Math.ceil(CHARACTER_BITS / bits) === SHAPES.FheAsciiString.bits / bits;
}

/** What a value of a type is, which has so many blocks; for text, which may be padded. */
export function kindOfType(
  type: CiphertextType,
  blocks: number,
  messageModulus: number,
  padded = false,
): DataKind {
  const { kind } = SHAPES[type];
  if (kind === "boolean") return { kind, value: null };
  if (kind !== "string") return { kind, value: blocks };
  return { kind, value: { characters: blocks / blocksOfType(type, Math.log2(messageModulus)), padded } };
}
