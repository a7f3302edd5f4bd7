import type { Graph, GraphItem } from "../graph.ts";
import { KNOWN_GRAPHS, knownPrograms } from "../known-cases.ts";
import type { Arg, Item, Program } from "../program.ts";
import { type Random, shuffled } from "../random.ts";
import { isValid } from "../shrink/program.ts";

/*
 * Relatives of what went wrong once: faults have siblings, which are rare among all programs and common among these.
 */

/** What a part of a known case is changed with. */
const CHANGE = 0.06;

/** A graph like one that went wrong. */
export function generateRelativeGraph(random: Random): Graph {
  const known = random.pick(KNOWN_GRAPHS);
  const ids = known.inputs.map(({ id }) => id);
  const items = known.items.flatMap((item): GraphItem[] => {
    if (item.do === "finish" && random.chance(CHANGE)) return [];
    if (item.do === "request") {
      const more = ids.filter(() => random.chance(CHANGE));
      return [{ ...item, refs: shuffled(random, [...new Set([...item.refs, ...more])]) }];
    }
    if (item.do === "lookup") {
      ids.push(item.id);
      const table = item.table.map((entry) => (random.chance(CHANGE) ? random.below(4) : entry));
      return [{ ...item, table }];
    }
    if (item.do === "linear") {
      ids.push(item.id);
      const terms = item.terms.map(([coefficient, ref]) => {
        const changed = random.chance(CHANGE) ? random.pick([-2, -1, 1, 2, 4]) : coefficient;
        return [changed, ref] as const;
      });
      return [{ ...item, terms }];
    }
    if (item.do === "wide") ids.push(item.id);
    return [item];
  });
  return { ...known, items };
}

/** A program like one that went wrong. */
export function generateRelativeProgram(random: Random): Program {
  const digits = shuffled(random, [0, 1, 2, 3, 4, 5, 6, 7]).slice(0, random.below(5));
  const known = random.pick(knownPrograms(digits));
  const changes = random.chance(0.5) ? 0 : CHANGE;
  const clear = (arg: Arg): Arg => {
    if (typeof arg !== "bigint" || !random.chance(changes)) return arg;
    return random.bits(arg.toString(2).length);
  };
  const items = known.items.map((item): Item => {
    if (item.do === "request") return { ...item, refs: shuffled(random, item.refs) };
    return item.do === "step" ? { ...item, args: item.args.map(clear) } : item;
  });
  const program = { ...known, items };
  return isValid(program) ? program : known;
}
