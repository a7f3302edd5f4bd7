import { isImpossible, isTooLarge, MAKERS } from "./calls.ts";
import { type Crew, formatOf, type ParametersName, type Program } from "./program.ts";
import type { Random } from "./random.ts";
import { Scope, WIDTHS } from "./scope.ts";

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
  const scope = new Scope(random, parameters, MAKERS);
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
