import type { Block, InputBlock } from "../../../src/graph/block.ts";
import { Builder } from "../../../src/graph/builder.ts";
import { WORLDS } from "../check-plan.ts";
import { build, type Graph, type GraphInput, type GraphItem, type Node } from "../graph.ts";
import type { ParametersName } from "../program.ts";
import { type Random, shuffled } from "../random.ts";
import { PARAMETERS } from "../run-program.ts";
import { generateCrew } from "./program.ts";
import { atOnce, cancel, type Growth, giveUp, narrow, offset, reload, repeat, tally } from "./twins.ts";

/** A table of some structure, with an entry for each value below the capacity. */
function generateTable(random: Random, capacity: number, messageModulus: number): number[] {
  const limit = random.below(capacity);
  const few = Array.from({ length: random.between(2, 3) }, () => random.below(messageModulus));
  const shift = random.between(1, 2);
  const entry = random.pick<(value: number) => number>([
    (value) => value,
    (value) => value,
    (value) => value % messageModulus,
    (value) => value % messageModulus,
    (value) => Math.floor(value / messageModulus),
    (value) => value >> shift,
    (value) => value & 1,
    (value) => Number(value > limit),
    (value) => Number(value === limit),
    (value) => (value + limit) % messageModulus,
    (value) => Math.min(value, messageModulus - 1),
    (value) => messageModulus - 1 - (value % messageModulus),
    () => random.pick(few),
    () => random.below(2),
    () => random.below(messageModulus),
    (value) => (random.chance(0.2) ? random.below(capacity) : value),
  ]);
  return Array.from({ length: capacity }, (_, value) => entry(value));
}

/** A graph of few inputs, few tables and chains. */
export function generateGraph(random: Random): Graph {
  const parameters = random.weighted<ParametersName>([[8, "2_2"], [1, "1_1"], [1, "3_3"]]); // biome-ignore format: short
  const set = PARAMETERS[parameters];
  const builder = new Builder(set);
  const { capacity } = builder;
  const blocks = new Map<number, Block>();
  const live: number[] = [];
  const inputs: GraphInput[] = [];
  const items: GraphItem[] = [];
  let requests = 0;
  let nextId = 0;
  const tables = Array.from({ length: random.between(1, 6) }, () =>
    generateTable(random, capacity, set.messageModulus),
  );

  const whole = Array.from({ length: capacity }, (_, value) => value);

  for (let i = random.between(1, 4); i > 0; i--) {
    const max = random.pick([
      1,
      1,
      set.messageModulus - 1,
      set.messageModulus - 1,
      capacity - 1,
      random.between(1, capacity - 1),
    ]);
    const noiseLevel = random.pick([1, 1, 1, 1, 2, 3, set.maxNoiseLevel]);
    const unchecked = max === capacity - 1 && random.chance(0.5);
    const values = Array.from({ length: WORLDS }, () => random.below(max + 1));
    const id = nextId++;
    inputs.push({ id, max, noiseLevel, values, ...(unchecked ? { unchecked } : {}) });
    const form = unchecked ? "unchecked" : "big";
    blocks.set(id, builder.input({ max, noise: noiseLevel ** 2, form, twin: 1 + id }));
    live.push(id);
  }

  const some = (reach: number): number => live[live.length - 1 - random.below(Math.min(reach, live.length))];
  const add = (node: Node): boolean => {
    const block = build(builder, node, (id) => blocks.get(id)!);
    if (block === undefined) return false;
    blocks.set(node.id, block);
    items.push(node);
    live.push(node.id);
    nextId = node.id + 1;
    return true;
  };
  /** A sum of some blocks, each times something; of fewer of them if that does not fit. */
  const combine = (refs: readonly number[]): boolean => {
    for (let count = refs.length; count > 0; count--) {
      for (const most of [random.pick([2, 2, 4]), 1]) {
        const factors = [1, -1, 2, set.messageModulus].slice(0, most);
        const terms = refs.slice(0, count).map((ref) => [random.pick(factors), ref] as const);
        let least = 0;
        for (const [factor, ref] of terms) {
          const { min, max } = blocks.get(ref)!;
          least += factor * (factor > 0 ? min : max);
        }
        const constant = random.chance(0.7) ? -least : -least + random.below(3);
        if (add({ do: "linear", id: nextId, terms, constant })) return true;
      }
    }
    return false;
  };
  const lookUp = (ref: number, table: readonly number[] = random.pick(tables)): boolean =>
    add({ do: "lookup", id: nextId, ref, table });
  /** Several lookups of two results of a chain: of what tells both of them, and of what does not, and what that adds up to. */
  const lookUpBoth = (state: number, before: number): void => {
    const read: number[] = [];
    for (let ways = random.pick([1, 1, 2, 3]); ways > 0; ways--) {
      const [sign, factor] = [random.pick([1, -1]), random.pick([1, 1, 2])];
      const { min, max } = blocks.get(before)!;
      const constant = -factor * blocks.get(state)!.min - sign * (sign > 0 ? min : max);
      const terms = [[factor, state] as const, [sign, before] as const];
      if (!add({ do: "linear", id: nextId, terms, constant })) continue;
      const both = live.at(-1)!;
      for (const table of [whole, random.pick(tables), random.pick(tables)]) {
        if (lookUp(both, table)) read.push(live.at(-1)!);
      }
    }
    if (read.length === 0) return;
    const asked = random.chance(0.5) ? [...read, some(20)] : read;
    if (random.chance(0.7) && combine(shuffled(random, [...new Set(read)]))) asked.push(live.at(-1)!);
    for (let crews = 2; crews > 0; crews--) {
      items.push({ do: "explain", refs: shuffled(random, [...new Set(asked)]), crew: generateCrew(random) });
    }
  };
  /** Looks up what joins a chain, alone and as it comes. */
  const lookUpRests = (rests: readonly number[], state: number): void => {
    const asked = [state];
    for (const table of [whole, whole.map((value) => Math.min(value, 1)), random.pick(tables)]) {
      if (lookUp(live.at(-1)!, table)) asked.push(live.at(-1)!);
      const [ref, ...others] = shuffled(random, rests);
      if (lookUp(ref, table)) asked.push(live.at(-1)!);
      if (others.length > 0 && combine([ref, ...others]) && lookUp(live.at(-1)!, table))
        asked.push(live.at(-1)!);
    }
    for (let crews = 2; crews > 0; crews--) {
      const refs = random.chance(0.5) ? [...new Set(asked)] : shuffled(random, [...new Set(asked)]);
      items.push({ do: "explain", refs, crew: generateCrew(random) });
    }
  };
  /** Lookups of the result before and something else, as carries go: again and again the same, which may cancel. */
  const chain = (length: number): void => {
    const rests = Array.from({ length: random.pick([1, 1, 2]) }, () => some(random.pick([4, 100])));
    const readers = random.pick([0.1, 0.4, 0.8]);
    const again = random.pick([0, 0.3, 0.6]);
    let state = some(4);
    let before = state;
    for (let at = 0; at < length; at++) {
      const earlier = random.chance(again) ? [before] : [];
      const others = rests.filter(() => random.chance(earlier.length > 0 ? 0.4 : 0.8));
      if (!combine([state, ...earlier, ...others])) continue;
      const joined = live.at(-1)!;
      lookUp(joined);
      [before, state] = [state, live.at(-1)!];
      const last = at === length - 1;
      if (random.chance(last ? 0.6 : 0.15)) lookUpBoth(state, before);
      if (last && random.chance(0.2)) lookUpRests(rests, state);
      for (let left = 3; left > 0 && random.chance(last ? 0.7 : readers); left--) lookUp(joined);
    }
  };

  /** A sum of lookups of one block of which at most one is not 0: what it can be is more than their ranges tell. */
  const choose = (): void => {
    const ref = some(6);
    const most = random.between(1, set.messageModulus - 1);
    const parts = random.between(2, 3);
    const owner = Array.from({ length: capacity }, () => random.below(parts));
    const ids: number[] = [];
    for (let part = 0; part < parts; part++) {
      const table = owner.map((other) => (other === part ? random.between(0, most) : 0));
      if (lookUp(ref, table)) ids.push(live.at(-1)!);
    }
    const terms = [...new Set(ids)].map((id) => [1, id] as const);
    const others = random.chance(0.5) ? [] : [[1, some(6)] as const];
    const own = others.reduce((sum, [, id]) => sum + blocks.get(id)!.max, 0);
    if (terms.length > 1 && !others.some(([, id]) => ids.includes(id))) {
      add({
        do: "linear",
        id: nextId,
        terms: [...terms, ...others],
        constant: 0,
        bounds: { max: most + own },
      });
    }
  };

  /** Differences of a block and a lookup of it, of which more is known than their ranges tell: not always the same. */
  const differ = (): void => {
    const ref = some(20);
    const { min, max } = blocks.get(ref)!;
    const table = Array.from({ length: capacity }, (_, value) =>
      random.between(Math.max(0, value - 2), value),
    );
    if (max >= capacity || !lookUp(ref, table)) return;
    const terms = [[1, ref] as const, [-1, live.at(-1)!] as const];
    const found = table.slice(min, max + 1).map((entry, at) => min + at - entry);
    for (let twins = random.between(1, 3); twins > 0; twins--) {
      const constant = random.below(3);
      const least = Math.max(0, constant + Math.min(...found) - random.below(3));
      const most = Math.min(capacity - 1, constant + Math.max(...found) + random.below(3));
      if (add({ do: "linear", id: nextId, terms, constant, bounds: { min: least, max: most } }))
        lookUp(live.at(-1)!);
    }
  };

  /** The difference of a block and a lookup of it that is never below it, as a block and as what uses the padding bit. */
  const differWidely = (): void => {
    const ref = some(20);
    const above = random.between(0, 2);
    const table = Array.from({ length: capacity }, (_, value) =>
      random.between(value, Math.min(value + above, capacity - 1)),
    );
    if (!lookUp(ref, table)) return;
    const terms = [[1, ref] as const, [-1, live.at(-1)!] as const];
    const whole = Array.from({ length: capacity }, (_, value) =>
      Number(value >= capacity - 1 - random.below(2)),
    );
    const sum = random.pick([1, 2]);
    const wide = { do: "wide", terms, constant: capacity - 1, table: whole, sum } as const;
    const bounds = { min: 0, max: capacity - 1 };
    const narrow = { do: "linear", terms, constant: capacity - 1, bounds } as const;
    for (const node of shuffled(random, [wide, narrow])) {
      if (add({ ...node, id: nextId }) && node === narrow) lookUp(live.at(-1)!, whole);
    }
  };

  /** Lookups of a combination that has more values than a block, some of which are the same but for a constant or a sign. */
  const lookUpWide = (): void => {
    const refs = [...new Set(Array.from({ length: random.between(2, 4) }, () => some(random.pick([4, 12]))))];
    const terms = refs.map((ref) => [random.pick([1, -1, 2, -3, set.messageModulus]), ref] as const);
    const constant = random.below(3) - 1;
    const most = random.between(1, 2);
    const middle = random.below(capacity);
    const drawn = random.pick<(value: number) => number>([
      (value) => Number(value === 0),
      (value) => (value === 0 ? 1 : 2),
      (value) => Number(value >= middle) * most,
      () => random.below(most + 1),
      (value) => (value === middle ? random.below(2) : most),
    ]);
    const entries = Array.from({ length: capacity }, (_, value) => drawn(value));
    const largest = Math.max(...entries);
    const sums = [random.pick([2, largest, random.between(2, 4)]), 2 * largest];
    for (let ways = random.between(1, 3); ways > 0; ways--) {
      const sign = random.chance(0.3) ? -1 : 1;
      const sum = sums[Number(random.chance(0.4))];
      const shift = random.pick([0, 0, 0, 1]) + (sign < 0 ? sum : 0);
      const table = entries.map((entry) => sign * entry + shift);
      const added = { do: "wide", id: nextId, terms, constant, table, sum: sign * sum + 2 * shift } as const;
      if (!add(added) && !add({ ...added, id: nextId, terms: terms.slice(0, 2) })) return;
      if (random.chance(0.5)) lookUp(live.at(-1)!);
    }
  };

  const refs = (most: number): number[] => {
    const count = random.between(1, most);
    return [...new Set(Array.from({ length: count }, () => some(random.pick([4, 12, 1000]))))];
  };
  const addRequest = (most: number): void => {
    items.push({ do: "request", refs: refs(most) });
    requests++;
  };
  const addEvent = (): void => {
    random.weighted([
      [5, () => addRequest(4)],
      [4, () => void items.push({ do: "run", moves: random.pick([0, 1, 2, 5, 20]) })],
      [1, () => void items.push({ do: "finish" })],
      [1, () => void (requests > 0 && items.push({ do: "abort", request: random.below(requests) }))],
      [
        3,
        () => {
          if (live.length <= 2) return;
          items.push({ do: "dispose", ref: live.splice(random.below(live.length), 1)[0] });
        },
      ],
    ])();
  };

  const growth: Growth = {
    ...{ random, capacity, messageModulus: set.messageModulus, inputs, items, live, some, add },
    nextId: () => nextId,
    blockOf: (id) => blocks.get(id)!,
    load: (load) => {
      const { max, noise, form } = blocks.get(load.of) as InputBlock;
      const facts = form === "big" ? { max, noise, form } : { max, form };
      const twin = load.negative ? -1 - load.of : 1 + load.of;
      const same = !load.negative && load.shift === 0 && live.includes(load.of);
      blocks.set(load.id, same ? blocks.get(load.of)! : builder.input({ ...facts, twin }));
      items.push(load);
      live.push(load.id);
      nextId = load.id + 1;
    },
    grow: () => chain(random.between(1, 3)),
    request: (refs) => {
      items.push({ do: "request", refs: [...new Set(refs)] });
      return requests++;
    },
  };

  const events = random.pick([0, 0, 0.1, 0.3]);
  for (
    let phase = random.weighted([
      [3, 1],
      [1, 2],
    ]);
    phase > 0;
    phase--
  ) {
    for (let left = random.pick([2, 4, 8, 16]); left > 0; left--) {
      const length = random.pick([2, 4, 12]);
      random.weighted([
        [2, () => void combine([some(4), some(8), some(100)].slice(0, random.between(1, 3)))],
        [4, () => void lookUp(some(random.pick([2, 6, 100])))],
        [4, () => chain(length)],
        [1, choose],
        [2, lookUpWide],
        [1, differWidely],
        [1, differ],
        [1, () => tally(growth)],
        [1, () => repeat(growth)],
        [1, () => reload(growth)],
        [1, () => cancel(growth)],
        [1, () => offset(growth)],
        [1, () => atOnce(growth)],
        [1, () => giveUp(growth)],
        [1, () => narrow(growth)],
      ])();
      while (random.chance(events)) addEvent();
    }
    for (let i = random.between(3, 6); i > 0; i--) {
      items.push({
        do: "explain",
        refs: shuffled(random, refs(random.pick([4, 12, 40]))),
        crew: generateCrew(random),
      });
    }
    for (let i = random.between(1, 3); i > 0; i--) {
      addRequest(random.pick([1, 4, 30]));
      while (random.chance(events)) addEvent();
    }
    items.push({ do: "finish" });
  }
  return { parameters, inputs, items };
}
