import type { Block } from "../../graph/block.ts";
import type { Builder } from "../../graph/builder.ts";
import { cheapest } from "../../integer/cheapest.ts";
import { anyNonZero } from "../../integer/comparison/flags.ts";
import { combine } from "../../integer/radix.ts";
import { sumOfOne } from "../../integer/table/one-hot.ts";
import type { Automaton } from "../../pattern/automaton.ts";
import { lookupCharacter } from "../character.ts";
import { type Packing, pack } from "../packing.ts";
import type { Text } from "../text.ts";
import { DEAD, DONE, type Layer, layersOf } from "./layers.ts";

/**
 * Whether an automaton accepts a text, as a Boolean block: two rotations for what is to be known of a character, and one for
 * the next state, if a block can tell all states that there are; more where it cannot.
 *
 * Numbers of states and numbers of classes of characters are chosen so that their sum tells the next state. Where none
 * are found, the states are shared out among several blocks, of which one is not 0. Where the text is accepted already, it
 * does not matter which state follows.
 */
export function accepted(builder: Builder, text: Text, automaton: Automaton): Block {
  const { characters, padded } = text;
  const { start, layers } = layersOf(automaton, characters.length, padded);
  if (start < 0) return builder.constant(Number(start === DONE));
  // What is decided early may go along as a state, or be put aside at once.
  const ways = [true, false].map((carried) => () => {
    const unrolled = carried ? withDone(layers) : layers;
    return [run(builder, text, unrolled)];
  });
  return cheapest(builder, characters.flat(), ways)[0];
}

/** The layers with a state for texts that are accepted already, from where there may be one. */
function withDone(layers: readonly Layer[]): Layer[] {
  let done = false;
  return layers.map(({ classes, next }, i) => {
    const rows = done ? [...next, next[0].map(() => DONE)] : next;
    const isLast = i === layers.length - 1;
    done = !isLast && (done || next.flat().includes(DONE));
    const number = layers[i + 1]?.next.length;
    return { classes, next: done ? rows.map((row) => row.map((to) => (to === DONE ? number : to))) : rows };
  });
}

/** Some states of a layer, which share a block. That is 0 if the state is none of them. */
interface Group {
  readonly states: readonly number[];
  /**
   * The next state by the state and the class. Rows are no state, and the states in order; columns are classes. Of several,
   * each has some of the next states alone, and the same numbers of rows.
   */
  readonly packings: readonly Packing<number>[];
}

function run(builder: Builder, { characters }: Text, layers: readonly Layer[]): Block {
  const known = new Map<string, Group[]>();
  let certain = true;
  const groups = layers.map(({ next }) => {
    const name = `${certain}${next.map((row) => row.join()).join(";")}`;
    const found = known.get(name) ?? grouped(next, builder.capacity, certain);
    known.set(name, found);
    certain &&= !next.some((row) => row.includes(DEAD));
    return found;
  });
  const [first] = groups[0];
  let blocks: Block[] = [builder.constant(first.packings[0].rows[1])];
  const done: Block[] = [];
  for (const [i, { classes }] of layers.entries()) {
    const behind = groups[i + 1] ?? [];
    const parts: Block[][] = behind.map(() => []);
    const steps = groups[i].flatMap(({ packings }, g) =>
      packings.map((packing) => [blocks[g], packing] as const),
    );
    for (const [block, { columns, at }] of steps) {
      const number = lookupCharacter(builder, characters[i], (code) => columns[classes[code] ?? 0]);
      const summands = [
        [1, block],
        [1, number],
      ] as const;
      const sum = combine(builder, summands, 0, { max: builder.capacity - 1 });
      const goesOn = (to: (state: number) => number): Block =>
        builder.lookup(sum, (value) => to(at[value] ?? DEAD));
      if (at.includes(DONE)) done.push(goesOn((state) => Number(state === DONE)));
      for (const [h, { states, packings }] of behind.entries()) {
        if (!states.some((state) => at.includes(state))) continue;
        const numberOf = (state: number): number => packings[0].rows[1 + states.indexOf(state)];
        parts[h].push(goesOn((state) => (states.includes(state) ? numberOf(state) : 0)));
      }
    }
    blocks = parts.map((some) => sumOfOne(builder, some));
  }
  return anyNonZero(builder, done);
}

/** Of how many states it is tried which go together. */
const MOST_TOGETHER = 16;

/** How many classes a state in a block by itself may tell apart, if others are to share their numbers. */
const MOST_SHARED = 8;

/**
 * States shared out among blocks: one, if that is found to do; else the way that seems to take the fewest rotations, of
 * those where each block has its own numbers of classes, and where all have the same.
 *
 * @param certain whether the state is always one of them.
 */
function grouped(next: readonly (readonly number[])[], capacity: number, certain: boolean): Group[] {
  const states = [...next.keys()];
  if (certain) {
    const packing = pack(next, capacity);
    if (packing !== null) return [{ states, packings: [{ ...packing, rows: [0, ...packing.rows] }] }];
  }
  const nowhere = next[0].map(() => DEAD);
  const packed = (some: readonly number[], columns: readonly number[] = []): Group | null => {
    const packing = pack([nowhere, ...some.map((state) => next[state])], capacity, [0], columns);
    return packing && { states: some, packings: [packing] };
  };
  const own = shared(
    states,
    (some) => packed(some) ?? (some.length > 1 ? null : alone(next, some[0], capacity)),
  );
  if (own.length === 1) return own;
  const ways = [own];
  for (const columns of [next[0].map((_, k) => k), own[0].packings[0].columns]) {
    const group = (some: readonly number[]): Group | null => packed(some, columns);
    if (next[0].length <= MOST_SHARED && states.every((state) => group([state]) !== null)) {
      ways.push(shared(states, group));
    }
  }
  return ways.reduce((best, way) => (costOf(way) < costOf(best) ? way : best));
}

/** Puts each state into the first block that takes it; each into one of its own if they are so many that it takes too long. */
function shared(states: readonly number[], group: (some: readonly number[]) => Group | null): Group[] {
  if (states.length > MOST_TOGETHER) return states.map((state) => group([state])!);
  const groups: Group[] = [];
  for (const state of states) {
    const place = groups.findIndex((own) => group([...own.states, state]) !== null);
    if (place < 0) groups.push(group([state])!);
    else groups[place] = group([...groups[place].states, state])!;
  }
  return groups;
}

/** About how many rotations a character takes, if what follows is shared out in the same way. */
function costOf(groups: readonly Group[]): number {
  const packings = groups.flatMap((group) => group.packings);
  const lookups = new Set(packings.map(({ columns }) => columns.join())).size;
  const steps = packings.flatMap(({ at }) =>
    groups.filter(({ states }) => states.some((state) => at.includes(state))),
  );
  return 2 * lookups + steps.length;
}

/** A state by itself that has more next states than a block tells apart. */
function alone(next: readonly (readonly number[])[], state: number, capacity: number): Group {
  const half = capacity / 2;
  const row = next[state];
  const targets = [...new Set(row)].filter((target) => target !== DEAD);
  const packings = Array.from({ length: Math.ceil(targets.length / (half - 1)) }, (_, i) => {
    const some = targets.slice(i * (half - 1), (i + 1) * (half - 1));
    const part = row.map((target) => (some.includes(target) ? target : DEAD));
    return pack([row.map(() => DEAD), part], capacity, [0, half])!;
  });
  return { states: [state], packings };
}
