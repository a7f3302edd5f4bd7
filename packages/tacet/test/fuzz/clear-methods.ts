import {
  type Clear,
  type Expression,
  type Format,
  formatOf,
  isInteger,
  type Options,
  type TypeName,
  type Word,
  wrapTo,
} from "./program.ts";

/** A program that says something that nobody may say: of another type, out of range, already disposed of. */
export class Invalid extends Error {
  override readonly name = "Invalid";
}

/** A clear value and its type. */
export interface Typed {
  readonly type: TypeName;
  readonly value: Clear;
}

/** What operands are once they have been looked up. */
export type Operand =
  | Typed
  | bigint
  | boolean
  | number
  | TypeName
  | Word
  | Expression
  | Options
  | readonly Operand[];

/** What a method gives, on plain values. Written apart from the library, after what its docs say. */
export type Meaning = (self: readonly Typed[], args: readonly Operand[]) => readonly Typed[];

const BOOL = "FheBool";
const COUNT = "FheUint32";

export function isTyped(operand: unknown): operand is Typed {
  return typeof operand === "object" && operand !== null && "value" in operand;
}

export function kindOf(type: TypeName): Format["kind"] {
  return formatOf(type).kind;
}

export function demand(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new Invalid(otherwise);
}

/** Checks that a clear value is one of a type. */
export function fitting<T extends Clear>(type: TypeName, value: T): T {
  const fits = {
    boolean: () => typeof value === "boolean",
    integer: () => typeof value === "bigint" && wrapTo(type, value) === value,
    text: () => typeof value === "string" && [...value].every((one) => one > "\0" && one < "\x80"),
  };
  demand(fits[kindOf(type)](), "a clear value does not fit");
  return value;
}

/** An operand that is to be of a type, encrypted or clear; 0 stands for what is not known. */
export function like(type: TypeName, operand: Operand): bigint {
  if (!isTyped(operand)) return BigInt(fitting(type, operand as bigint | boolean));
  demand(operand.type === type && kindOf(type) !== "text", "an operand has another type");
  return BigInt(operand.value ?? 0n);
}

function integerType(operand: Operand): TypeName {
  demand(typeof operand === "string" && isInteger(operand), "expected a type of integers");
  return operand as TypeName;
}

const int = (type: TypeName, value: bigint): Typed => ({ type, value: wrapTo(type, value) });
const bool = (value: boolean): Typed => ({ type: BOOL, value });
const count = (value: number): Typed => ({ type: COUNT, value: BigInt(value) });

/** The value of a type, made of an integer or a truth value as an integer. */
const of = (type: TypeName, value: bigint): Typed =>
  formatOf(type).boolean ? bool(value !== 0n) : int(type, value);

type Binary = (a: bigint, b: bigint, type: TypeName) => readonly Typed[];

/** A method of an integer with an operand of its type. */
function binary(operation: Binary): Meaning {
  return ([self], args) => {
    demand(args.length === 1, "expected one operand");
    return operation(BigInt(self.value ?? 0n), like(self.type, args[0]), self.type);
  };
}

const arithmetic = (operation: (a: bigint, b: bigint) => bigint): Meaning =>
  binary((a, b, type) => [int(type, operation(a, b))]);
const comparison = (holds: (a: bigint, b: bigint) => boolean): Meaning =>
  binary((a, b) => [bool(holds(a, b))]);
const overflowing = (operation: (a: bigint, b: bigint) => bigint): Meaning =>
  binary((a, b, type) => {
    const exact = operation(a, b);
    return [int(type, exact), bool(exact !== wrapTo(type, exact))];
  });

/** A method of an integer without operands; the integer also as its bits, the highest first. */
const unary =
  (operation: (a: bigint, type: TypeName, bits: string) => readonly Typed[]): Meaning =>
  ([{ type, value }]) => {
    const { width } = formatOf(type);
    const a = BigInt(value ?? 0n);
    return operation(a, type, BigInt.asUintN(width, a).toString(2).padStart(width, "0"));
  };

const runOf = (text: string, bit: string): Typed[] => [count(text.match(new RegExp(`^${bit}*`))![0].length)];
const backwards = (text: string): string => [...text].reverse().join("");
const ones = (text: string): number => text.replaceAll("0", "").length;

function divide(a: bigint, b: bigint, type: TypeName): [quotient: bigint, remainder: bigint] {
  if (b !== 0n) return [a / b, a % b];
  return [a < 0n ? 1n : -1n + (formatOf(type).signed ? 0n : 1n << BigInt(formatOf(type).width)), a];
}

/** A quotient or remainder; a clear divisor is not 0. */
function division(results: (quotient: bigint, remainder: bigint) => readonly bigint[]): Meaning {
  const meaning = binary((a, b, type) => results(...divide(a, b, type)).map((value) => int(type, value)));
  return (self, args) => {
    demand(args[0] !== 0n, "a clear divisor is not 0");
    return meaning(self, args);
  };
}

type Move = (a: bigint, places: bigint, type: TypeName) => bigint;

/** A shift or rotation by a clear number of bits, or an encrypted one of any unsigned type. */
function movement(move: Move, turns: boolean): Meaning {
  return ([{ type, value }], [amount]) => {
    const { width } = formatOf(type);
    let places: bigint;
    if (isTyped(amount)) {
      const { signed } = formatOf(amount.type);
      demand(isInteger(amount.type) && !signed, "an amount is unsigned");
      places = BigInt(amount.value ?? 0n);
      if (turns) places %= 1n << BigInt(Math.ceil(Math.log2(width)));
    } else {
      demand(typeof amount === "bigint" && amount >= 0n, "an amount is an integer from 0 on");
      places = amount as bigint;
    }
    return [int(type, move(BigInt(value ?? 0n), places, type))];
  };
}

const rotate: Move = (a, places, type) => {
  const { width } = formatOf(type);
  const by = places % BigInt(width);
  const plain = BigInt.asUintN(width, a);
  return (plain << by) | (plain >> (BigInt(width) - by));
};

/** A clear table on integers, and the type of what it gives. */
function entryOf(self: Typed, table: Operand, type: TypeName): bigint | undefined {
  const keys = new Set<bigint>();
  let found: bigint | undefined;
  for (const [key, entry] of table as readonly [bigint, bigint][]) {
    fitting(self.type, key);
    fitting(type, entry);
    demand(!keys.has(key), "a key comes twice");
    keys.add(key);
    if (self.value === key) found = entry;
  }
  return found;
}

/** A choice between values of one type, which is that of the first encrypted one among them, or given. */
function choice(choose: (condition: boolean, values: readonly bigint[]) => readonly bigint[]): Meaning {
  return ([condition], args) => {
    const given = typeof args.at(-1) === "string" ? integerType(args.at(-1)!) : undefined;
    const values = given === undefined ? args : args.slice(0, -1);
    const type = given ?? values.find(isTyped)?.type ?? BOOL;
    const plain = values.map((value) => like(type, value));
    return choose(condition.value === true, plain).map((value) => of(type, value));
  };
}

const logic = (operation: (a: boolean, b: boolean) => boolean): Meaning =>
  binary((a, b) => [bool(operation(a !== 0n, b !== 0n))]);

/** Some values of one type, which is none of texts. */
function oneType(values: readonly Operand[]): TypeName {
  const [first] = values;
  demand(values.length > 0 && isTyped(first) && kindOf(first.type) !== "text", "expected encrypted values");
  for (const value of values)
    demand(isTyped(value) && value.type === (first as Typed).type, "they differ in type");
  return (first as Typed).type;
}

const plain = (values: readonly Operand[]): bigint[] =>
  (values as readonly Typed[]).map(({ value }) => BigInt(value ?? 0n));
const order = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

function sorted(values: readonly Operand[], options: Operand | undefined): readonly Typed[] {
  const type = oneType(values);
  const inOrder = plain(values).sort(order);
  if ((options as Options | undefined)?.descending) inOrder.reverse();
  return inOrder.map((value) => of(type, value));
}

function dotProduct(
  values: readonly Operand[],
  weights: readonly Operand[],
  given?: Operand,
): readonly Typed[] {
  const found = oneType(values);
  demand(values.length === weights.length, "there are other weights than values");
  const flags = formatOf(found).boolean;
  demand(flags === (given !== undefined), "the type is given for truth values");
  const type = flags ? integerType(given!) : found;
  const terms = plain(values).map((value, at) => value * like(type, weights[at]));
  return [
    int(
      type,
      terms.reduce((sum, term) => sum + term, 0n),
    ),
  ];
}

const sum: Meaning = (_, [values]) => {
  const type = integerType(oneType(values as readonly Operand[]));
  return [
    int(
      type,
      plain(values as readonly Operand[]).reduce((all, value) => all + value, 0n),
    ),
  ];
};

/** A method of an array whose operand is as long, or one value for all elements. */
function elementwise(method: string): Meaning {
  return (self, [operand]) => {
    oneType(self);
    const others = Array.isArray(operand) ? operand : self.map(() => operand);
    demand(others.length === self.length, "there are other operands than elements");
    const meaning = MEANINGS[self[0].type === BOOL ? "boolean" : "integer"][method];
    return self.flatMap((element, at) => meaning([element], [others[at]]));
  };
}

/** A method of an array that takes elements, encrypted or clear, and finds them. */
function search(find: (elements: readonly bigint[], wanted: readonly bigint[]) => readonly Typed[]): Meaning {
  return (self, [wanted]) => {
    const type = oneType(self);
    return find(
      plain(self),
      [wanted].flat().map((value) => like(type, value)),
    );
  };
}

const integersOnly =
  (meaning: Meaning): Meaning =>
  (self, args) => {
    integerType(oneType(self));
    return meaning(self, args);
  };
const flagsOnly =
  (meaning: Meaning): Meaning =>
  (self, args) => {
    demand(oneType(self) === BOOL, "expected truth values");
    return meaning(self, args);
  };

/** The entries of a store: a value, encrypted or clear, under each key. */
function entriesOf(keys: TypeName, values: TypeName, entries: Operand): Map<bigint, bigint> {
  const store = new Map<bigint, bigint>();
  for (const [key, value] of entries as readonly [bigint, Operand][])
    store.set(fitting(keys, key), like(values, value));
  return store;
}

type Use = (store: Map<bigint, bigint>, type: TypeName, key: bigint, ...more: bigint[]) => readonly Typed[];

/** What comes of a store, a key, an operand and another key; 0 stands for what is not there. */
function withStore(use: Use): Meaning {
  return (_, [keys, values, entries, key, operand, other]) => {
    const [keyType, type] = [integerType(keys), integerType(values)];
    const store = entriesOf(keyType, type, entries);
    demand(isTyped(key) && (other === undefined || isTyped(other)), "keys are encrypted");
    const more = operand === undefined ? [] : [like(type, operand), like(keyType, other)];
    return use(store, type, like(keyType, key), ...more);
  };
}

const valueUnder = (store: Map<bigint, bigint>, type: TypeName, key: bigint): readonly Typed[] => [
  int(type, store.get(key) ?? 0n),
  bool(store.has(key)),
];

/** What every method gives. */
export const MEANINGS: Record<"integer" | "boolean" | "engine" | "array", Record<string, Meaning>> = {
  integer: {
    add: arithmetic((a, b) => a + b),
    sub: arithmetic((a, b) => a - b),
    mul: arithmetic((a, b) => a * b),
    and: arithmetic((a, b) => a & b),
    or: arithmetic((a, b) => a | b),
    xor: arithmetic((a, b) => a ^ b),
    min: arithmetic((a, b) => (a < b ? a : b)),
    max: arithmetic((a, b) => (a < b ? b : a)),
    div: division((quotient) => [quotient]),
    rem: division((_, remainder) => [remainder]),
    divRem: division((quotient, remainder) => [quotient, remainder]),
    mulDiv: ([self], [factor, divisor]) => {
      demand(typeof divisor === "bigint" && divisor !== 0n, "a divisor is clear and not 0");
      const product = BigInt(self.value ?? 0n) * like(self.type, factor);
      return [int(self.type, product / like(self.type, divisor))];
    },
    eq: comparison((a, b) => a === b),
    ne: comparison((a, b) => a !== b),
    lt: comparison((a, b) => a < b),
    le: comparison((a, b) => a <= b),
    gt: comparison((a, b) => a > b),
    ge: comparison((a, b) => a >= b),
    overflowingAdd: overflowing((a, b) => a + b),
    overflowingSub: overflowing((a, b) => a - b),
    overflowingMul: overflowing((a, b) => a * b),
    overflowingNeg: unary((a, type) => [int(type, -a), bool(-a !== wrapTo(type, -a))]),
    neg: unary((a, type) => [int(type, -a)]),
    not: unary((a, type) => [int(type, ~a)]),
    abs: unary((a, type) => {
      demand(formatOf(type).signed, "unsigned integers have no abs");
      return [int(type, a < 0n ? -a : a)];
    }),
    reverseBits: unary((_, type, bits) => [int(type, BigInt(`0b${backwards(bits)}`))]),
    shl: movement((a, places, type) => (places >= formatOf(type).width ? 0n : a << places), false),
    shr: movement(
      (a, places, type) => a >> (places > formatOf(type).width ? BigInt(formatOf(type).width) : places),
      false,
    ),
    rotl: movement(rotate, true),
    rotr: movement((a, places, type) => {
      const width = BigInt(formatOf(type).width);
      return rotate(a, width - (places % width), type);
    }, true),
    bitSlice: ([{ type, value }], [start, end]) => {
      const { width } = formatOf(type);
      const [from, to] = [start as number, end as number];
      demand(from >= 0 && from <= to && to <= width, "there are no such bits");
      return [
        int(type, BigInt.asUintN(to - from, BigInt.asUintN(width, BigInt(value ?? 0n)) >> BigInt(from))),
      ];
    },
    countOnes: unary((_, __, bits) => [count(ones(bits))]),
    countZeros: unary((_, __, bits) => [count(bits.length - ones(bits))]),
    leadingZeros: unary((_, __, bits) => runOf(bits, "0")),
    leadingOnes: unary((_, __, bits) => runOf(bits, "1")),
    trailingZeros: unary((_, __, bits) => runOf(backwards(bits), "0")),
    trailingOnes: unary((_, __, bits) => runOf(backwards(bits), "1")),
    ilog2: unary((a) => [a > 0n ? count(a.toString(2).length - 1) : { type: COUNT, value: undefined }]),
    checkedIlog2: unary((a) => [
      a > 0n ? count(a.toString(2).length - 1) : { type: COUNT, value: undefined },
      bool(a > 0n),
    ]),
    isEven: unary((a) => [bool((a & 1n) === 0n)]),
    isOdd: unary((a) => [bool((a & 1n) === 1n)]),
    cast: ([{ type: _, value }], [to]) => {
      if (to === BOOL) return [bool(value !== 0n)];
      return [int(integerType(to), BigInt(value ?? 0n))];
    },
    matchValue: ([self], [table, to]) => {
      const found = entryOf(self, table, integerType(to));
      return [int(to as TypeName, found ?? 0n), bool(found !== undefined)];
    },
    matchValueOr: ([self], [table, otherwise, to]) => {
      const found = entryOf(self, table, integerType(to));
      return [int(to as TypeName, found ?? like(to as TypeName, otherwise))];
    },
  },
  boolean: {
    and: logic((a, b) => a && b),
    or: logic((a, b) => a || b),
    xor: logic((a, b) => a !== b),
    eq: logic((a, b) => a === b),
    ne: logic((a, b) => a !== b),
    not: ([{ value }]) => [bool(!value)],
    cast: ([{ value }], [to]) => [int(integerType(to), BigInt(value ?? 0n))],
    select: choice((condition, [a, b]) => [condition ? a : b]),
    ifThenZero: choice((condition, [a]) => [condition ? a : 0n]),
    flip: choice((condition, [a, b]) => (condition ? [b, a] : [a, b])),
  },
  engine: {
    sum,
    dotProduct: (_, [values, weights, type]) =>
      dotProduct(values as readonly Operand[], weights as readonly Operand[], type),
    sort: (_, [values, options]) => sorted(values as readonly Operand[], options),
    found: withStore((store, type, key) => [...valueUnder(store, type, key), bool(store.has(key))]),
    updated: withStore((store, type, key, operand, other) => {
      const isFound = store.has(key);
      if (isFound) store.set(key, operand);
      const holds = [...store.values()].includes(operand);
      return [bool(isFound), ...valueUnder(store, type, other), bool(holds)];
    }),
    mapped: withStore((store, type, key, operand, other) => {
      const [former, isFound] = valueUnder(store, type, key);
      const changed = int(type, BigInt(former.value!) + operand);
      if (isFound.value) store.set(key, changed.value as bigint);
      return [former, changed, isFound, ...valueUnder(store, type, other)];
    }),
    alongLines: (_, [elements, length, method, axis]) => {
      const values = elements as readonly Operand[];
      integerType(oneType(values));
      const columns = length as number;
      const rows = values.length / columns;
      demand(Number.isInteger(rows) && rows > 0, "lines differ in length");
      const line = (at: number): readonly Operand[] =>
        values.filter((_, i) => (axis === 0 ? i % columns : Math.floor(i / columns)) === at);
      return Array.from({ length: axis === 0 ? columns : rows }, (_, at) => {
        return MEANINGS.array[method as string](line(at) as readonly Typed[], []);
      }).flat();
    },
  },
  array: {
    sort: (self, [options]) => sorted(self, options),
    sum: integersOnly((self) => sum([], [self])),
    smallest: integersOnly((self) => [int(self[0].type, plain(self).sort(order)[0])]),
    largest: integersOnly((self) => [int(self[0].type, plain(self).sort(order).at(-1)!)]),
    dotProduct: integersOnly((self, [weights]) => dotProduct(self, weights as readonly Operand[])),
    all: flagsOnly((self) => [bool(plain(self).every(Boolean))]),
    any: flagsOnly((self) => [bool(plain(self).some(Boolean))]),
    equals: search((elements, wanted) => {
      demand(elements.length === wanted.length, "arrays differ in length");
      return [bool(elements.join() === wanted.join())];
    }),
    contains: search((elements, [wanted]) => [bool(elements.includes(wanted))]),
    indexOf: search((elements, [wanted]) => {
      const at = elements.indexOf(wanted);
      return [count(Math.max(at, 0)), bool(at >= 0)];
    }),
    containsSlice: search((elements, wanted) => [
      bool(elements.some((_, at) => elements.slice(at, at + wanted.length).join() === wanted.join())),
    ]),
    add: integersOnly(elementwise("add")),
    mul: integersOnly(elementwise("mul")),
    lt: integersOnly(elementwise("lt")),
    max: integersOnly(elementwise("max")),
    and: elementwise("and"),
    xor: elementwise("xor"),
  },
};
