import { type Form, kindOf } from "../forms.ts";
import { ARRAYS } from "./arrays.ts";
import { BOOLEANS } from "./booleans.ts";
import { ENGINE } from "./engine.ts";
import { INTEGERS } from "./integers.ts";
import type { Operations, Signature } from "./signature.ts";
import { STORES } from "./stores.ts";
import { TEXTS } from "./texts.ts";

/**
 * All operations that there are in programs: what they take, what they give, and how they are carried out. Tracing, checking,
 * estimating and running follow from it.
 */
export const CATALOGUE: Readonly<
  Record<"integer" | "boolean" | "text" | "engine" | "array" | "store", Operations>
> = {
  integer: INTEGERS,
  boolean: BOOLEANS,
  text: TEXTS,
  engine: ENGINE,
  array: ARRAYS,
  store: STORES,
};

const FREE: ReadonlyMap<string, Signature> = new Map(
  [ENGINE, ARRAYS, STORES].flatMap((operations) => Object.entries(operations)),
);
const METHODS: Readonly<Record<"integer" | "boolean" | "text", ReadonlyMap<string, Signature>>> = {
  integer: new Map(Object.entries(INTEGERS)),
  boolean: new Map(Object.entries(BOOLEANS)),
  text: new Map(Object.entries(TEXTS)),
};

/** The signature of an operation that is no method of a value. */
export function freeSignature(op: string): Signature | undefined {
  return FREE.get(op);
}

/** The signature of a method of a value, if values of its type have it. */
export function methodSignature(op: string, { type }: Form): Signature | undefined {
  return METHODS[kindOf(type)].get(op);
}

/** Whether values of any type have a method of a name. */
export function isMethod(op: string): boolean {
  return Object.values(METHODS).some((methods) => methods.has(op));
}
