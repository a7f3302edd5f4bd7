import { describe, hasNature } from "./opaque.ts";

/** The names of all options of a kind. */
export type OptionNames<T extends object> = { readonly [Name in keyof Required<T>]: true };

/**
 * Options that a user has given. An unknown name is refused where the names are given: a limit whose name is misspelt
 * would not be one.
 *
 * @throws TypeError if they are none, or have an unknown name.
 */
export function checkOptions<T extends object>(options: T, names?: OptionNames<T>): T {
  if (!isPlain(options)) throw new TypeError(`expected an object of options, not ${describe(options)}`);
  const unknown = names && Object.keys(options).find((name) => !Object.hasOwn(names, name));
  if (unknown === undefined) return options;
  throw new TypeError(`there is no option ${unknown}; there are ${Object.keys(names ?? {}).join(", ")}`);
}

/** Whether a value is an object that may hold options: no array, Map, Promise, AbortSignal, key or ciphertext. */
function isPlain(value: unknown): boolean {
  const kind = Object.prototype.toString.call(value);
  return typeof value === "object" && /Object|Module/.test(kind) && !hasNature(value);
}

/** A user's object of some kind. @throws TypeError if it is none. */
export function checkObject<T extends object>(name: string, kind: string, value: T): T {
  if (isPlain(value)) return value;
  throw new TypeError(`${name} is an object ${kind}, not ${describe(value)}`);
}

/** A user's set of parameters. @throws TypeError if it is none. */
export function checkParameterObject<T extends object>(name: string, parameters: T): T {
  return checkObject(name, "such as DEFAULT_PARAMETERS", parameters);
}

/** A user's function. @throws TypeError if it is none. */
export function checkFunction<T extends (...args: never) => unknown>(name: string, value: T): T {
  if (typeof value !== "function") throw new TypeError(`${name} is a function, not ${describe(value)}`);
  return value;
}

/** A user's option that is a boolean. @throws TypeError if it is none. */
export function checkFlag(name: string, value: boolean): boolean {
  if (typeof value !== "boolean") throw new TypeError(`${name} is a boolean, not ${describe(value)}`);
  return value;
}

/** A user's option that is a number. @throws TypeError if it is none. */
export function checkNumber(name: string, value: number): number {
  if (typeof value !== "number") throw new TypeError(`${name} is a number, not ${describe(value)}`);
  return value;
}
