import fc from "fast-check";
import { expect, test } from "vitest";
import {
  DEFAULT_PARAMETERS,
  PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128,
} from "../../src/parameters/sets.ts";
import { like } from "../../src/text/search/like.ts";
import { sampleCount } from "../samples.ts";
import { layouts, samples, textsOver } from "./texts.ts";
import { type Sample, TextTrial } from "./trial.ts";

/** What SQL says, by trying all ways. */
function isLike(text: string, pattern: string, escaper: string): boolean {
  if (pattern === "") return text === "";
  const [first, second = ""] = pattern;
  if (first === escaper) {
    if (second === "") return text === "";
    return text[0] === second && isLike(text.slice(1), pattern.slice(2), escaper);
  }
  if (first === "%") {
    return (
      isLike(text, pattern.slice(1), escaper) || (text !== "" && isLike(text.slice(1), pattern, escaper))
    );
  }
  return (
    text !== "" && (first === "_" || first === text[0]) && isLike(text.slice(1), pattern.slice(1), escaper)
  );
}

test.each(layouts)(
  "is right for all patterns beside $length characters, padded: $padded",
  ({ length, padded }) => {
    for (const other of layouts) {
      const trial = new TextTrial(DEFAULT_PARAMETERS);
      const operands = [
        trial.encrypted(length, padded),
        trial.encrypted(other.length, other.padded),
      ] as const;
      const run = trial.runner([like(trial.builder, ...operands, "\\".charCodeAt(0))]);
      for (const a of samples(textsOver("a%", 3), length, padded)) {
        for (const b of samples(textsOver("a%\\", 3), other.length, other.padded)) {
          expect(run([a, b]), JSON.stringify([a, b])).toEqual([Number(isLike(a.text, b.text, "\\"))]);
        }
      }
    }
  },
);

test.each([
  { shape: "2_2", parameters: DEFAULT_PARAMETERS, runs: sampleCount(40, 300) },
  { shape: "1_1", parameters: PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128, runs: sampleCount(4, 40) },
])(
  "is right for longer ones on blocks of shape $shape, clear or encrypted, with an escape or none",
  ({ parameters, runs }) => {
    const text = (maxLength: number, characters: string) =>
      fc.string({ unit: fc.constantFrom(...characters), maxLength });
    const given = fc.record({
      a: text(7, "ab_!"),
      b: text(6, "ab_%!\\"),
      escaper: fc.constantFrom("", "!", "\\", "a"),
      clear: fc.constantFrom("text", "pattern", "neither"),
      padding: fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 2 })),
    });
    fc.assert(
      fc.property(given, ({ a, b, escaper, clear, padding }) => {
        const trial = new TextTrial(parameters);
        const all = [a, b].map(
          (own, i): Sample => (padding[i] === 0 ? { text: own } : { text: own, padding: padding[i] }),
        );
        const isClear = ["text", "pattern"].map((name) => name === clear);
        const [first, second] = all.map((sample, i) =>
          isClear[i]
            ? trial.clear(sample)
            : trial.encrypted(sample.text.length + (sample.padding ?? 0), sample.padding !== undefined),
        );
        const code = escaper === "" ? undefined : escaper.charCodeAt(0);
        const run = trial.runner([like(trial.builder, first, second, code)]);
        expect(run(all.filter((_, i) => !isClear[i]))).toEqual([Number(isLike(a, b, escaper))]);
      }),
      { numRuns: runs },
    );
  },
);
