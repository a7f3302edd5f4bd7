import type { FunctionBuilder } from "../../../kernel/generator/assembler.ts";
import type { Local } from "../../../kernel/generator/instructions.ts";
import { BASE_FIELD, LIMB_BYTES, type PrimeField, SCALAR_FIELD } from "../prime-field.ts";
import { FieldWriter, type Operand, type Quad } from "./field.ts";

/** Writes the body of a function of the module. */
export type Writer = (f: FunctionBuilder) => void;

type Address = Local<"i32">;

/** A function whose parameters are a result's address and those of operands, which it may overwrite. */
function over(
  field: PrimeField,
  operands: number,
  write: (F: FieldWriter, out: Address, operands: Address[]) => void,
): Writer {
  return (f) => {
    const parameters = f.params("i32");
    const [out, ...addresses] = Array.from({ length: 1 + operands }, () => parameters.next().value);
    f.once(() => write(new FieldWriter(f, field), out!, addresses));
  };
}

const sum = (F: FieldWriter, a: Quad, b: Quad): Quad => F.reduced(F.add(a, b));
const difference = (F: FieldWriter, a: Quad, b: Quad): Quad => F.reduced(F.sub(a, b));
const triple = (F: FieldWriter, a: Quad): Quad => F.add(F.add(a, a), a);

/**
 * What the module computes on quads of a prime field. Of operands and results limbs are at most 2^50 + 8 and values below the
 * modulus, in absolute value.
 */
function primeFunctions(field: PrimeField): Record<string, Writer> {
  const { name } = field;
  return {
    [`${name}Multiply`]: over(field, 2, (F, out, [a, b]) =>
      F.store(out, F.multiply([F.operand(a!), F.operand(b!)])),
    ),
    [`${name}Square`]: over(field, 1, (F, out, [a]) => F.store(out, F.square(F.load(a!)))),
    [`${name}Add`]: over(field, 2, (F, out, [a, b]) => F.store(out, sum(F, F.load(a!), F.load(b!)))),
    [`${name}Subtract`]: over(field, 2, (F, out, [a, b]) =>
      F.store(out, difference(F, F.load(a!), F.load(b!))),
    ),
  };
}

/** Only for coordinates. */
const baseFunctions: Record<string, Writer> = {
  /** a·b + c·d. */
  baseMultiplyTwo: over(BASE_FIELD, 4, (F, out, [a, b, c, d]) => {
    F.store(out, F.multiply([F.operand(a!), F.operand(b!)], [F.operand(c!), F.operand(d!)]));
  }),
  /** Three times what is added in the curve's equation, which is 1. */
  baseTimesB3: over(BASE_FIELD, 1, (F, out, [a]) => F.store(out, F.reduced(triple(F, F.load(a!))))),
};

const ELEMENT = LIMB_BYTES * BASE_FIELD.limbs;

/** The parts of an element of 𝔽p². */
type Parts = readonly [real: Quad, imaginary: Quad];

const loadParts = (F: FieldWriter, a: Address): Parts => [F.load(a), F.load(a, ELEMENT)];

function storeParts(F: FieldWriter, out: Address, [real, imaginary]: Parts): void {
  F.store(out, real);
  F.store(out, imaginary, ELEMENT);
}

/** The sum of one or two products. */
function multiplyParts(F: FieldWriter, ...factors: [Address, Address][]): Parts {
  const operands = factors.map(([a, b]) => ({
    a0: F.operand(a),
    a1: F.load(a, ELEMENT),
    b0: F.operand(b),
    b1: F.operand(b, ELEMENT),
  }));
  return [
    F.multiply(
      ...operands.flatMap(({ a0, a1, b0, b1 }): [Operand, Operand][] => [
        [a0, b0],
        [F.negated(a1), b1],
      ]),
    ),
    F.multiply(
      ...operands.flatMap(({ a0, a1, b0, b1 }): [Operand, Operand][] => [
        [a0, b1],
        [a1, b0],
      ]),
    ),
  ];
}

/** The same for 𝔽p² = 𝔽p[u]/(u² + 1): a quad of real parts, then one of imaginary ones. */
const extensionFunctions: Record<string, Writer> = {
  extensionMultiply: over(BASE_FIELD, 2, (F, out, [a, b]) => storeParts(F, out, multiplyParts(F, [a!, b!]))),
  extensionMultiplyTwo: over(BASE_FIELD, 4, (F, out, [a, b, c, d]) =>
    storeParts(F, out, multiplyParts(F, [a!, b!], [c!, d!])),
  ),
  /** (a₀ + a₁)·(a₀ − a₁) and 2·a₀·a₁. */
  extensionSquare: over(BASE_FIELD, 1, (F, out, [a]) => {
    const [a0, a1] = loadParts(F, a!);
    const real = F.multiply([sum(F, a0, a1), F.sub(a0, a1)]);
    storeParts(F, out, [real, F.multiply([F.add(a0, a0), a1])]);
  }),
  extensionAdd: over(BASE_FIELD, 2, (F, out, [a, b]) => {
    for (const part of [0, ELEMENT]) F.store(out, sum(F, F.load(a!, part), F.load(b!, part)), part);
  }),
  extensionSubtract: over(BASE_FIELD, 2, (F, out, [a, b]) => {
    for (const part of [0, ELEMENT]) F.store(out, difference(F, F.load(a!, part), F.load(b!, part)), part);
  }),
  /** 1 + u, of which roots make the extensions to come, times a. */
  extensionTimesXi: over(BASE_FIELD, 1, (F, out, [a]) => {
    const [a0, a1] = loadParts(F, a!);
    storeParts(F, out, [difference(F, a0, a1), sum(F, a0, a1)]);
  }),
  /** Three times what is added in the equation of G2's curve, which is 1 + u. */
  extensionTimesB3: over(BASE_FIELD, 1, (F, out, [a]) => {
    const [a0, a1] = loadParts(F, a!);
    storeParts(F, out, [F.reduced(triple(F, difference(F, a0, a1))), F.reduced(triple(F, sum(F, a0, a1)))]);
  }),
};

export const arithmetic: Readonly<Record<string, Writer>> = {
  ...primeFunctions(BASE_FIELD),
  ...primeFunctions(SCALAR_FIELD),
  ...baseFunctions,
  ...extensionFunctions,
};
