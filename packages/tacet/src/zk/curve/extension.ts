import { BASE_FIELD, inverseOf, mod } from "../kernel/prime-field.ts";

const { modulus: p } = BASE_FIELD;

/** An element of 𝔽p² = 𝔽p[u]/(u² + 1) outside of the kernel, for what is computed once or for single points. */
export type Extension = readonly [real: bigint, imaginary: bigint];

/** ξ = 1 + u, of which sixth roots make 𝔽p¹². */
export const XI: Extension = [1n, 1n];

export function times([a, b]: Extension, [c, d]: Extension): Extension {
  return [mod(a * c - b * d, p), mod(a * d + b * c, p)];
}

/** base^exponent, of exponents that are no secret. */
export function powerOf(base: Extension, exponent: bigint): Extension {
  let [power, square]: [Extension, Extension] = [[1n, 0n], base];
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) power = times(power, square);
    square = times(square, square);
  }
  return power;
}

export function conjugate([a, b]: Extension): Extension {
  return [a, mod(-b, p)];
}

export function inverse([a, b]: Extension): Extension {
  const norm = inverseOf(a * a + b * b, p);
  return [mod(a * norm, p), mod(-b * norm, p)];
}

/** γ = ξ^((p − 1)/6): for a sixth root w of ξ, w^p = γ·w. */
export const FROBENIUS: Extension = powerOf(XI, (p - 1n) / 6n);
