import type { Block } from "../../src/graph/block.ts";
import { Builder } from "../../src/graph/builder.ts";
import { plan } from "../../src/graph/plan.ts";
import { clearRadix } from "../../src/integer/clear.ts";
import type { Radix } from "../../src/integer/radix.ts";
import { select } from "../../src/integer/select.ts";
import { shiftLeft, shiftRight } from "../../src/integer/shift.ts";
import { DEFAULT_PARAMETERS } from "../../src/parameters/sets.ts";
import { inputRadix, OPERATIONS } from "./operations.ts";

export const WIDTHS = [8, 16, 32, 64] as const;

/** A clear operand without structure: the golden ratio's bits. */
const CLEAR = 0x9e37_79b9_7f4a_7c15n;

type Build = (builder: Builder, a: Radix, b: Radix) => readonly Block[];

const BUILDS: readonly (readonly [string, Build])[] = [
  ...OPERATIONS.map(({ name, build }) => [name, build] as const),
  ["square", (builder, a) => OPERATIONS.find(({ name }) => name === "mul")!.build(builder, a, a)],
  ["shl 3", (builder, a) => shiftLeft(builder, a, 3)],
  ["shr 3", (builder, a) => shiftRight(builder, a, 3)],
  ["shr 3 signed", (builder, a) => shiftRight(builder, a, 3, true)],
  ["select", (builder, a, b) => select(builder, builder.input({ max: 1 }), a, b)],
];

/** Rotations and depth of an operation at each of `WIDTHS`, as "rotations/depth". */
export interface Counts {
  readonly encrypted: readonly string[];
  readonly clear: readonly string[];
}

/** What every operation costs at the default parameters, with an encrypted and with a clear second operand. */
export function counts(): Record<string, Counts> {
  const cost = (build: Build, width: number, clear: boolean): string => {
    const builder = new Builder(DEFAULT_PARAMETERS);
    const a = inputRadix(builder, width);
    const b = clear ? clearRadix(builder, CLEAR >> BigInt(64 - width), a.length) : inputRadix(builder, width);
    const { rotations, depth } = plan(build(builder, a, b), DEFAULT_PARAMETERS);
    return `${rotations.length}/${depth}`;
  };
  return Object.fromEntries(
    BUILDS.map(([name, build]) => [
      name,
      {
        encrypted: WIDTHS.map((width) => cost(build, width, false)),
        clear: WIDTHS.map((width) => cost(build, width, true)),
      },
    ]),
  );
}
