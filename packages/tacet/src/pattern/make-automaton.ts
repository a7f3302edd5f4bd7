import { LimitError } from "../errors.ts";
import type { Automaton, Encoding } from "./automaton.ts";
import { type CodeSet, type Partition, partitionOf } from "./code-set.ts";
import { determinize, type Machine, type Table } from "./determinize.ts";
import { minimize } from "./minimize.ts";
import { overBytes } from "./utf8.ts";

/** Most states of an automaton: two digits at base 16 hold one. */
export const MOST_STATES = 256;

/** What texts are read by. */
export interface Recognizer {
  /** What it tells characters apart by. */
  readonly sets: readonly CodeSet[];
  /** The machine for classes of characters, each of which is all in a set or not at all: `members[set][class]`. */
  machineOf(members: Partition["members"]): Machine<unknown>;
}

/**
 * The minimal automaton that reads as a recognizer does.
 *
 * @param states the most that it may have.
 * @throws LimitError if it has more; PatternError if too many are met on the way to it.
 */
export function makeAutomaton(
  recognizer: Recognizer,
  encoding: Encoding,
  states: number = MOST_STATES,
): Automaton {
  const partition = partitionOf(recognizer.sets, encoding);
  const table = minimize(determinize(recognizer.machineOf(partition.members), partition.count));
  checkStates(table, states);
  const overCodes = encoding === "utf8" ? overBytes(table, partition.pieces) : overAscii(table, partition);
  checkStates(overCodes, states);
  return numbered(overCodes);
}

function checkStates({ next: { length } }: Pick<Table, "next">, most: number): void {
  if (length > most) throw new LimitError("states", most, length);
}

function overAscii({ next, accepting }: Table, { pieces }: Partition): Table {
  const columns = new Array<number>(2 ** 7).fill(0);
  for (const { first, last, class: number } of pieces) columns.fill(number, first, last + 1);
  return { next: next.map((row) => columns.map((column) => row[column])), accepting };
}

/** States in the order in which a search finds them, codes of equal columns as one class. */
function numbered({ next, accepting }: Table): Automaton {
  const numbers = new Map<string, number>();
  /** One code of each class. */
  const samples: number[] = [];
  const classes = next[0].map((_, code) => {
    if (code === 0) return 0;
    const column = next.map((row) => row[code]).join();
    if (!numbers.has(column)) numbers.set(column, samples.push(code) - 1);
    return numbers.get(column)!;
  });
  const order = new Set([0]);
  for (const state of order) for (const code of samples) order.add(next[state][code]);
  const states = [...order];
  const numberOf = new Map(states.map((state, number) => [state, number]));
  return {
    classes,
    start: 0,
    next: states.map((state) => samples.map((code) => numberOf.get(next[state][code])!)),
    accepting: states.map((state) => accepting[state]),
  };
}
