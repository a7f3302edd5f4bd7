import { evaluateStep } from "./clear.ts";
import { type Arg, formatOf, isInteger, isText, type Ref, refsIn, type TypeName } from "./program.ts";
import type { Call, Maker, Scope, Weighted } from "./scope.ts";
import { costOf } from "./text-sizes.ts";

/** Calls whose graphs grow with the square of the width. */
const HEAVY = new Set(["div", "rem", "divRem", "mulDiv", "overflowingMul", "mul"]);
/** Rotations of a call with texts. */
const MOST_ROTATIONS = 100;
const MOST_HEAVY_BITS: Readonly<Record<string, number>> = { mul: 24, overflowingMul: 16 };

/** Calls on an integer. */
function onInteger(
  make: (scope: Scope, self: Ref, type: TypeName) => [method: string, ...args: Arg[]],
): Maker {
  return (scope) => {
    const self = scope.integer();
    if (self === undefined) return undefined;
    const [method, ...args] = make(scope, self, scope.typeOf(self));
    return { target: self, method, args };
  };
}

function onFlag(make: (scope: Scope) => [method: string, ...args: Arg[]] | undefined): Maker {
  return (scope) => {
    const self = scope.flag();
    const call = self && make(scope);
    return call && { target: self, method: call[0], args: call.slice(1) };
  };
}

const isFlag = (type: TypeName): boolean => formatOf(type).boolean;

/** A small weight: a clear integer that fits a type. */
const weights = (scope: Scope, count: number, type: TypeName): Arg[] =>
  Array.from({ length: count }, () => scope.constant(type));

const amount = (scope: Scope, type: TypeName): Arg => {
  const unsigned = scope.random.chance(0.2)
    ? scope.some((other) => isInteger(other) && !formatOf(other).signed && formatOf(other).width <= 8)
    : undefined;
  const small = formatOf(type).width <= 16;
  return (small ? unsigned : undefined) ?? BigInt(scope.random.below(formatOf(type).width + 1));
};

const tableOf = (scope: Scope, from: TypeName, to: TypeName): Arg => {
  const keys = new Set(Array.from({ length: scope.random.between(1, 6) }, () => scope.constant(from)));
  return [...keys].map((key) => [key, scope.constant(to)]);
};

/** Clear keys that differ, with a value each. */
const entries = (scope: Scope, keys: TypeName, values: TypeName): Arg => {
  const different = new Set(Array.from({ length: scope.random.between(1, 4) }, () => scope.constant(keys)));
  return [...different].map((key) => [key, scope.operand(values, 0.5)]);
};

/** A use of a store with some value's type as its keys'. */
const useOfStore: Maker = (scope) => {
  const small = (type: TypeName): boolean => isInteger(type) && formatOf(type).width <= 16;
  const [key, other] = scope.several(2, small).toReversed();
  if (key === undefined) return undefined;
  const keys = scope.typeOf(key);
  const values = scope.type();
  const args: Arg[] = [keys, values, entries(scope, keys, values), key];
  const method = scope.random.pick(["found", "updated", "mapped"]);
  if (method !== "found") args.push(scope.operand(values, 0.5), other ?? key);
  return { target: "engine", method, args };
};

/** The calls that programs are made of. */
export const MAKERS: readonly Weighted[] = [
  [
    12,
    onInteger((scope, _, type) => [
      scope.random.pick(["add", "sub", "add", "and", "or", "xor", "min", "max"]),
      scope.operand(type),
    ]),
  ],
  [9, onInteger((scope, _, type) => ["mul", scope.operand(type, 0.8)])],
  [3, onInteger((scope) => [scope.random.pick(["neg", "not", "reverseBits", "overflowingNeg"])])],
  [
    8,
    onInteger((scope, _, type) => [
      scope.random.pick(["eq", "ne", "lt", "le", "gt", "ge"]),
      scope.operand(type),
    ]),
  ],
  [
    4,
    onInteger((scope, _, type) => [
      scope.random.pick(["overflowingAdd", "overflowingSub", "overflowingMul"]),
      scope.operand(type),
    ]),
  ],
  [
    2,
    onInteger((scope, _, type) => {
      const divisor = scope.operand(type, 0.7);
      return [scope.random.pick(["div", "rem", "divRem"]), divisor === 0n ? 1n : divisor];
    }),
  ],
  [1, onInteger((scope, _, type) => ["mulDiv", scope.operand(type), scope.constant(type) || 1n])],
  [
    8,
    onInteger((scope, _, type) => [
      scope.random.pick(["shl", "shr", "shr", "rotl", "rotr"]),
      amount(scope, type),
    ]),
  ],
  [
    3,
    onInteger((scope, _, type) => {
      const ends = [
        scope.random.below(formatOf(type).width + 1),
        scope.random.below(formatOf(type).width + 1),
      ];
      return ["bitSlice", Math.min(...ends), Math.max(...ends)];
    }),
  ],
  [
    3,
    onInteger((scope) => [
      scope.random.pick([
        ...["countOnes", "countZeros", "leadingZeros", "leadingOnes", "trailingZeros", "trailingOnes"],
        ...["ilog2", "checkedIlog2"],
      ]),
    ]),
  ],
  [
    2,
    onInteger((scope, _, type) => [formatOf(type).signed ? "abs" : scope.random.pick(["isEven", "isOdd"])]),
  ],
  [9, onInteger((scope) => ["cast", scope.random.chance(0.1) ? "FheBool" : scope.type()])],
  [
    2,
    onInteger((scope, _, type) => {
      const to = scope.type();
      const table = tableOf(scope, type, to);
      return scope.random.chance(0.5)
        ? ["matchValue", table, to]
        : ["matchValueOr", table, scope.constant(to), to];
    }),
  ],
  [
    6,
    onFlag((scope) => [scope.random.pick(["and", "or", "xor", "eq", "ne"]), scope.operand("FheBool", 0.2)]),
  ],
  [2, onFlag(() => ["not"])],
  [6, onFlag((scope) => ["cast", scope.type()])],
  [
    8,
    onFlag((scope) => {
      const type = scope.type();
      const [a, b] = [scope.operand(type, 0.5), scope.operand(type, 0.5)];
      const clear = typeof a !== "object" && typeof b !== "object";
      return clear ? ["select", a, b, type] : ["select", a, b];
    }),
  ],
  [1, onFlag((scope) => ["select", scope.operand("FheBool", 0.4), scope.operand("FheBool", 0.4)])],
  [2, onFlag((scope) => ["ifThenZero", (scope.random.chance(0.8) && scope.integer()) || scope.flag()!])],
  [
    2,
    onFlag((scope) => {
      const first = scope.integer();
      if (first === undefined) return undefined;
      const both: Arg[] = [first, scope.operand(scope.typeOf(first), 0.4)];
      return ["flip", ...(scope.random.chance(0.5) ? both : both.reverse())];
    }),
  ],
  [
    5,
    (scope) => {
      const values = scope.several(6, isInteger);
      return values.length === 0 ? undefined : { target: "engine", method: "sum", args: [values] };
    },
  ],
  [
    4,
    (scope) => {
      const flags = scope.random.chance(0.5);
      const values = scope.several(6, flags ? isFlag : isInteger);
      if (values.length === 0) return undefined;
      const type = flags ? scope.type() : scope.typeOf(values[0]);
      const args: Arg[] = [values, weights(scope, values.length, type)];
      return { target: "engine", method: "dotProduct", args: flags ? [...args, type] : args };
    },
  ],
  [
    1,
    (scope) => {
      const values = scope.several(4, (type) => formatOf(type).width <= 16);
      if (values.length === 0) return undefined;
      const options = { descending: scope.random.chance(0.5) };
      return scope.random.chance(0.5)
        ? { target: "engine", method: "sort", args: [values, options] }
        : { target: values, method: "sort", args: [options] };
    },
  ],
  [
    2,
    (scope) => {
      const values = scope.several(4, isInteger);
      if (values.length === 0) return undefined;
      const type = scope.typeOf(values[0]);
      const each = (): Arg => values.map(() => scope.operand(type));
      const [method, ...args] = scope.random.pick<() => [string, ...Arg[]]>([
        () => [scope.random.pick(["sum", "smallest", "largest"])],
        () => ["dotProduct", weights(scope, values.length, type)],
        () => ["equals", each()],
        () => [scope.random.pick(["contains", "indexOf"]), scope.operand(type)],
        () => ["containsSlice", [scope.operand(type), scope.operand(type)].slice(0, values.length)],
        () => [
          scope.random.pick(["add", "lt", "max", "and", "xor"]),
          scope.random.chance(0.5) ? each() : scope.operand(type),
        ],
      ])();
      return { target: values, method, args };
    },
  ],
  [2, useOfStore],
  [
    1,
    (scope) => {
      const elements = scope.several(6, (type) => isInteger(type) && formatOf(type).width <= 16);
      if (elements.length === 0) return undefined;
      const length = scope.random.pick([1, 2, 3].filter((columns) => elements.length % columns === 0));
      const method = scope.random.pick(["sum", "smallest", "largest"]);
      const args = [elements, length, method, scope.random.below(2)];
      return { target: "engine", method: "alongLines", args };
    },
  ],
  [
    2,
    (scope) => {
      const values = scope.several(6, isFlag);
      if (values.length === 0) return undefined;
      const [method, ...args] = scope.random.pick<() => [string, ...Arg[]]>([
        () => [scope.random.pick(["all", "any"])],
        () => [scope.random.pick(["contains", "indexOf"]), scope.operand("FheBool")],
        () => [scope.random.pick(["and", "xor"]), scope.operand("FheBool")],
      ])();
      return { target: values, method, args };
    },
  ],
];

/** Whether a call would make a graph that takes more time than it finds faults. */
export function isTooLarge({ target, method, args }: Call, scope: Scope): boolean {
  const refs = [...refsIn(target), ...args.flatMap(refsIn)];
  if (refs.some((ref) => isText(scope.find(ref).type))) {
    return costOf({ target, method, args }, (id) => scope.find(id).size) > MOST_ROTATIONS;
  }
  const { width } = formatOf(scope.find(refs[0]).type);
  if (!HEAVY.has(method)) return false;
  return width > (MOST_HEAVY_BITS[method] ?? 8) && !scope.random.chance(0.02);
}

/** Whether a call gives values of a type that blocks do not make up. */
export function isImpossible(call: Call, scope: Scope): boolean {
  const bits = Number(scope.parameters[0]);
  const results = evaluateStep(call, (id) => scope.find(id));
  return results.some(({ type }) => isInteger(type) && formatOf(type).width % bits !== 0);
}
