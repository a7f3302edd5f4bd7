import {
  type BoolHandle,
  type Engine,
  FheAsciiString,
  FheBool,
  FheInt8,
  FheInt12,
  FheInt64,
  FheUint4,
  FheUint8,
  FheUint16,
  FheUtf8String,
  type UintHandle,
} from "tacet";
import { compile } from "tacet/regex";
import type { Compute, Given } from "./both-ways.ts";

const METHODS = [
  "bitSlice",
  "mulDiv",
  "abs",
  "cast",
  "matchValue",
  "matchValueOr",
  "select",
  "flip",
  "repeat",
  "matches",
  "not",
] as const;

/** Numbers from a seed. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 to before a bound. */
  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }

  chance(of: number): boolean {
    return this.below(1000) < 1000 * of;
  }
}

/** Any handle: what everybody knows of it, and its methods. */
type Any = {
  readonly type: string;
  readonly width: number;
  readonly signed: boolean;
  readonly size: number;
} & Record<(typeof METHODS)[number], (...args: readonly unknown[]) => unknown>;
type Call = (scope: Scope) => unknown;

const INTEGERS = [FheUint4, FheUint8, FheUint16, FheInt8, FheInt12, FheInt64] as const;
const WORDS = ["", "a", "b", "ab", "abc", ", ", "ba", "AB c"] as const;
const PATTERNS = [/a.*b$/i, /^[ab]+/, /(?:ab|c)\b/, /é|a/u] as const;
const MOST_SIZE = 10;

/** What a program may name so far, and what it picks of that. Only what everybody knows of values decides. */
class Scope {
  readonly random: Random;
  readonly engine: Engine;
  readonly values: Any[];

  constructor(random: Random, engine: Engine, values: readonly unknown[]) {
    this.random = random;
    this.engine = engine;
    this.values = [...values] as Any[];
  }

  some(accepts: (value: Any) => boolean): Any {
    return this.random.pick(this.values.filter(accepts));
  }

  get integer(): Any {
    return this.some(({ type }) => /^Fhe(?:Uint|Int)/.test(type));
  }

  get small(): Any {
    return this.some(({ type, width }) => /^Fhe(?:Uint|Int)/.test(type) && width <= 16);
  }

  get unsigned(): Any {
    return this.some(({ type, width }) => /^FheUint/.test(type) && width <= 16);
  }

  get flag(): Any {
    return this.some(({ type }) => type === "FheBool");
  }

  get text(): Any {
    return this.some(({ type, size }) => /String$/.test(type) && size <= MOST_SIZE);
  }

  /** Values of the type of another one. */
  like(model: Any, count: number): Any[] {
    return Array.from({ length: count }, () =>
      this.some(({ type, size }) => type === model.type && !(size > MOST_SIZE)),
    );
  }

  clear(model: Any): never {
    const { type } = model;
    if (type === "FheBool") return this.random.chance(0.5) as never;
    if (type.endsWith("String")) return this.random.pick(WORDS) as never;
    return this.number(model.width as number, model.signed) as never;
  }

  number(width: number, signed: boolean): bigint {
    const bits = this.random.pick([1, 2, width >> 1, width]);
    const value = BigInt(this.random.below(2 ** Math.min(32, bits))) - (signed ? 1n : 0n);
    return signed ? BigInt.asIntN(width, value) : BigInt.asUintN(width, value);
  }

  operand(model: Any): never {
    return (this.random.chance(0.5) ? this.like(model, 1)[0] : this.clear(model)) as never;
  }

  table(model: Any, value: () => unknown): never {
    const keys = new Set(
      Array.from({ length: 1 + this.random.below(4) }, () => this.clear(model) as unknown),
    );
    return [...keys].map((key) => [key, value()]) as never;
  }
}

const method =
  (self: (scope: Scope) => Any, names: string, ...args: ((scope: Scope, self: Any) => unknown)[]): Call =>
  (scope) => {
    const on = self(scope);
    const name = scope.random.pick(names.split(" "));
    const given = args.map((argument) => argument(scope, on));
    return (on as unknown as Record<string, (...args: unknown[]) => unknown>)[name](...given);
  };

const operand = (scope: Scope, self: Any): unknown => scope.operand(self);
const nonZero = (scope: Scope, self: Any): unknown => {
  const clear = scope.clear(self) as bigint;
  return scope.random.chance(0.3) ? scope.like(self, 1)[0] : clear === 0n ? 1n : clear;
};
const amount = (scope: Scope): unknown =>
  scope.random.chance(0.5) ? scope.unsigned : scope.random.below(20);
const integerType = (scope: Scope): unknown => scope.random.pick(INTEGERS);
const count = (scope: Scope): unknown => scope.random.below(4);
/** Not a value that is computed: of one that turns out to be the same always, the library makes shorter texts. */
const times = (scope: Scope): unknown =>
  scope.random.chance(0.3) ? scope.values[scope.random.below(2)] : scope.random.below(4);
const likeOptions = (scope: Scope): unknown =>
  scope.random.pick([
    undefined,
    {},
    { escape: "!" },
    { ignoreCase: true },
    { escape: "", ignoreCase: false },
  ]);

const integer = (scope: Scope): Any => scope.integer;
const small = (scope: Scope): Any => scope.small;
const flag = (scope: Scope): Any => scope.flag;
const text = (scope: Scope): Any => scope.text;

/** Values as the compiler is to take them: what they are, the library says. */
const integers = (values: readonly Any[]): UintHandle<8>[] => values as unknown as UintHandle<8>[];
const flags = (values: readonly Any[]): BoolHandle[] => values as unknown as BoolHandle[];

const CALLS: readonly Call[] = [
  method(integer, "add sub and or xor min max", operand),
  method(integer, "eq ne lt le gt ge", operand),
  method(integer, "neg not reverseBits overflowingNeg isEven isOdd"),
  method(integer, "overflowingAdd overflowingSub", operand),
  method(small, "mul overflowingMul", operand),
  method(small, "div rem divRem", nonZero),
  method(integer, "shl shr rotl rotr", amount),
  method(integer, "countOnes leadingZeros trailingOnes ilog2 checkedIlog2"),
  method(integer, "cast", (scope) => scope.random.pick([...INTEGERS, FheBool])),
  (scope) => {
    const self = scope.integer;
    const [start, end] = [scope.random.below(9), scope.random.below(9)].sort((a, b) => a - b);
    const fits = [start, end].map((bit) => Math.min(bit, self.width));
    return scope.random.chance(0.3) ? self.bitSlice(fits[0]) : self.bitSlice(fits[0], fits[1]);
  },
  (scope) => scope.small.mulDiv(scope.random.below(4), 1 + scope.random.below(3)),
  (scope) => {
    const self = scope.integer;
    return self.signed ? self.abs() : self.cast(FheInt8);
  },
  (scope) => {
    const self = scope.random.pick([scope.integer, scope.text]);
    const to = scope.random.pick(INTEGERS);
    return self.matchValue(
      scope.table(self, () => scope.number(to.width, to.signed)),
      to as never,
    );
  },
  (scope) => {
    const self = scope.random.pick([scope.integer, scope.text]);
    const to = scope.random.pick([FheAsciiString, FheUtf8String]);
    return self.matchValueOr(
      scope.table(self, () => scope.random.pick(WORDS)),
      scope.random.pick(WORDS),
      to as typeof FheAsciiString,
    );
  },
  method(flag, "and or xor eq ne", operand),
  method(flag, "not"),
  method(flag, "cast", integerType),
  (scope) => {
    const model = scope.random.pick([scope.integer, scope.flag, scope.text]);
    const values = [scope.like(model, 1)[0], scope.operand(model)];
    return scope.flag.select(...((scope.random.chance(0.5) ? values : values.reverse()) as [never, never]));
  },
  (scope) => {
    const type = scope.random.pick(INTEGERS);
    const values = [scope.number(type.width, type.signed), scope.number(type.width, type.signed)];
    return scope.flag.select(values[0], values[1], type as typeof FheUint8);
  },
  method(flag, "ifThenZero", (scope) => scope.random.pick([scope.integer, scope.flag])),
  (scope) => {
    const model = scope.random.pick([scope.integer, scope.flag]);
    const values = [scope.like(model, 1)[0], scope.operand(model)];
    return scope.flag.flip(...((scope.random.chance(0.5) ? values : values.reverse()) as [never, never]));
  },
  method(text, "eq ne lt le gt ge eqIgnoreCase contains startsWith endsWith indexOf lastIndexOf", operand),
  method(text, "length isEmpty toLowerCase toUpperCase trim trimStart trimEnd"),
  method(text, "concat stripPrefix stripSuffix splitOnce splitOnceFromEnd", operand),
  method(text, "replaceAll replace", operand, operand),
  method(text, "replaceUpTo", operand, operand, times),
  method(text, "repeat", count),
  (scope) => scope.text.repeat(scope.unsigned, scope.random.below(4)),
  method(text, "splitWhiteSpace", count),
  method(text, "split", operand, count, (scope) =>
    scope.random.pick([
      undefined,
      { fromEnd: true },
      { pieces: scope.random.below(4) },
      { pieces: scope.unsigned },
      { separators: "behind" },
      { separators: "inside", fromEnd: false },
    ]),
  ),
  method(text, "like isPatternOf", operand, likeOptions),
  (scope) => {
    const self = scope.text;
    const own = scope.random.pick(PATTERNS);
    return self.matches(compile(own, { flags: self.type === "FheUtf8String" ? "u" : own.flags }));
  },
  (scope) => {
    const values = scope.like(scope.integer, 1 + scope.random.below(4));
    return scope.engine.sum(integers(values));
  },
  (scope) => {
    const values = scope.like(scope.integer, 1 + scope.random.below(3));
    return scope.engine.dotProduct(
      integers(values),
      values.map((one) => scope.clear(one)),
    );
  },
  (scope) => {
    const model = scope.random.pick([scope.small, scope.flag, scope.text]);
    const values = scope.like(model, 1 + scope.random.below(3));
    const order = scope.random.pick([undefined, {}, { descending: true }]);
    return scope.engine[scope.random.pick(["sort", "unique"] as const)](integers(values), order);
  },
  (scope) => {
    const values = scope.like(scope.random.pick([scope.small, scope.flag]), 1 + scope.random.below(3));
    return scope.engine.shuffle(integers(values), { seed: BigInt(scope.random.below(99)), keyBits: 8 });
  },
  (scope) =>
    scope.engine.random(scope.random.pick(INTEGERS) as typeof FheUint8, {
      seed: BigInt(scope.random.below(9)),
      bits: 3,
    }),
  (scope) => {
    const values = scope.like(scope.small, 2 * (1 + scope.random.below(2)));
    const array = scope.engine.array(integers(values), [values.length / 2, 2]);
    const name = scope.random.pick([
      "add",
      "lt",
      "max",
      "contains",
      "indexOf",
      "smallest",
      "largest",
      "sort",
      "sum",
      "neg",
    ]);
    const argument = ["smallest", "largest", "sum"].includes(name)
      ? scope.random.pick([undefined, 0, 1])
      : ["neg", "sort"].includes(name)
        ? undefined
        : scope.operand(values[0]);
    return (array as unknown as Record<string, (argument?: unknown) => unknown>)[name](argument);
  },
  (scope) => {
    const array = scope.engine.array(flags(scope.like(scope.flag, 3)));
    return [
      array.all(),
      array.any(),
      array.firstIndexWhere((one) => one.not()),
      array.equals([true, ...flags([scope.flag]), false]),
    ];
  },
  (scope) => {
    const [key, other] = scope.like(scope.small, 2);
    const value = scope.small;
    const store = scope.engine.keyValueStore(typeOf(key), typeOf(value));
    for (let i = 0; i < 3; i++) store.insert(scope.clear(key), scope.operand(value));
    const found = store.update(key as never, scope.operand(value));
    return [found, store.get(other as never), store.containsValue(scope.operand(value))];
  },
];

function typeOf({ width, signed }: Any): typeof FheUint8 {
  const found = INTEGERS.find((type) => type.width === width && type.signed === signed);
  return (found ?? FheUint8) as typeof FheUint8;
}

/** A program that a seed stands for: the same calls on handles of whichever kind. */
export function randomProgram(seed: number, calls: number): Compute {
  return (given: Given, engine: Engine) => {
    const scope = new Scope(new Random(seed), engine, Object.values(given));
    const results: unknown[] = [];
    for (let i = 0; i < calls; i++) {
      const made = flat(scope.random.pick(CALLS)(scope)).filter((one) => !(one.size > 3 * MOST_SIZE));
      scope.values.push(...made);
      results.push(...made);
    }
    // Some results are given out, and some are only steps on the way.
    return results.filter((_, i) => i % 2 === 0 || i > results.length - 4);
  };
}

function flat(made: unknown): Any[] {
  if (typeof made !== "object" || made === null || !(Symbol.iterator in made)) return [made as Any];
  return [...(made as Iterable<unknown>)].flatMap(flat);
}
