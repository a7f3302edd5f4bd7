import { ClearHandle } from "./handle.ts";
import { ClearInteger, type Integer, integerOf } from "./integer.ts";
import { type ClearIntegerType, checkIntegerType } from "./maker.ts";

type Operand = ClearBool | boolean;
type Choice = ClearInteger | Integer | Operand;

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

  select(whenTrue: Choice, whenFalse: Choice, type?: ClearIntegerType): ClearHandle {
    const [first, second] = ofOneType([whenTrue, whenFalse], type);
    return (this.clear ? first : second)!;
  }

  ifThenZero(value: ClearHandle): ClearHandle {
    if (!(value instanceof ClearHandle)) throw new TypeError("expected an encrypted value");
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
