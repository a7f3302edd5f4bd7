/*
 * What users get of this library has no value in JavaScript, which takes any object for a number or a text, lets
 * everybody call constructors and take methods off their objects, and wraps objects in proxies. All this is refused here,
 * in plain words, for all classes.
 */

/** What users are told of the objects of a class. */
export interface Nature {
  /** The name of the class, whatever a bundler makes of it in the code. */
  readonly name: string;
  /** What one is, with its article. */
  readonly noun: string;
  /** How users come by one. */
  readonly source: string;
  /** What to do in place of taking one for a number or a text. */
  readonly instead: string;
  /** What to do in place of writing one as JSON. */
  readonly written: string;
}

/** Where a class has its nature: the same symbol in all copies of the library that a program has loaded. */
const NATURE: symbol = Symbol.for("tacet.nature");

/** What the library calls constructors with, and nobody else. */
export const PERMIT: unique symbol = Symbol("permit");
export type Permit = typeof PERMIT;

/**
 * Base of the classes whose objects the library alone makes. `instanceof` holds for these objects and not for a Proxy of
 * one, since nothing can be done with that.
 */
export abstract class Opaque {
  readonly #made = true;

  /** @throws TypeError for everybody but the library. */
  protected constructor(permit: Permit) {
    if (permit === PERMIT) return;
    const { name, source } = natureOf(this);
    throw new TypeError(`${name} is not constructed with new: ${source}`);
  }

  static {
    Object.defineProperty(Opaque, Symbol.hasInstance, {
      value(this: OpaqueClass, value: unknown): boolean {
        if (typeof value !== "object" || value === null || !(#made in value)) return false;
        return Function.prototype[Symbol.hasInstance].call(this, value);
      },
    });
  }

  /** What `a > b`, `a + 1` and `a == 1` call. @throws TypeError that says what to call instead. */
  valueOf(): never {
    const { noun, instead } = natureOf(this);
    throw new TypeError(`${noun} has no value in JavaScript: ${instead}`);
  }

  /** What a template calls; `console.log` does without. @throws TypeError as `valueOf`. */
  toString(): never {
    return Opaque.prototype.valueOf.call(this);
  }

  /** What `JSON.stringify` calls. @throws TypeError that says what to do instead. */
  toJSON(): never {
    const { noun, written } = natureOf(this);
    throw new TypeError(`${noun} cannot be written as JSON: ${written}`);
  }
}

// To print `%s`, Node.js calls `toString` if it looks like one of the user's own, and inspects the object otherwise.
Object.defineProperty(Opaque.prototype, "constructor", { value: Object });

/**
 * To be called by each class for itself: says what its objects are, as far as they are not what those of the class above
 * are. Its methods are then methods of these alone.
 *
 * @throws TypeError, in the methods, for what they are called on that is no such object; as a rejection if they are
 *   asynchronous.
 */
export function introduce(Class: OpaqueClass, own: Partial<Nature> & Pick<Nature, "name">): void {
  const { prototype } = Class;
  const nature = { ...natureOf(prototype), ...own };
  for (const key of Reflect.ownKeys(prototype)) {
    if (key === "constructor") continue;
    const property = Object.getOwnPropertyDescriptor(prototype, key) as PropertyDescriptor;
    const name = `${nature.name}.${typeof key === "symbol" ? `[${key.description}]` : key}`;
    const where = `on a value of type ${nature.name}`;
    if (property.get !== undefined)
      property.get = bound(Class, property.get, `${name} is to be read ${where}`);
    else property.value = bound(Class, property.value, `${name} is to be called ${where}`);
    Object.defineProperty(prototype, key, property);
  }
  Object.defineProperty(prototype, NATURE, { value: nature });
  // Without the module that messages name it with.
  Object.defineProperty(Class, "name", { value: own.name.replace(/^.*\./, ""), configurable: true });
}

type OpaqueClass = (abstract new (...args: never) => Opaque) | { readonly prototype: Opaque };
type Method = (this: unknown, ...args: unknown[]) => unknown;

const AsyncFunction: unknown = Object.getPrototypeOf(async () => {});

/** A method for the objects of a class alone. */
function bound(Class: OpaqueClass, method: Method, expected: string): Method {
  // Where a bundler has rewritten asynchronous functions, they look like all others.
  const isAsync = AsyncFunction !== Function.prototype && Object.getPrototypeOf(method) === AsyncFunction;
  const isOne = (value: unknown): boolean => value instanceof (Class as abstract new () => Opaque);
  const checked: Method = function (this: unknown, ...args) {
    if (isOne(this)) return Reflect.apply(method, this, args);
    const error = new TypeError(`${expected}, not on ${describe(this)}`);
    if (isAsync) return Promise.reject(error);
    throw error;
  };
  for (const key of ["name", "length"] as const) {
    Object.defineProperty(checked, key, { value: method[key], configurable: true });
  }
  return checked;
}

const NO_NATURE: Nature = {
  name: "This class",
  noun: "this object",
  source: "the library makes its objects",
  instead: "serialize() gives its bytes",
  written: "serialize() gives its bytes",
};

function natureOf(value: unknown): Nature {
  return (value as { [NATURE]?: Nature } | null)?.[NATURE as never] ?? NO_NATURE;
}

/** Whether a value is, or looks like, an object of one of the classes, of whichever copy of the library. */
export function hasNature(value: unknown): boolean {
  return natureOf(value) !== NO_NATURE;
}

/** Names a value's type without showing the value. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "function") return describeFunction(value);
  if (typeof value !== "object") return `a ${typeof value}`;
  const nature = natureOf(value);
  if (nature !== NO_NATURE) return describeOpaque(value, nature);
  if (typeof (value as { then?: unknown }).then === "function") return "a Promise, which is to be awaited";
  const { name } = (value as { constructor?: { name?: unknown } }).constructor ?? {};
  return typeof name === "string" && name !== "" ? `a value of type ${name}` : "an object";
}

/** Shows a value that is no secret. */
export function describeSetting(value: unknown): string {
  if (value === undefined) return "missing";
  if (typeof value === "string") return JSON.stringify(value);
  return typeof value === "number" ? String(value) : describe(value);
}

function describeFunction({ prototype }: { readonly prototype?: unknown }): string {
  const nature = natureOf(prototype);
  return nature === NO_NATURE ? "a function" : `the class ${nature.name}`;
}

function describeOpaque(value: object, { name }: Nature): string {
  if (value instanceof Opaque) return `a value of type ${name}`;
  const derived = Object.prototype.isPrototypeOf.call(Opaque.prototype, value);
  if (derived) return `a Proxy of a value of type ${name}, or something else that only looks like one`;
  return `a value of type ${name} of another copy of Tacet: the program has loaded the library twice`;
}
