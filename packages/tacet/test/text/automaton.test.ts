import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Builder } from "../../src/graph/builder.ts";
import { plan } from "../../src/graph/plan.ts";
import {
  DEFAULT_PARAMETERS,
  PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128,
} from "../../src/parameters/sets.ts";
import { type Automaton, accepts } from "../../src/pattern/automaton.ts";
import { Pattern } from "../../src/pattern/pattern.ts";
import { compile } from "../../src/regex.ts";
import { pack } from "../../src/text/packing.ts";
import { accepted } from "../../src/text/search/automaton.ts";
import { sampleCount } from "../samples.ts";
import { layouts, samples, textsOver } from "./texts.ts";
import { codesOf, TextTrial } from "./trial.ts";

const EXPRESSIONS = [
  /a/,
  /^a/,
  /a$/,
  /^$/,
  /^/,
  /ab|ba/,
  /^(a|b)*$/,
  /^(ab)+$/,
  /a.b/,
  /[^a]/,
  /^[ab]{2}$/,
  /\bb/,
  /a(?!b)/,
  /(?=.*a)(?=.*b)/,
  /(?<=a)b/,
  /^(?=.*b).{3}$/,
  /aa|bb/i,
  /^a{2,}b?$/,
];

const automatonOf = (expression: RegExp): Automaton => Pattern.automatonOf(compile(expression), "ascii");

describe.each(EXPRESSIONS.map((expression) => ({ name: String(expression), expression })))(
  "an automaton of $name",
  ({ expression }) => {
    test.each(layouts)("is right for all of $length characters, padded: $padded", ({ length, padded }) => {
      const trial = new TextTrial(DEFAULT_PARAMETERS);
      const flag = accepted(trial.builder, trial.encrypted(length, padded), automatonOf(expression));
      const run = trial.runner([flag]);
      for (const sample of samples(textsOver("ab ", 3), length, padded)) {
        expect(run([sample]), JSON.stringify(sample)).toEqual([Number(expression.test(sample.text))]);
      }
    });
  },
);

/** Any automaton: it need not come of an expression, nor be as small as it can. */
const automata = fc
  .record({
    states: fc.integer({ min: 1, max: 10 }),
    classes: fc.integer({ min: 1, max: 12 }),
    numbers: fc.infiniteStream(fc.nat({ max: 1e6 })),
  })
  .map(({ states, classes, numbers }): Automaton => {
    const draw = (limit: number): number => numbers.next().value % limit;
    const list = (length: number, limit: number): number[] => Array.from({ length }, () => draw(limit));
    return {
      classes: list(128, classes),
      start: 0,
      next: Array.from({ length: states }, () => list(classes, states)),
      accepting: list(states, 2).map(Boolean),
    };
  });

test.each([
  { shape: "2_2", parameters: DEFAULT_PARAMETERS, runs: sampleCount(8, 60) },
  {
    shape: "1_1",
    parameters: PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128,
    runs: sampleCount(2, 8),
  },
])("any automaton is right on blocks of shape $shape", ({ parameters, runs }) => {
  const character = fc.integer({ min: 1, max: 127 }).map((code) => String.fromCharCode(code));
  const given = fc.record({
    automaton: automata,
    texts: fc.array(fc.string({ unit: character, maxLength: 6 }), { minLength: 1, maxLength: 10 }),
    size: fc.nat({ max: 6 }),
    padded: fc.boolean(),
  });
  fc.assert(
    fc.property(given, ({ automaton, texts, size, padded }) => {
      const trial = new TextTrial(parameters);
      const run = trial.runner([accepted(trial.builder, trial.encrypted(size, padded), automaton)]);
      for (const text of texts) {
        const own = (padded ? text : text.padEnd(size, "x")).slice(0, size);
        const sample = padded ? { text: own, padding: size - own.length } : { text: own };
        expect(run([sample])).toEqual([Number(accepts(automaton, codesOf({ text: own })))]);
      }
    }),
    { numRuns: runs },
  );
});

describe("a packing", () => {
  test("has sums that tell what stands in the table", () => {
    const tables = fc
      .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 4 }))
      .chain(([rows, columns, entries]) =>
        fc.array(fc.array(fc.nat({ max: entries }), { minLength: columns, maxLength: columns }), {
          minLength: rows,
          maxLength: rows,
        }),
      );
    let found = 0;
    fc.assert(
      fc.property(tables, (table) => {
        const packing = pack(table, 16, [0]);
        if (packing === null) return;
        found++;
        expect(packing.rows[0]).toBe(0);
        for (const [i, row] of table.entries()) {
          for (const [k, entry] of row.entries()) {
            const sum = packing.rows[i] + packing.columns[k];
            expect(sum).toBeLessThan(16);
            expect(packing.at[sum]).toBe(entry);
          }
        }
      }),
    );
    expect(found).toBeGreaterThan(20);
  });
});

test("a character of a text takes a few rotations, not as many as there are states", () => {
  const rotations = (expression: RegExp): number => {
    const builder = new Builder(DEFAULT_PARAMETERS);
    const characters = Array.from({ length: 32 }, () => [3, 3, 3, 1].map((max) => builder.input({ max })));
    const flag = accepted(builder, { characters, padded: false }, automatonOf(expression));
    return plan([flag], DEFAULT_PARAMETERS).rotations.length;
  };
  expect(rotations(/a/)).toBeLessThanOrEqual(3 * 32);
  expect(rotations(/abc/)).toBeLessThanOrEqual(4 * 32);
  expect(rotations(/^[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,}$/i)).toBeLessThanOrEqual(8 * 32);
});
