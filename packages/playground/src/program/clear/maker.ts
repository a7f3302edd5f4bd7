import { inputTypes } from "../types.ts";
import { noCounterpart } from "./no-clear-counterpart.ts";

/** A type of integers, which stands for the library's of the same name. */
export interface ClearIntegerType {
  readonly name: string;
  readonly width: number;
  readonly signed: boolean;
}

/** A type of texts, which stands for the library's of the same name. */
export interface ClearTextType {
  readonly name: "FheAsciiString" | "FheUtf8String";
  readonly units: "characters" | "bytes";
}

/** The type of truth values, which stands for the library's. */
export interface ClearBoolType {
  readonly name: "FheBool";
}

export type ClearType = ClearIntegerType | ClearTextType | ClearBoolType;

export const FheBool: ClearBoolType = maker({ name: "FheBool" });
export const FheAsciiString: ClearTextType = maker({ name: "FheAsciiString", units: "characters" });
export const FheUtf8String: ClearTextType = maker({ name: "FheUtf8String", units: "bytes" });

/** The types that programs name, under their names. */
export const clearTypes: Readonly<Record<string, ClearType>> = Object.fromEntries(
  inputTypes.map((shape) => {
    if (shape.kind === "boolean") return [shape.type, FheBool];
    if (shape.kind === "text") {
      return [shape.type, shape.type === "FheAsciiString" ? FheAsciiString : FheUtf8String];
    }
    const { type: name, bits: width, kind } = shape;
    return [name, maker({ name, width, signed: kind === "signed" })];
  }),
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

/** Whether something is a type of texts. */
export function isTextType(type: unknown): type is ClearTextType {
  return type === FheAsciiString || type === FheUtf8String;
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
