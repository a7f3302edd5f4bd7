/** Number of bits of the integers that programs take. */
type Bits = 8 | 16 | 32 | 64 | 128;

/** The types of integers that inputs have. */
export type IntegerInputType = `FheUint${Bits}` | `FheInt${Bits}`;

/** The types of texts that inputs have. */
export type TextInputType = "FheAsciiString" | "FheUtf8String";

/** The type of an input, under the library's name for it. */
export type InputType = "FheBool" | IntegerInputType | TextInputType;

/** What a type's values are outside encryption, as the library decrypts them: `bigint` beyond 32 bits, text for a text. */
export type ClearValue = boolean | number | bigint | string;

/** What the values of a type of integers are. */
export interface IntegerShape {
  readonly type: IntegerInputType;
  readonly kind: "unsigned" | "signed";
  readonly bits: Bits;
}

/** What the values of a type of texts are made of. */
export interface TextShape {
  readonly type: TextInputType;
  readonly kind: "text";
  readonly units: "characters" | "bytes";
}

/** What the values of a type are. */
export type InputShape = { readonly type: "FheBool"; readonly kind: "boolean" } | IntegerShape | TextShape;

/** The types of integers among them. */
export const integerTypes: readonly IntegerShape[] = [
  ...([8, 16, 32, 64, 128] as const).map(
    (bits): IntegerShape => ({ type: `FheUint${bits}`, kind: "unsigned", bits }),
  ),
  ...([8, 16, 32, 64, 128] as const).map(
    (bits): IntegerShape => ({ type: `FheInt${bits}`, kind: "signed", bits }),
  ),
];

/** The types that inputs have, in the order in which a person would look for them. */
export const inputTypes: readonly InputShape[] = [
  { type: "FheBool", kind: "boolean" },
  ...integerTypes,
  { type: "FheAsciiString", kind: "text", units: "characters" },
  { type: "FheUtf8String", kind: "text", units: "bytes" },
];

/** What the values of a type are. */
export function shapeOf(type: IntegerInputType): IntegerShape;
export function shapeOf(type: TextInputType): TextShape;
export function shapeOf(type: InputType): InputShape;
export function shapeOf(type: InputType): InputShape {
  return inputTypes.find((shape) => shape.type === type)!;
}

/** A value that a program computes on. */
export interface Input {
  /** The name under which the program has it. */
  readonly name: string;
  readonly type: InputType;
  readonly value: ClearValue;
}

/** What a visitor writes: the body of a function, or a single expression, on some inputs. */
export interface Program {
  readonly inputs: readonly Input[];
  readonly text: string;
}
