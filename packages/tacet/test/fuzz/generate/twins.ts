import type { Block } from "../../../src/graph/block.ts";
import { PlanFault } from "../check-plan.ts";
import type { GraphInput, GraphItem, Load, Node } from "../graph.ts";
import { isNode, operandsOf, valuesOfLoad, withOperands } from "../graph.ts";
import { type Random, shuffled } from "../random.ts";

/** A graph in the making. */
export interface Growth {
  readonly random: Random;
  readonly capacity: number;
  readonly messageModulus: number;
  readonly inputs: readonly GraphInput[];
  readonly items: GraphItem[];
  readonly live: number[];
  readonly nextId: () => number;
  readonly blockOf: (id: number) => Block;
  /** One of the blocks that were made last. */
  readonly some: (reach: number) => number;
  /** Says whether the builder takes it; then it is the last of the live ones. */
  readonly add: (node: Node) => boolean;
  readonly load: (load: Load) => void;
  /** Lookups, and combinations with lookups of them, from one block on. */
  readonly grow: () => void;
  /** Gives its number. */
  readonly request: (refs: readonly number[]) => number;
}

/*
 * Sums of what is alike or akin: as noise they count for more than what has nothing to do with each other, and the builder
 * has to know that of them.
 */

/** A sum of blocks, each times something, of as many of them as the builder takes. */
function sum({ random, add, nextId, blockOf }: Growth, refs: readonly number[]): boolean {
  const most = random.pick([1, 1, 2, 4]);
  const factors = refs.map(() => random.between(1, most) * (random.chance(0.3) ? -1 : 1));
  for (let count = refs.length; count > 1; count--) {
    for (const scale of [true, false]) {
      const terms = refs.slice(0, count).map((ref, at) => [scale ? factors[at] : 1, ref] as const);
      let least = 0;
      for (const [factor, ref] of terms) {
        const { min, max } = blockOf(ref);
        least += factor * (factor > 0 ? min : max);
      }
      if (add({ do: "linear", id: nextId(), terms, constant: -least })) return true;
    }
  }
  return false;
}

/** Counts at how many of some places a block stands, while it moves on. */
export function tally(growth: Growth): void {
  const { random, capacity, messageModulus, add, live, nextId, request } = growth;
  const factor = random.pick([1, 3, 3, messageModulus - 1]);
  const moves = random.pick([0, 0.5, 1]);
  const spread = random.chance(0.7);
  const table = (entry: (value: number) => number): number[] =>
    Array.from({ length: capacity }, (_, value) => entry(value));
  let state = growth.some(4);
  const found: number[] = [];
  for (let left = random.between(3, 16); left > 0; left--) {
    const place = random.below(spread ? messageModulus : 2);
    if (add({ do: "lookup", id: nextId(), ref: state, table: table((value) => Number(value === place)) })) {
      found.push(live.at(-1)!);
    }
    if (!random.chance(moves)) continue;
    const moved = table((value) => (factor * value + Number(factor === 1)) % messageModulus);
    if (add({ do: "lookup", id: nextId(), ref: state, table: moved })) state = live.at(-1)!;
  }
  if (found.length > 1 && sum(growth, found)) request([live.at(-1)!]);
}

/** Computes the same several times, each time after what it was made of has been let go of, and adds it up. */
export function repeat(growth: Growth): void {
  const { random, items, live, add, nextId, request } = growth;
  const start = items.length;
  growth.grow();
  const nodes = items.slice(start).filter(isNode);
  if (nodes.length === 0) return;
  const kept = random.pick([0, 0.3]);
  const waits = random.chance(0.8);
  const results: number[] = [];
  for (let time = random.between(2, 4); time > 0; time--) {
    const names = new Map<number, number>();
    const name = (id: number): number => names.get(id) ?? id;
    if (results.length > 0) {
      for (const node of nodes) {
        if (live.includes(node.id) && random.chance(0.5)) continue; // it has not been let go of
        const made = { ...withOperands(node, name), id: nextId() };
        if (!operandsOf(made).every((ref) => live.includes(ref)) || !add(made)) return;
        names.set(node.id, made.id);
      }
    }
    const made = nodes.map(({ id }) => name(id)).filter((id) => live.includes(id));
    const last = made.at(-1)!;
    request([last]);
    if (waits) items.push({ do: "finish" });
    for (const id of new Set(made)) {
      if (id === last || random.chance(kept)) continue;
      live.splice(live.indexOf(id), 1);
      items.push({ do: "dispose", ref: id });
    }
    results.push(last);
  }
  if (sum(growth, [...new Set(results)])) request([live.at(-1)!]);
}

/** Loads the ciphertext of an input again, as it is or changed in a way that its mask shows, and does the same to both. */
export function reload(growth: Growth): void {
  const { random, inputs, add, live, nextId } = growth;
  const input = random.pick(inputs);
  const { id: of, unchecked } = input;
  const negative = unchecked !== true && random.chance(0.4);
  const load: Load = { do: "load", id: nextId(), of, negative, shift: random.pick([0, 0, 1, -1]) };
  if (!valuesOfLoad(load, input).every((value) => value >= 0 && value <= input.max)) return;
  growth.load(load);
  if (random.chance(0.3)) {
    live.pop();
    growth.items.push({ do: "dispose", ref: load.id });
    growth.load({ ...load, id: nextId() });
  }
  if (!live.includes(of)) return;
  const twins = [of, live.at(-1)!];
  if (unchecked !== true && sum(growth, twins)) growth.request([live.at(-1)!]);
  const { max } = input;
  const fitting = live.filter(
    (ref) => !twins.includes(ref) && growth.blockOf(ref).max + max < growth.capacity,
  );
  const other = fitting.length > 0 && random.chance(0.7) ? random.pick(fitting) : undefined;
  const limit = random.between(1, growth.capacity - 1);
  const table = Array.from({ length: growth.capacity }, (_, value) => Number(value >= limit));
  const results: number[] = [];
  for (const [at, twin] of twins.entries()) {
    const sign = at === 1 && negative ? -1 : 1;
    let ref = twin;
    if (other !== undefined) {
      const terms = [[sign, twin] as const, [1, other] as const];
      if (add({ do: "linear", id: nextId(), terms, constant: sign > 0 ? 0 : max })) ref = live.at(-1)!;
    }
    if (add({ do: "lookup", id: nextId(), ref, table })) results.push(live.at(-1)!);
  }
  if (results.length === 2 && sum(growth, results)) growth.request([live.at(-1)!]);
}

/** Computes a sum's lookup again when more is known of the sum: the same ciphertext, of which more is known. */
export function narrow(growth: Growth): void {
  const { random, inputs, items, live, add, nextId, request, capacity } = growth;
  const known = shuffled(random, inputs).filter(({ id, unchecked }) => !unchecked && live.includes(id));
  if (known.length < 2) return;
  const [x, y] = known;
  const table = Array.from({ length: capacity }, () => random.below(3));
  const between = random.chance(0.5) ? table.map((_, value) => (value * value) % 3) : undefined;
  const second = y.values.map((value) => between?.[value] ?? value);
  const values = x.values.map((value, world) => table[value] + second[world]);
  const [min, max] = [Math.min(...values), Math.max(...values)];
  const one = random.pick(values);
  const at = Array.from({ length: capacity }, (_, value) => Number(value === one));
  const results: number[] = [];
  let other = y.id;
  for (const bounds of shuffled(random, [{}, { min, max }])) {
    const first = nextId();
    if (!add({ do: "lookup", id: first, ref: x.id, table })) return;
    // What is not computed again is made before the one and after the other.
    if (results.length === 0 && between !== undefined) {
      if (!add({ do: "lookup", id: nextId(), ref: y.id, table: between })) return;
      other = live.at(-1)!;
    }
    const terms = [[1, first] as const, [1, other] as const];
    if (!add({ do: "linear", id: nextId(), terms, constant: 0, bounds })) return;
    const sum = live.at(-1)!;
    if (!add({ do: "lookup", id: nextId(), ref: sum, table: at })) return;
    const result = live.at(-1)!;
    request([result]);
    items.push({ do: "finish" });
    for (const id of [first, sum]) {
      live.splice(live.indexOf(id), 1);
      items.push({ do: "dispose", ref: id });
    }
    results.push(result);
  }
  if (sum(growth, results)) request([live.at(-1)!]);
}

/** A sum of many blocks of which most cancel. */
export function cancel(growth: Growth): void {
  const { random, add, nextId, blockOf, live } = growth;
  // Of combinations more may be known than of what they add up to.
  const sources = live.filter((ref) => blockOf(ref).kind !== "linear");
  if (sources.length === 0) return;
  const refs = Array.from({ length: random.between(2, 6) }, () => random.pick(sources));
  const left = [...new Set(refs.slice(0, 2))];
  const terms: (readonly [number, number])[] = left.map((ref) => [1, ref]);
  const constant = -left.reduce((total, ref) => total + blockOf(ref).min, 0);
  if (!add({ do: "linear", id: nextId(), terms: [...terms], constant })) return;
  for (let pairs = random.pick([1, 2, 20]); pairs > 0; pairs--) {
    const ref = random.pick(refs);
    const factor = random.between(1, 3);
    terms.splice(random.below(terms.length + 1), 0, [factor, ref]);
    terms.splice(random.below(terms.length + 1), 0, [-factor, ref]);
  }
  if (!add({ do: "linear", id: nextId(), terms, constant }))
    throw new PlanFault("a sum is refused for what cancels in it");
  growth.request([live.at(-1)!]);
}

/** Asks for something, and for what is made of it, and gives one of them up while they are under way. */
export function giveUp(growth: Growth): void {
  const { random, items, live, request } = growth;
  growth.grow();
  const first = live.at(-1)!;
  const requests = [request([first])];
  const run = (): void => void items.push({ do: "run", moves: random.pick([0, 1, 2, 5]) });
  run();
  if (random.chance(0.7)) growth.grow();
  requests.push(request([live.at(-1)!, ...(random.chance(0.5) ? [first] : [])]));
  run();
  items.push({ do: "abort", request: random.pick(requests) });
  run();
  if (random.chance(0.5)) requests.push(request([first]));
  if (random.chance(0.3)) items.push({ do: "abort", request: random.pick(requests) });
}

/** A lookup of a lookup, and the same at once. */
export function atOnce(growth: Growth): void {
  const { random, capacity, messageModulus, inputs, add, nextId, live } = growth;
  const unchecked = inputs.filter((input) => input.unchecked && live.includes(input.id));
  const ref = unchecked.length > 0 ? random.pick(unchecked).id : growth.some(6);
  const [factor, shift] = [random.between(1, 3), random.below(messageModulus)];
  const entries = Array.from({ length: capacity }, () => random.below(messageModulus));
  const first = entries.map((_, value) => (factor * value + shift) % messageModulus);
  const asked: number[] = [];
  const lookUp = (of: number, table: readonly number[]): boolean => {
    if (!add({ do: "lookup", id: nextId(), ref: of, table })) return false;
    asked.push(live.at(-1)!);
    return true;
  };
  const direct = (): boolean => lookUp(ref, first.map((value) => entries[value])); // biome-ignore format: short
  const before = random.chance(0.5) && direct();
  if (lookUp(ref, first)) lookUp(live.at(-1)!, entries);
  if (!before) direct();
  if (asked.length > 0) growth.request([...new Set(asked)]);
}

/** Lookups by the same tables of blocks whose ranges are as large and start elsewhere. */
export function offset(growth: Growth): void {
  const { random, capacity, add, nextId, live } = growth;
  const size = random.between(2, 3);
  const asked: number[] = [];
  const lookUp = (ref: number, entry: (value: number) => number): boolean => {
    const table = Array.from({ length: capacity }, (_, value) => entry(value) % capacity);
    return add({ do: "lookup", id: nextId(), ref, table });
  };
  for (const start of shuffled(random, [0, 1])) {
    if (!lookUp(growth.some(6), (value) => start + (value % size))) continue;
    const ref = live.at(-1)!;
    asked.push(ref);
    for (const most of [1, size - 1, 1]) {
      if (lookUp(ref, (value) => Number(value >= 1 && value <= most) * most)) asked.push(live.at(-1)!);
    }
  }
  if (asked.length > 0) growth.request([...new Set(asked)]);
}
