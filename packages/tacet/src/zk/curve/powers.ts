import type { CurveKernel } from "../kernel/kernel.ts";
import { type Coordinates, type Element, quadBytes } from "../kernel/layout.ts";
import { BASE_FIELD, SCALAR_FIELD } from "../kernel/prime-field.ts";
import type { Region } from "./region.ts";

const BITS = 4;
const BASE = 2 ** BITS;

/** The digits of an exponent to base 16, the highest first. */
export function exponentDigits(exponent: bigint): number[] {
  return [...exponent.toString(BASE)].map((digit) => Number.parseInt(digit, BASE));
}

/** p − 2 inverts (Fermat). As p ≡ 3 modulo 4, the power by (p + 1)/4 of a square is a root of it. */
const INVERSE = {
  base: exponentDigits(BASE_FIELD.modulus - 2n),
  scalar: exponentDigits(SCALAR_FIELD.modulus - 2n),
} as const;
const SQUARE_ROOT = exponentDigits((BASE_FIELD.modulus + 1n) / 4n);

/** out ← a^exponent in all lanes. Which operations are done depends on the exponent alone. */
export function power(
  kernel: CurveKernel,
  element: "base" | "scalar",
  out: number,
  a: number,
  digits: readonly number[],
  region: Region,
): void {
  const multiply = kernel.functions[`${element}Multiply`];
  const square = kernel.functions[`${element}Square`];
  const size = quadBytes(element);
  region.scope(() => {
    const powers = region.take(BASE * size); // the first place is that of the result
    kernel.copy(powers + size, a, size);
    for (let digit = 2; digit < BASE; digit++)
      multiply(powers + digit * size, powers + (digit - 1) * size, a);
    kernel.copy(powers, powers + digits[0]! * size, size);
    for (const digit of digits.slice(1)) {
      for (let i = 0; i < BITS; i++) square(powers, powers);
      if (digit !== 0) multiply(powers, powers, powers + digit * size);
    }
    kernel.copy(out, powers, size);
  });
}

/** out ← 1/a in all lanes; 0 of 0. */
export function invert(kernel: CurveKernel, element: Element, out: number, a: number, region: Region): void {
  if (element !== "extension") {
    power(kernel, element, out, a, INVERSE[element], region);
    return;
  }
  const { baseSquare, baseAdd, baseMultiply, baseSubtract } = kernel.functions;
  const size = quadBytes("base");
  region.scope(() => {
    const [norm, square] = [region.take(size), region.take(size)];
    baseSquare(norm, a);
    baseSquare(square, a + size);
    baseAdd(norm, norm, square);
    power(kernel, "base", norm, norm, INVERSE.base, region);
    baseMultiply(out, a, norm);
    baseMultiply(out + size, a + size, norm);
    baseSubtract(square, square, square);
    baseSubtract(out + size, square, out + size);
  });
}

/** out ← a root of a in the lanes where a is a square, and something else in the others. */
export function squareRoot(kernel: CurveKernel, out: number, a: number, region: Region): void {
  power(kernel, "base", out, a, SQUARE_ROOT, region);
}

/** The lanes in which two quads of values below the modulus are equal. */
export function equalLanes(
  kernel: CurveKernel,
  coordinates: Coordinates,
  a: number,
  b: number,
  region: Region,
): number {
  return region.scope(() => {
    const difference = region.take(quadBytes(coordinates));
    kernel.functions[`${coordinates}Subtract`](difference, a, b);
    return zeroLanes(kernel, coordinates, difference, region);
  });
}

/** The lanes in which a quad is 0: what a product is 0 modulo the prime, it is exactly. */
export function zeroLanes(kernel: CurveKernel, coordinates: Coordinates, a: number, region: Region): number {
  return region.scope(() => {
    const size = quadBytes(coordinates);
    const [one, product] = [region.take(size), region.take(size)];
    kernel.fillOne(coordinates, one);
    kernel.functions[`${coordinates}Multiply`](product, a, one);
    return kernel.zeroLanes(coordinates, product);
  });
}
