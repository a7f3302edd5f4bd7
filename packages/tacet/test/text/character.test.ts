import fc from "fast-check";
import { expect, test } from "vitest";
import { DEFAULT_PARAMETERS } from "../../src/parameters/sets.ts";
import { lookupCharacter } from "../../src/text/character.ts";
import { sampleCount } from "../samples.ts";
import { TextTrial } from "./trial.ts";

test.each([
  { bytes: false, codes: 128 },
  { bytes: true, codes: 256 },
])("a lookup of a character gives what the table has, for all $codes codes", ({ bytes, codes }) => {
  const table = fc.oneof(
    // Ranges and single ones, as in classes of regular expressions.
    fc
      .array(fc.tuple(fc.nat({ max: codes - 1 }), fc.nat({ max: codes - 1 }), fc.nat({ max: 5 })), {
        maxLength: 5,
      })
      .map((ranges) =>
        Array.from({ length: codes }, (_, code) =>
          ranges.reduce(
            (value, [a, b, own]) => (code >= Math.min(a, b) && code <= Math.max(a, b) ? own : value),
            0,
          ),
        ),
      ),
    fc.array(fc.nat({ max: 3 }), { minLength: codes, maxLength: codes }),
    fc.array(fc.nat({ max: 15 }), { minLength: codes, maxLength: codes }),
  );
  fc.assert(
    fc.property(table, (entries) => {
      const trial = new TextTrial(DEFAULT_PARAMETERS);
      const [character] = trial.encrypted(1, true, bytes).characters;
      const block = lookupCharacter(trial.builder, character, (code) => entries[code]);
      const digits = [(value: number) => value % 4, (value: number) => value >> 2];
      const run = trial.runner([digits.map((digit) => trial.builder.lookup(block, digit))]);
      const found = Array.from({ length: codes }, (_, code) =>
        run([code === 0 ? { text: "", padding: 1 } : { text: String.fromCharCode(code), padding: 0 }]),
      );
      expect(found.flat()).toEqual(entries);
    }),
    { numRuns: sampleCount(6, 100) },
  );
});
