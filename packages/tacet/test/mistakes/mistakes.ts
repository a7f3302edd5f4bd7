type Kind =
  | "undefined"
  | "null"
  | "number"
  | "string"
  | "bigint"
  | "boolean"
  | "symbol"
  | "plain object"
  | "array"
  | "function"
  | "Date"
  | "Map"
  | "Buffer"
  | "another library's object"
  | "a Promise of the right thing"
  | "a class"
  | "a Proxy of the right thing"
  | "what inherits from the right thing";

/** What JavaScript programmers pass in place of something: kinds of mistakes, made of what would be right. */
export const MISTAKES: Readonly<Record<Kind, (right: unknown) => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  number: () => 3,
  string: () => "3",
  bigint: () => 3n,
  boolean: () => true,
  symbol: () => Symbol("3"),
  "plain object": () => ({}),
  array: () => [],
  function: () => () => 3,
  Date: () => new Date(3),
  Map: () => new Map(),
  Buffer: () => Buffer.from("3"),
  "another library's object": () => new Foreign(),
  "a Promise of the right thing": (right: unknown) => Promise.resolve(right),
  "a class": (right: unknown) => (isObject(right) ? (right.constructor as unknown) : Foreign),
  "a Proxy of the right thing": (right: unknown) => (isObject(right) ? new Proxy(right, {}) : undefined),
  "what inherits from the right thing": (right: unknown) =>
    isObject(right) ? Object.create(right) : undefined,
};
export type Mistake = Kind | "one of another copy" | "one of another engine" | "misspelt" | "nothing";

/** An object that looks like those of the library. */
class Foreign {
  readonly type = "FheUint8";
  readonly width = 8;
  readonly signed = false;
  readonly shape = [2];
  readonly parameters = {};
  readonly tag = new Uint8Array(0);
  readonly #key = {};
  readonly #content = {};
  readonly #context = {};
  readonly #held = {};
  serialize(): unknown {
    return [this.#key, this.#content, this.#context, this.#held];
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** What the library may say of a mistake: not JavaScript's own words, nor what is undefined inside it. */
export const FOREIGN_WORDS: RegExp = new RegExp(
  [
    "private (member|field|method)|must be an instance|Receiver",
    "is not iterable|is not a function|is not a constructor|is not defined|is not extensible",
    "Cannot (read|set|destructure|convert|mix|access|assign|perform|define|delete|create)",
    "Class constructor|Reduce of|Invalid (array|typed|time|string|count)|[Mm]aximum call|circular structure",
    "not (un)?(detached|shared)|incompatible receiver",
    "\\[object|#|(?<!not |not on )\\b(undefined|null)\\b|(?<!is )NaN\\b",
  ].join("|"),
);
