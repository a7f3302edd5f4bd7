import { isImpossible, isTooLarge, MAKERS } from "../calls.ts";
import {
  type Arg,
  type Crew,
  formatOf,
  type Item,
  isInteger,
  isText,
  type ParametersName,
  type Program,
  renamed,
  type Step,
  wrapTo,
} from "../program.ts";
import { type Random, shuffled } from "../random.ts";
import { Scope, WIDTHS } from "../scope.ts";
import { TEXT_MAKERS } from "../text-calls.ts";

/** Which part of the programs has texts. */
const WITH_TEXTS = 0.3;

function addStep(scope: Scope): void {
  if (scope.random.chance(0.08)) {
    scope.random.pick([addParts, addParts, addTally, addRepetition, addReload, addSums])(scope);
    return;
  }
  addCall(scope);
}

function addCall(scope: Scope): void {
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
  scope.request(refs);
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

/** Adds up truth values or integers, all of one type; of texts, whether they are the same as the first. */
function addSum(scope: Scope, refs: readonly number[]): void {
  const type = scope.find(refs[0]).type;
  const values = refs.map((ref) => ({ ref }));
  if (isText(type)) {
    const verdicts = values.map((value) => {
      scope.add({ target: value, method: "eq", args: [values[0]] });
      return scope.live.at(-1)!.id;
    });
    addSum(scope, verdicts);
  } else if (isInteger(type)) scope.add({ target: "engine", method: "sum", args: [values] });
  else {
    const sum = scope.random.pick(scope.types);
    const args = [values, refs.map(() => 1n), sum];
    scope.add({ target: "engine", method: "dotProduct", args });
  }
}

/** Counts how many of some numbers a value is, while it moves on. */
function addTally(scope: Scope): void {
  const { random } = scope;
  let self = scope.some((type) => isInteger(type) && formatOf(type).width <= 8);
  if (self === undefined) return;
  const type = scope.typeOf(self);
  const then = (method: string, arg: Arg): number => {
    scope.add({ target: self!, method, args: [arg] });
    return scope.live.at(-1)!.id;
  };
  if (random.chance(0.5)) self = { ref: then("and", scope.operand(type)) };
  const factor = wrapTo(type, random.pick([3n, 5n, -1n]));
  const found: number[] = [];
  for (let left = random.between(4, 15); left > 0; left--) {
    found.push(then("eq", scope.constant(type)));
    if (random.chance(0.8)) self = { ref: then("mul", factor) };
  }
  addSum(scope, found);
  addRequest(scope, 2);
}

/** Computes the same several times, each time after what it was made of has been let go of, and adds it up. */
function addRepetition(scope: Scope): void {
  const { random } = scope;
  const start = scope.items.length;
  for (let left = random.between(1, 3); left > 0; left--) addCall(scope);
  const steps = scope.items.slice(start).filter((item) => item.do === "step");
  if (steps.length === 0) return;
  const lasts: number[] = [];
  const madeBy: number[][] = [];
  for (let left = random.between(2, 4); left > 0; left--) {
    const made: number[] = [];
    for (const [at, step] of steps.entries()) {
      let changed: Item = step;
      if (lasts.length > 0) {
        for (const [other, { results }] of steps.slice(0, at).entries()) {
          for (const [place, { id }] of results.entries())
            changed = renamed(changed, id, madeBy[other][place]);
        }
        scope.add(changed as Step);
      }
      const added = lasts.length > 0 ? (scope.items.at(-1) as Step) : step;
      madeBy[at] = added.results.map(({ id }) => id);
      made.push(...madeBy[at]);
    }
    const last = made.pop()!;
    scope.request([last]);
    if (random.chance(0.7)) scope.items.push({ do: "finish" });
    for (const id of made) scope.dispose(id);
    lasts.push(last);
  }
  addSum(scope, lasts);
  addRequest(scope, 2);
}

/** Adds up sums that nothing has asked for and that are let go of then, and the same parts again. */
function addSums(scope: Scope): void {
  const { random } = scope;
  const parts = scope.several(6, isInteger).map(({ ref }) => ref);
  if (parts.length === 0) return;
  const sums: number[] = [];
  for (let left = random.between(2, 4); left > 0; left--) {
    const some = [...parts, ...sums].filter(() => random.chance(0.6));
    if (some.length === 0) continue;
    addSum(scope, some);
    sums.push(scope.live.at(-1)!.id);
    if (random.chance(0.3)) addCall(scope);
  }
  for (const sum of sums.slice(0, -1)) if (random.chance(0.7)) scope.dispose(sum);
  if (sums.length > 0) addRequest(scope, 3);
}

/** Loads the ciphertext of an input once more, or some times, and adds it up. */
function addReload(scope: Scope): void {
  const { id } = scope.random.pick(scope.inputs);
  const again: number[] = [];
  for (let left = scope.random.pick([1, 1, 3, 8]); left > 0; left--) {
    scope.reload(id);
    again.push(scope.live.at(-1)!.id);
  }
  if (again.length > 1) addSum(scope, again);
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
        scope.dispose(random.pick(scope.live).id);
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
  // Blocks of three bits make up no character.
  const texts = parameters !== "3_3" && random.chance(WITH_TEXTS);
  const scope = new Scope(random, parameters, texts ? [...MAKERS, ...TEXT_MAKERS] : MAKERS);
  if (texts) for (let i = random.between(1, 2); i > 0; i--) scope.textInput();
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
