import { ClearHandle } from "./handle.ts";
import { ClearInteger, type Integer, integerOf } from "./integer.ts";
import { type ClearIntegerType, checkIntegerType, FheAsciiString } from "./maker.ts";
import { ClearText, unitsIn } from "./text.ts";

type Operand = ClearBool | boolean;
type Choice = ClearInteger | Integer | Operand;
type Words = ClearText | string;

/** A truth value with the operations of the library's `BoolHandle`. */
export class ClearBool extends ClearHandle {
  readonly clear: boolean;

  constructor(value: boolean) {
    super();
    this.clear = value;
  }

  get type(): string {
    return "FheBool";
  }

  and(other: Operand): ClearBool {
    const right = booleanOf(other);
    return new ClearBool(this.clear && right);
  }

  or(other: Operand): ClearBool {
    const right = booleanOf(other);
    return new ClearBool(this.clear || right);
  }

  xor(other: Operand): ClearBool {
    return new ClearBool(this.clear !== booleanOf(other));
  }

  not(): ClearBool {
    return new ClearBool(!this.clear);
  }

  eq(other: Operand): ClearBool {
    return new ClearBool(this.clear === booleanOf(other));
  }

  ne(other: Operand): ClearBool {
    return this.xor(other);
  }

  select(whenTrue: Choice | Words, whenFalse: Choice | Words, type?: ClearIntegerType): ClearHandle {
    const both = [whenTrue, whenFalse];
    const [first, second] = areTexts(both) ? textsOfOneType(both) : ofOneType(both as Choice[], type);
    return (this.clear ? first : second)!;
  }

  ifThenZero(value: ClearHandle): ClearHandle {
    if (!(value instanceof ClearHandle)) throw new TypeError("expected an encrypted value");
    if (value instanceof ClearText) throw new TypeError("expected an integer or a truth value");
    if (this.clear) return value;
    return value instanceof ClearInteger ? new ClearInteger(value.of, 0n) : new ClearBool(false);
  }

  flip(first: Choice, second: Choice): ClearHandle[] {
    const both = ofOneType([first, second]);
    return this.clear ? both.reverse() : both;
  }

  cast(type: ClearIntegerType): ClearInteger {
    return new ClearInteger(checkIntegerType(type), BigInt(this.clear));
  }
}

/** What is to be a truth value. @throws TypeError for what is not. */
export function booleanOf(value: unknown): boolean {
  if (value instanceof ClearBool) return value.clear;
  if (typeof value === "boolean") return value;
  throw new TypeError("expected a truth value");
}

/** Whether a choice is between texts: one of them is encrypted, or all are clear. */
function areTexts(values: readonly unknown[]): boolean {
  return (
    values.some((value) => value instanceof ClearText) || values.every((value) => typeof value === "string")
  );
}

/** Texts of the type of the first one that is encrypted, else in ASCII. */
function textsOfOneType(values: readonly unknown[]): ClearHandle[] {
  const type = values.find((value) => value instanceof ClearText)?.of ?? FheAsciiString;
  return values.map((value) => new ClearText(type, unitsIn(type, value)));
}

/** Values as handles of one type: that of the first handle among them, unless it is given. */
function ofOneType(values: readonly Choice[], type?: ClearIntegerType): ClearHandle[] {
  const model =
    type === undefined ? values.find((value) => value instanceof ClearHandle) : checkIntegerType(type);
  if (
    model instanceof ClearBool ||
    (type === undefined && values.every((value) => typeof value === "boolean"))
  ) {
    return values.map((value) => new ClearBool(booleanOf(value)));
  }
  if (model === undefined)
    throw new TypeError("between clear integers, the type of the result has to be given");
  const format = model instanceof ClearInteger ? model.of : (model as ClearIntegerType);
  return values.map((value) => new ClearInteger(format, integerOf(format, value as ClearInteger)));
}
