/*
 * The types of encrypted values and their names, which are those of TFHE-rs.
 */

/** Numbers of bits that integers come in. */
export const WIDTHS = [
  2, 4, 6, 8, 10, 12, 14, 16, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112, 120, 128, 136, 144, 152, 160,
  168, 176, 184, 192, 200, 208, 216, 224, 232, 240, 248, 256, 512, 1024, 2048,
] as const;

/** Number of bits of an integer type. */
export type Width = (typeof WIDTHS)[number];

/** A type of encrypted integers. */
export type IntegerType = `FheUint${Width}` | `FheInt${Width}`;

/** A type of encrypted texts. TFHE-rs has the first alone; its bytes are those of both. */
export type TextType = "FheAsciiString" | "FheUtf8String";

/** A type of encrypted values. */
export type CiphertextType = "FheBool" | IntegerType | TextType;

/** What a type's values are. */
export interface Shape {
  readonly kind: "boolean" | "unsigned" | "signed" | "string";
  /** Number of bits; 1 for booleans; for strings, those of a character. */
  readonly bits: number;
}

/** What the values of each type are. */
export const SHAPES: Readonly<Record<CiphertextType, Shape>> = Object.freeze(
  Object.fromEntries([
    ["FheBool", { kind: "boolean", bits: 1 }],
    ...WIDTHS.map((bits) => [`FheUint${bits}`, { kind: "unsigned", bits }]),
    ...WIDTHS.map((bits) => [`FheInt${bits}`, { kind: "signed", bits }]),
    ["FheAsciiString", { kind: "string", bits: 8 }],
    ["FheUtf8String", { kind: "string", bits: 8 }],
  ]) as Record<CiphertextType, Shape>,
);

/**
 * Number of blocks of a value of a type, whose blocks have `messageBits` bits each; of a character of a string. A fraction
 * if they do not fit.
 */
export function blocksOfType(type: CiphertextType, messageBits: number): number {
  const { kind, bits } = SHAPES[type];
  return kind === "boolean" ? 1 : bits / messageBits;
}

/** What `make` makes of each type, when it is first asked for. */
export function forEachType<T>(make: (type: CiphertextType) => T): (type: CiphertextType) => T {
  const made = new Map<CiphertextType, T>();
  return (type) => {
    const known = made.get(type) ?? make(type);
    made.set(type, known);
    return known;
  };
}
