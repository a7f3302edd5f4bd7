import type { Operand } from "../../src/leveled.ts";
import type { TestRandom } from "../kernel/reference.ts";

/** A program on plain values: what `Program` means. */
export interface PlainStep {
  readonly digits: readonly number[];
  readonly moves: readonly PlainMove[];
}

export type PlainMove =
  | { readonly keep: Operand }
  | {
      readonly selector: number;
      readonly low: Operand;
      readonly high: Operand;
      readonly plus: readonly number[];
    };

export interface PlainProgram {
  readonly count: number;
  /** The bits that selectors encrypt. */
  readonly bits: readonly number[];
  readonly vector: readonly number[] | undefined;
  readonly positions: readonly number[] | undefined;
  readonly steps: readonly PlainStep[];
}

/** The value of each item. */
export function valuesOf({ count, bits, vector, positions, steps }: PlainProgram): number[] {
  return Array.from({ length: count }, (_, item) => {
    const results: number[] = [];
    const of = (operand: Operand): number => {
      if (operand === "zero") return 0;
      if (operand === "one") return 1;
      return operand === "vector" ? vector![positions![item]!]! : results[operand]!;
    };
    for (const { digits, moves } of steps) {
      const move = moves[digits[item]!]!;
      if ("keep" in move) results.push(of(move.keep));
      else {
        const plus = move.plus.reduce((sum, selector) => sum + bits[selector]!, 0);
        results.push(of(bits[move.selector]! === 1 ? move.high : move.low) + plus);
      }
    }
    return results.length === 0 ? of("vector") : results.at(-1)!;
  });
}

/** A random program, whose values are truth values. */
export function randomProgram(
  random: TestRandom,
  { packed, items, positions: most }: { packed: boolean; items: number; positions: number },
): PlainProgram {
  const vector = packed ? Array.from({ length: most }, () => random.below(2)) : undefined;
  const stepCount = packed ? random.below(5) : 1 + random.below(5);
  // Of the first selectors, one is set at most, as of the values of a digit.
  const oneHot = Array.from({ length: 4 }, () => 0);
  oneHot[random.below(5)] = 1;
  const bits = [...oneHot.slice(0, 4), ...Array.from({ length: 6 }, () => random.below(2))];
  const steps = Array.from({ length: stepCount }, (_, step): PlainStep => {
    const operand = (): Operand => {
      const choices: Operand[] = ["zero", "one", ...Array.from({ length: step }, (_, i) => i)];
      if (packed) choices.push("vector");
      // Mostly what the step before has given.
      return step > 0 && random.below(2) === 0 ? step - 1 : choices[random.below(choices.length)]!;
    };
    const move = (): PlainMove => {
      const kind = random.below(6);
      if (kind === 0) return { keep: operand() };
      if (kind === 1) {
        const selector = random.below(4);
        const plus = [0, 1, 2, 3].filter((other) => other !== selector && random.below(2) === 0);
        return { selector, low: "zero", high: operand(), plus };
      }
      return { selector: random.below(bits.length), low: operand(), high: operand(), plus: [] };
    };
    const moves = Array.from({ length: 1 + random.below(4) }, move);
    return { moves, digits: Array.from({ length: items }, () => random.below(moves.length)) };
  });
  const positions = packed ? Array.from({ length: items }, () => random.below(most)) : undefined;
  return { count: items, bits, vector, positions, steps };
}
