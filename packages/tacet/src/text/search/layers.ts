import type { Automaton } from "../../pattern/automaton.ts";

/** A state whatever follows which the text is not accepted. */
export const DEAD = -1;
/** A state whatever follows which it is. */
export const DONE = -2;

/** What an automaton does with one character of a text of a known size. */
export interface Layer {
  /** The class of each code: no state that can be met here tells codes of one class apart. */
  readonly classes: readonly number[];
  /** For each state that can be met here, and each class, the state behind the character: one of the next layer. */
  readonly next: readonly (readonly number[])[];
}

/** A layered automaton: states count up from 0 in each layer; there is one in front of the text. */
export interface Layers {
  /** The state in front of the text: 0, or what is decided by the size of the text alone. */
  readonly start: number;
  readonly layers: readonly Layer[];
}

/** Most pairs of a state and a character, each of which may be a few bootstraps: an hour of work. */
const MOST_PAIRS = 2 ** 18;

/**
 * An automaton unrolled over the characters of a text, of which zeros may be behind it. What cannot be told apart by as many
 * characters as are left is one state, and states that cannot be met are none.
 *
 * @throws RangeError if there are too many of both.
 */
export function layersOf(automaton: Automaton, size: number, padded: boolean): Layers {
  const pairs = size * automaton.next.length;
  if (pairs > MOST_PAIRS) {
    throw new RangeError(
      `a pattern of ${automaton.next.length} states on ${size} characters: the most is ${MOST_PAIRS} pairs of both`,
    );
  }
  // Behind the text there are only zeros. So what does not end there may be dead, or stay what it is: what has fewer states.
  const ways = padded ? [true, false] : [false];
  const all = ways.map((stays) => unrolled(automaton, size, padded, stays));
  return all.reduce((best, way) => (statesOf(way) < statesOf(best) ? way : best));
}

function statesOf({ layers }: Layers): number {
  return layers.reduce((sum, { next }) => sum + next.length, 0);
}

function unrolled(automaton: Automaton, size: number, padded: boolean, stays: boolean): Layers {
  const backward = minimized(automaton, size, padded, stays);
  const start = backward[0].states[automaton.start];
  const layers: Layer[] = [];
  let met = [start];
  const known = new Map<string, { layer: Layer; met: number[] }>();
  for (let i = 0; i < size && met[0] >= 0; i++) {
    const name = `${backward[i].number}:${met.join()}`;
    const found = known.get(name) ?? layerOf(automaton, backward[i].rows, met);
    known.set(name, found);
    layers.push(found.layer);
    met = found.met;
  }
  return { start: start < 0 ? start : 0, layers };
}

/** The states in front of a character, as they matter for what is left of the text. */
interface Minimized {
  /** The same for layers that are the same. */
  readonly number: number;
  /** For each state of the automaton its state here. */
  readonly states: readonly number[];
  /** For each state here, and each class of the automaton, what is behind the character; the last class is the end. */
  readonly rows: readonly (readonly number[])[];
}

function minimized(
  { next, accepting }: Automaton,
  size: number,
  padded: boolean,
  stays: boolean,
): Minimized[] {
  const end: Minimized = {
    number: 0,
    states: accepting.map((accepts) => (accepts ? DONE : DEAD)),
    rows: [],
  };
  /** From the end. */
  const all = [end];
  for (let left = 1; left <= size; left++) {
    const behind = all[left - 1];
    // Once states are the same as behind, they stay so.
    if (behind === all[left - 2]) {
      all.push(behind);
      continue;
    }
    const rows: number[][] = [];
    const names = new Map<string, number>();
    const states = next.map((classes, state) => {
      const row = classes.map((target) => behind.states[target]);
      if (padded) row.push(accepting[state] ? DONE : stays ? behind.states[state] : DEAD);
      const [first] = row;
      if (first < 0 && row.every((target) => target === first)) return first;
      const name = row.join();
      const own = names.get(name) ?? rows.push(row) - 1;
      names.set(name, own);
      return own;
    });
    const same = states.join() === behind.states.join() && rows.join(";") === behind.rows.join(";");
    all.push(same ? behind : { number: left, states, rows });
  }
  return all.reverse();
}

/** A layer with the states that can be met alone, and those that can be met behind it. */
function layerOf(
  { classes }: Automaton,
  rows: readonly (readonly number[])[],
  met: readonly number[],
): { layer: Layer; met: number[] } {
  const targets = [...new Set(met.flatMap((state) => rows[state]))].filter((state) => state >= 0);
  targets.sort((a, b) => a - b);
  const numbers = new Map(targets.map((state, i) => [state, i]));
  const width = rows[met[0]].length;
  const columns = Array.from({ length: width }, (_, k) =>
    met.map((state) => numbers.get(rows[state][k]) ?? rows[state][k]),
  );
  const names = columns.map((column) => column.join());
  const distinct = [...new Set(names)];
  const classOf = names.map((name) => distinct.indexOf(name));
  const ending = classOf[width - 1];
  return {
    layer: {
      // Where no zeros can be, that of code 0 does not matter.
      classes: classes.map((own, code) => (code === 0 ? ending : classOf[own])),
      next: met.map((_, i) => distinct.map((name) => columns[names.indexOf(name)][i])),
    },
    met: targets.length === 0 ? [DEAD] : targets,
  };
}
