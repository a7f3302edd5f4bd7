import { WORLDS } from "./check-plan.ts";
import { evaluateStep } from "./clear.ts";
import {
  type Arg,
  type Clear,
  type Crew,
  formatOf,
  type Input,
  type Item,
  type ParametersName,
  type Program,
  type Ref,
  refsIn,
  type Step,
  type TypeName,
  wrapTo,
} from "./program.ts";
import type { Random } from "./random.ts";

/** A call that a program may make next. */
type Call = Pick<Step, "target" | "method" | "args">;

const WIDTHS: Record<ParametersName, readonly (readonly [weight: number, width: number])[]> = {
  "1_1": [[2, 2], [3, 4], [1, 6], [3, 8], [2, 16], [1, 32]],
  "2_2": [[3, 2], [4, 4], [1, 6], [6, 8], [1, 10], [1, 12], [1, 14], [5, 16], [1, 24], [2, 32], [1, 64]],
  "3_3": [[4, 6], [4, 12], [2, 24], [1, 48]],
}; // biome-ignore format: a table

/** Calls whose graphs grow with the square of the width. */
const HEAVY = new Set(["div", "rem", "divRem", "mulDiv", "overflowingMul", "mul"]);
const MOST_HEAVY_BITS: Readonly<Record<string, number>> = { mul: 24, overflowingMul: 16 };

interface Value {
  readonly id: number;
  readonly type: TypeName;
  readonly values: readonly Clear[];
}

/** A program in the making. */
class Scope {
  readonly random: Random;
  readonly types: readonly TypeName[];
  readonly live: Value[] = [];
  readonly inputs: Input[] = [];
  readonly items: Item[] = [];
  readonly parameters: ParametersName;
  /** What this program is made of: some calls often, others never (Groce et al., "Swarm Testing", 2012). */
  readonly makers: readonly (readonly [weight: number, maker: Maker])[];
  requests = 0;
  #constants: bigint[] = [];
  #nextId = 0;

  constructor(random: Random, parameters: ParametersName) {
    this.random = random;
    this.parameters = parameters;
    this.makers = MAKERS.map(([weight, maker]) => [weight * random.pick([0, 1, 1, 4, 10]), maker]);
    const count = random.weighted([
      [5, 1],
      [4, 2],
      [1, 3],
    ]);
    const signed = random.chance(0.3);
    this.types = Array.from({ length: count }, () => {
      const width = random.weighted(WIDTHS[parameters]);
      return `${signed !== random.chance(0.1) ? "FheInt" : "FheUint"}${width}`;
    });
  }

  /** A type of integers: mostly one that the program has already. */
  type(): TypeName {
    const { random } = this;
    if (random.chance(0.8)) return random.pick(this.types);
    const width = random.chance(0.5)
      ? WIDTHS[this.parameters][0][1]
      : random.weighted(WIDTHS[this.parameters]);
    return `${random.chance(0.8) ? "FheUint" : "FheInt"}${width}`;
  }

  /** One of the values of which something holds; a late one is more likely. */
  some(holds: (type: TypeName) => boolean): Ref | undefined {
    const found = this.live.filter(({ type }) => holds(type));
    if (found.length === 0) return undefined;
    const reach = this.random.chance(0.5) ? Math.min(3, found.length) : found.length;
    return { ref: found[found.length - 1 - this.random.below(reach)].id };
  }

  integer(): Ref | undefined {
    return this.some((type) => !formatOf(type).boolean);
  }

  flag(): Ref | undefined {
    return this.some((type) => type === "FheBool");
  }

  of(type: TypeName): Ref | undefined {
    return this.some((other) => other === type);
  }

  /** Up to so many values of one type. */
  several(most: number, holds: (type: TypeName) => boolean): Ref[] {
    const first = this.some(holds);
    if (first === undefined) return [];
    const type = this.typeOf(first);
    return [first, ...Array.from({ length: this.random.below(most) }, () => this.of(type)!)];
  }

  typeOf({ ref }: Ref): TypeName {
    return this.find(ref).type;
  }

  find(id: number): Value {
    return this.live.find((value) => value.id === id)!;
  }

  /** A clear integer of a type: often one with few bits, at an end of the range, or one that was there before. */
  constant(type: TypeName): bigint {
    const { random } = this;
    const { width, signed } = formatOf(type);
    const power = 1n << BigInt(random.below(width));
    const raw = random.weighted<() => bigint>([
      [3, () => BigInt(random.below(6))],
      [2, () => power],
      [2, () => power - 1n],
      [2, () => -power],
      [1, () => (1n << BigInt(signed ? width - 1 : width)) - 1n],
      [1, () => -(1n << BigInt(width - 1))],
      [2, () => BigInt(random.between(-3, 3)) * power],
      [4, () => random.bits(width)],
      [4, () => (this.#constants.length > 0 ? random.pick(this.#constants) : random.bits(width))],
    ])();
    const value = wrapTo(type, raw);
    this.#constants.push(value);
    return value;
  }

  /** An operand of a type. */
  operand(type: TypeName, clear = 0.6): Arg {
    const { random } = this;
    const encrypted = random.chance(clear) ? undefined : this.of(type);
    if (encrypted !== undefined) return encrypted;
    return formatOf(type).boolean ? random.chance(0.5) : this.constant(type);
  }

  input(type: TypeName): void {
    const { random } = this;
    const values = Array.from({ length: WORLDS }, () =>
      formatOf(type).boolean
        ? random.chance(0.5)
        : random.chance(0.3)
          ? this.constant(type)
          : wrapTo(type, random.bits(formatOf(type).width)),
    );
    const id = this.#nextId++;
    this.inputs.push({ id, type, values });
    this.live.push({ id, type, values });
  }

  add(call: Call): void {
    const results = evaluateStep(call, (id) => this.find(id));
    const made = results.map(({ type, values }) => ({ id: this.#nextId++, type, values }));
    this.live.push(...made);
    this.items.push({ do: "step", ...call, results: made.map(({ id, type }) => ({ id, type })) });
  }
}

type Maker = (scope: Scope) => Call | undefined;

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

const isInteger = (type: TypeName): boolean => !formatOf(type).boolean;
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

const MAKERS: readonly (readonly [weight: number, maker: Maker])[] = [
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
function isTooLarge({ target, method, args }: Call, scope: Scope): boolean {
  const [first] = refsIn(target).length > 0 ? refsIn(target) : refsIn(args);
  const { width } = formatOf(scope.find(first).type);
  if (!HEAVY.has(method)) return false;
  return width > (MOST_HEAVY_BITS[method] ?? 8) && !scope.random.chance(0.02);
}

/** Whether a call gives values of a type that blocks do not make up. */
function isImpossible(call: Call, scope: Scope): boolean {
  const bits = Number(scope.parameters[0]);
  const results = evaluateStep(call, (id) => scope.find(id));
  return results.some(({ type }) => !formatOf(type).boolean && formatOf(type).width % bits !== 0);
}

function addStep(scope: Scope): void {
  if (scope.random.chance(0.04)) {
    addParts(scope);
    return;
  }
  for (let tries = 0; tries < 20; tries++) {
    const call = scope.random.weighted(scope.makers)(scope);
    if (call === undefined || isTooLarge(call, scope) || isImpossible(call, scope)) continue;
    scope.add(call);
    return;
  }
}

function addRequest(scope: Scope, most: number): void {
  const { random } = scope;
  const refs = Array.from({ length: random.between(1, most) }, () => {
    const reach = random.chance(0.7) ? Math.min(6, scope.live.length) : scope.live.length;
    return scope.live[scope.live.length - 1 - random.below(reach)].id;
  });
  scope.items.push({ do: "request", refs: [...new Set(refs)] });
  scope.requests++;
}

/** Someone to compute: from one thread to 64. */
export function generateCrew(random: Random): Crew {
  const threads = random.chance(0.5) ? random.pick([1, 2, 3, 4, 8, 16, 32, 64]) : random.between(1, 64);
  return { threads, batch: random.chance(0.6) ? 8 : 1, deterministic: random.chance(0.1) };
}

/** Has others plan for some of the values, in any order. */
function addExplanation(scope: Scope): void {
  const { random, live } = scope;
  const refs = live.map(({ id }) => id);
  const reach = random.pick([4, 8, 100]);
  const some = refs.slice(-reach).filter(() => random.chance(random.pick([0.3, 0.6, 1])));
  const crew = generateCrew(random);
  if (some.length > 0) scope.items.push({ do: "explain", refs: shuffled(random, some), crew });
}

export function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const left = [...items];
  return items.map(() => left.splice(random.below(left.length), 1)[0]);
}

/** Takes a value apart, as nothing else does: asks for digits in any order. */
function addParts(scope: Scope): void {
  const { random } = scope;
  const self = scope.integer();
  if (self === undefined) return;
  const bits = Number(scope.parameters[0]);
  const { width } = formatOf(scope.typeOf(self));
  const part = `FheUint${WIDTHS[scope.parameters].map(([, width]) => width).toSorted((a, b) => a - b)[0]}`;
  for (let i = random.between(2, 4); i > 0; i--) {
    const places = BigInt(bits * random.below(width / bits));
    scope.add({ target: self, method: "shr", args: [places] });
    scope.add({ target: { ref: scope.live.at(-1)!.id }, method: "cast", args: [part] });
  }
}

/** Integers that are made of a bit or two, so that most of what is computed has little to depend on. */
function addFewBits(scope: Scope): void {
  const { random } = scope;
  for (
    let i = random.weighted([
      [3, 1],
      [1, 2],
    ]);
    i > 0;
    i--
  )
    scope.input("FheBool");
  for (let i = random.between(1, 2); i > 0; i--) {
    const type = random.pick(scope.types);
    const choice = [scope.constant(type), scope.constant(type), type];
    scope.add({ target: scope.flag()!, method: "select", args: choice });
  }
}

function addEvent(scope: Scope): void {
  const { random, items } = scope;
  random.weighted([
    [6, () => addRequest(scope, 4)],
    [4, () => void items.push({ do: "run", moves: random.pick([0, 1, 2, 3, 5, 10, 40]) })],
    [2, () => void items.push({ do: "finish" })],
    [
      1,
      () => void (scope.requests > 0 && items.push({ do: "abort", request: random.below(scope.requests) })),
    ],
    [
      3,
      () => {
        if (scope.live.length < 3) return;
        const [{ id }] = scope.live.splice(random.below(scope.live.length), 1);
        items.push({ do: "dispose", ref: id });
      },
    ],
  ])();
}

/** A program of few inputs, many clear constants and shared parts. */
export function generateProgram(random: Random, only?: ParametersName): Program {
  const parameters =
    only ??
    random.weighted<ParametersName>([
      [8, "2_2"],
      [1, "1_1"],
      [1, "3_3"],
    ]);
  const scope = new Scope(random, parameters);
  if (random.chance(0.4)) addFewBits(scope);
  else {
    if (random.chance(0.7)) scope.input("FheBool");
    const integers = random.weighted([
      [6, 1],
      [3, 2],
      [1, 3],
    ]);
    for (let i = 0; i < integers; i++) scope.input(random.pick(scope.types));
  }
  const events = random.pick([0, 0.1, 0.4]);
  const phases = random.weighted([
    [3, 1],
    [1, 2],
  ]);
  for (let phase = 0; phase < phases; phase++) {
    const steps = random.weighted([
      [4, random.between(1, 4)],
      [4, random.between(3, 10)],
      [2, random.between(8, 24)],
    ]);
    for (let i = 0; i < steps; i++) {
      addStep(scope);
      while (random.chance(events)) addEvent(scope);
    }
    for (let i = random.between(4, 8); i > 0; i--) addExplanation(scope);
    for (let i = random.between(1, 3); i > 0; i--) {
      addRequest(scope, random.pick([2, 6, 12]));
      while (random.chance(events)) addEvent(scope);
    }
    scope.items.push({ do: "finish" });
  }
  return { parameters, inputs: scope.inputs, items: scope.items };
}
