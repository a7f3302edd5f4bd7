import { expect } from "vitest";
import type { Block, InputBlock, Source } from "../../src/graph/block.ts";
import { Builder } from "../../src/graph/builder.ts";
import { interpreter } from "../../src/graph/interpret.ts";
import { interpretPlan } from "../../src/graph/interpret-plan.ts";
import { plan } from "../../src/graph/plan.ts";
import { digitNoise, type Radix } from "../../src/integer/radix.ts";
import { messageBits, type ParameterSet } from "../../src/parameters/parameter-set.ts";
import { clearText, type Text } from "../../src/text/text.ts";
import { expectDigits } from "../integer/operations.ts";

/** A text as tests give it: in the open, and how many zeros follow it, if it is padded. */
export interface Sample {
  readonly text: string;
  readonly padding?: number;
}

/** What a graph makes of texts. */
export type Outcome = Text | Radix | Block;

/** A graph over texts, built once for texts of some lengths, and then tried with many. */
export class TextTrial {
  readonly builder: Builder;
  readonly #parameters: ParameterSet;
  readonly #inputs: InputBlock[][][] = [];
  readonly #numbers: InputBlock[][] = [];

  constructor(parameters: ParameterSet) {
    this.#parameters = parameters;
    this.builder = new Builder(parameters);
  }

  /** An encrypted text in so many characters, as noisy as digits may be; or in so many bytes. */
  encrypted(length: number, padded: boolean, bytes = false): Text {
    const bits = messageBits(this.#parameters);
    const digits = 8 / bits;
    const noise = digitNoise(this.builder);
    const characters = Array.from({ length }, () =>
      Array.from({ length: digits }, (_, i) => {
        const max = i === digits - 1 && !bytes ? 2 ** (bits - 1) - 1 : 2 ** bits - 1;
        return this.builder.input({ max, noise });
      }),
    );
    this.#inputs.push(characters);
    return { characters, padded };
  }

  /** An encrypted number in so many digits. */
  number(digits: number): Radix {
    const noise = digitNoise(this.builder);
    const max = this.#parameters.messageModulus - 1;
    const blocks = Array.from({ length: digits }, () => this.builder.input({ max, noise }));
    this.#numbers.push(blocks);
    return blocks;
  }

  clear(sample: Sample): Text {
    return clearText(this.builder, codesOf(sample), sample.padding !== undefined);
  }

  /** The results for some values of the encrypted texts, and of the numbers, in order: by the graph, and by its plan all the same. */
  runner(
    outcomes: readonly Outcome[],
  ): (texts: readonly Sample[], numbers?: readonly number[]) => (string | number)[] {
    const blocks = outcomes.flatMap(blocksOf);
    expectDigits(this.builder, blocks);
    const run = interpreter(blocks, this.#parameters);
    const planned = plan(blocks, this.#parameters);
    return (texts, numbers = []) => {
      const sources = new Map<Source, number>();
      for (const [i, characters] of this.#inputs.entries()) {
        const codes = codesOf(texts[i]);
        expect(codes).toHaveLength(characters.length);
        for (const [j, digits] of characters.entries()) this.#assign(sources, digits, codes[j]);
      }
      for (const [i, digits] of this.#numbers.entries()) this.#assign(sources, digits, numbers[i]);
      const found = run(sources);
      expect(interpretPlan(planned, blocks, sources)).toEqual(found);
      return outcomes.map((outcome) => this.#read(outcome, found.splice(0, blocksOf(outcome).length)));
    };
  }

  rotations(outcomes: readonly Outcome[]): number {
    return plan(outcomes.flatMap(blocksOf), this.#parameters).rotations.length;
  }

  #assign(sources: Map<Source, number>, digits: readonly InputBlock[], code: number): void {
    const { messageModulus } = this.#parameters;
    for (const [i, digit] of digits.entries()) {
      sources.set(digit, Math.floor(code / messageModulus ** i) % messageModulus);
    }
  }

  #read(outcome: Outcome, values: number[]): string | number {
    const { messageModulus } = this.#parameters;
    const join = (digits: readonly number[]): number =>
      digits.reduceRight((value, digit) => value * messageModulus + digit, 0);
    if (!isText(outcome)) return join(values);
    const size = 8 / messageBits(this.#parameters);
    const codes = outcome.characters.map((_, i) => join(values.slice(i * size, (i + 1) * size)));
    const end = codes.indexOf(0);
    const text = end < 0 ? codes : codes.slice(0, end);
    expect(codes.slice(text.length).every((code) => code === 0)).toBe(true);
    if (!outcome.padded) expect(text).toHaveLength(codes.length);
    return String.fromCharCode(...text);
  }
}

export function codesOf({ text, padding = 0 }: Sample): number[] {
  return [...Array.from(text, (character) => character.charCodeAt(0)), ...new Array(padding).fill(0)];
}

function isText(outcome: Outcome): outcome is Text {
  return "characters" in outcome;
}

function blocksOf(outcome: Outcome): readonly Block[] {
  if (isText(outcome)) return outcome.characters.flat();
  return Array.isArray(outcome) ? outcome : [outcome as Block];
}
