/** Number of bits of the integers that programs take. */
type Bits = 8 | 16 | 32 | 64 | 128;

/** The type of an input, under the library's name for it. */
export type InputType = "FheBool" | `FheUint${Bits}` | `FheInt${Bits}`;

/** What a type's values are outside encryption, as the library decrypts them: `bigint` beyond 32 bits, text for a text. */
export type ClearValue = boolean | number | bigint | string;

/** What the values of a type are. */
export interface InputShape {
  readonly type: InputType;
  readonly kind: "boolean" | "unsigned" | "signed";
  /** Number of bits; 1 for booleans. */
  readonly bits: number;
}

/** The types that inputs have, in the order in which a person would look for them. */
export const inputTypes: readonly InputShape[] = [
  { type: "FheBool", kind: "boolean", bits: 1 },
  ...([8, 16, 32, 64, 128] as const).map(
    (bits): InputShape => ({ type: `FheUint${bits}`, kind: "unsigned", bits }),
  ),
  ...([8, 16, 32, 64, 128] as const).map(
    (bits): InputShape => ({ type: `FheInt${bits}`, kind: "signed", bits }),
  ),
];

/** What the values of a type are. */
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
