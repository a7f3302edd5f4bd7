import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PatternError } from "../../src/errors.ts";
import { type Decision, Decisions, FALSE, type Implications, TRUE } from "../../src/pattern/decisions.ts";

const VARIABLES = 5;

/** A function by its formula, as a decision and as what it is for each assignment. */
interface Sample {
  readonly decision: Decision;
  readonly table: readonly boolean[];
}

const assignments = Array.from({ length: 2 ** VARIABLES }, (_, bits) =>
  Array.from({ length: VARIABLES }, (_, variable) => ((bits >> variable) & 1) === 1),
);

/** Functions put together from others: each step takes three of what there is. */
const formulas = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { minLength: 1, maxLength: 8 });

function samplesOf(decisions: Decisions, steps: readonly (readonly [number, number, number])[]): Sample[] {
  const all: Sample[] = [
    { decision: FALSE, table: assignments.map(() => false) },
    { decision: TRUE, table: assignments.map(() => true) },
    ...assignments[0]!.map((_, variable) => ({
      decision: decisions.literal(variable),
      table: assignments.map((values) => values[variable]!),
    })),
  ];
  for (const step of steps) {
    const [a, b, c] = step.map((index) => all[index % all.length]!) as [Sample, Sample, Sample];
    all.push({
      decision: decisions.choose(a.decision, b.decision, c.decision),
      table: a.table.map((value, i) => (value ? b.table[i]! : c.table[i]!)),
    });
  }
  return all;
}

/** What a function is for an assignment. */
function valueFor(decisions: Decisions, decision: Decision, values: readonly boolean[]): boolean {
  return decisions.substitute(decision, (variable) => (values[variable] ? TRUE : FALSE)) === TRUE;
}

describe("decisions", () => {
  test("are what their formulas are, and equal functions are one number", () => {
    const property = fc.property(formulas, (steps) => {
      const decisions = new Decisions();
      const numbers = new Map<string, Decision>();
      for (const { decision, table } of samplesOf(decisions, steps)) {
        expect(assignments.map((values) => valueFor(decisions, decision, values))).toEqual(table);
        expect(decisions.ofNone(decision)).toBe(table[0]);
        expect(numbers.get(table.join()) ?? decision).toBe(decision);
        numbers.set(table.join(), decision);
      }
    });
    fc.assert(property);
  });

  test("depend on the variables that change them", () => {
    const property = fc.property(formulas, (steps) => {
      const decisions = new Decisions();
      const { decision, table } = samplesOf(decisions, steps).at(-1)!;
      const matter = assignments[0]!.flatMap((_, variable) => {
        return assignments.some((_, bits) => table[bits] !== table[bits ^ (1 << variable)]) ? [variable] : [];
      });
      expect([...decisions.variablesOf(decision)].sort()).toEqual(matter);
    });
    fc.assert(property);
  });

  test("are simplified to the same wherever some variables imply others", () => {
    const pairs = fc.array(fc.tuple(fc.nat(VARIABLES - 1), fc.nat(VARIABLES - 1)), { maxLength: 5 });
    const property = fc.property(formulas, pairs, (steps, direct) => {
      const decisions = new Decisions();
      const holds = (values: readonly boolean[]): boolean =>
        direct.every(([a, b]) => !values[a] || values[b]!);
      const cared = assignments.filter(holds);
      const related = (variable: number, other: number): boolean =>
        variable !== other && cared.every((values) => !values[variable] || values[other]!);
      const all = [...assignments[0]!.keys()];
      const implications: Implications = (variable) => ({
        implied: new Set(all.filter((other) => related(variable, other))),
        implying: new Set(all.filter((other) => related(other, variable))),
      });
      const { decision } = samplesOf(decisions, steps).at(-1)!;
      const simple = decisions.simplify(decision, implications);
      const values = (of: Decision): boolean[] => cared.map((each) => valueFor(decisions, of, each));
      expect(values(simple)).toEqual(values(decision));
      expect(decisions.variablesOf(simple).size).toBeLessThanOrEqual(decisions.variablesOf(decision).size);
    });
    fc.assert(property);
  });

  test("need only the weakest of what implies each other", () => {
    const decisions = new Decisions();
    // Each implies those behind it.
    const implications: Implications = (variable) => ({
      implied: new Set([0, 1, 2, 3].filter((other) => other > variable)),
      implying: new Set([0, 1, 2, 3].filter((other) => other < variable)),
    });
    const [a, b, c] = [0, 2, 3].map((variable) => decisions.literal(variable)) as [number, number, number];
    expect(decisions.simplify(decisions.or(decisions.or(a, b), c), implications)).toBe(c);
    expect(decisions.simplify(decisions.and(decisions.and(a, b), c), implications)).toBe(a);
    const neither = decisions.and(decisions.not(a), decisions.not(b));
    expect(decisions.simplify(neither, implications)).toBe(decisions.not(b));
  });

  test("that are literals, any of which suffices, say which", () => {
    const decisions = new Decisions();
    const [a, b, c] = [0, 1, 2].map((variable) => decisions.literal(variable)) as [number, number, number];
    const any = decisions.or(decisions.or(a, decisions.not(b)), c);
    expect(decisions.literalsOf(any)).toEqual({ positive: [0, 2], negative: [1] });
    expect(decisions.literalsOf(FALSE)).toEqual({ positive: [], negative: [] });
    for (const other of [TRUE, decisions.and(a, b), decisions.choose(a, b, c)]) {
      expect(decisions.literalsOf(other)).toBe(undefined);
    }
  });

  test("are no more than their numbers leave room for", () => {
    const decisions = new Decisions();
    const make = (): void => {
      for (let variable = 0; variable < 2 ** 17; variable++) decisions.literal(variable);
    };
    expect(make).toThrow(PatternError);
  });

  test("take no more steps than allowed", () => {
    const decisions = new Decisions();
    decisions.spend(2 ** 22);
    expect(() => decisions.spend()).toThrow(PatternError);
    expect(() => decisions.and(decisions.literal(0), decisions.literal(1))).toThrow(PatternError);
  });
});
