import { inputTypes } from "../types.ts";
import { noCounterpart } from "./no-clear-counterpart.ts";

/** A type of integers, which stands for the library's of the same name. */
export interface ClearIntegerType {
  readonly name: string;
  readonly width: number;
  readonly signed: boolean;
}

/** The type of truth values, which stands for the library's. */
export interface ClearBoolType {
  readonly name: "FheBool";
}

export type ClearType = ClearIntegerType | ClearBoolType;

export const FheBool: ClearBoolType = maker({ name: "FheBool" });

/** The types that programs name, under their names. */
export const clearTypes: Readonly<Record<string, ClearType>> = Object.fromEntries(
  inputTypes.map(({ type, kind, bits }) => [
    type,
    kind === "boolean" ? FheBool : maker({ name: type, width: bits, signed: kind === "signed" }),
  ]),
);

/** The type of integers of a name. */
export function integerTypeNamed(name: string): ClearIntegerType {
  return checkIntegerType(clearTypes[name]);
}

/** @throws TypeError for what is no type of integers. */
export function checkIntegerType(type: unknown): ClearIntegerType {
  const found = Object.values(clearTypes).find((one) => one === type);
  if (found !== undefined && "width" in found) return found;
  throw new TypeError("expected a type of integers, such as FheUint8");
}

/** A type that names itself, and owns up to what it cannot do. */
function maker<T extends ClearType>(type: T): T {
  return new Proxy(Object.freeze(type), {
    get(target, key): unknown {
      if (typeof key === "symbol" || key in target) return Reflect.get(target, key);
      throw noCounterpart(`${type.name}.${key}`);
    },
  });
}
