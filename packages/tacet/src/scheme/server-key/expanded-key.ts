import { type KernelParameters, keySwitchRows } from "../../kernel/layout.ts";
import { bigLweDimension, type ParameterSet } from "../../parameters/parameter-set.ts";
import { type CastingShape, keySwitchBodyCount } from "./seeded-key.ts";

/**
 * The public evaluation key with its masks, and its bootstrap key in the Fourier domain, as TFHE-rs's `ServerKey` holds
 * it. Rows and levels come in the order of `SeededServerKey`.
 */
export interface ExpandedKey {
  readonly parameters: ParameterSet;
  /** k·N·level LWE ciphertexts of n + 1 elements, the mask first. */
  readonly keySwitch: BigUint64Array<ArrayBuffer>;
  /** The bootstrap key. */
  readonly bootstrap: FourierBootstrapKey;
  /** The key switch from a dedicated compact key; `null` if there is none. */
  readonly casting: ExpandedCastingKey | null;
  /** Encryptions of zero under the small key, of n + 1 elements, for the drift technique; `null` if there are none. */
  readonly driftZeros: BigUint64Array<ArrayBuffer> | null;
  /** The bootstrap key of the small key that random generation has to itself; `null` if there is none. */
  readonly oprf: FourierBootstrapKey | null;
  /** The bootstrap key of the small key of transciphering, which may have a dimension of its own; `null` for none. */
  readonly transciphering: FourierBootstrapKey | null;
}

/**
 * n GGSW ciphertexts in the Fourier domain: level → row → polynomial → N/2 complex numbers as pairs of doubles.
 *
 * Of a polynomial with coefficients p_j in [−1/2, 1/2), number s is Σ (p_j + i·p_(j + N/2))·e^(2πi·(1 − 4s)·j/2N) over
 * j < N/2: its remainder modulo X^(N/2) − i at a root of that. (TFHE-rs: `FourierPolynomialList`.)
 */
export type FourierBootstrapKey = Float64Array<ArrayBuffer>;

/** A casting key with its masks. */
export interface ExpandedCastingKey extends CastingShape {
  /** An LWE ciphertext under the destination key for each element of the compact key and each level. */
  readonly rows: BigUint64Array<ArrayBuffer>;
}

/** Number of elements of a key-switching key with its masks: k·N·level·(n + 1). */
export function keySwitchElements(parameters: ParameterSet): number {
  return keySwitchBodyCount(parameters) * (parameters.lweDimension + 1);
}

/** Number of doubles of a GGSW ciphertext in the Fourier domain: level·(k + 1)²·N. */
export function ggswElements(parameters: KernelParameters): number {
  return parameters.pbsLevel * (parameters.glweDimension + 1) ** 2 * parameters.polynomialSize;
}

/** Number of doubles of a bootstrap key in the Fourier domain: n·level·(k + 1)²·N. */
export function fourierElements(parameters: ParameterSet): number {
  return parameters.lweDimension * ggswElements(parameters);
}

/** Number of elements, with the body, of an LWE ciphertext under a key that a cast switches to. */
export function castSize(parameters: ParameterSet, destination: CastingShape["destination"]): number {
  return 1 + (destination === "small" ? parameters.lweDimension : bigLweDimension(parameters));
}

/** Number of elements of all parts that an engine loads. */
export function loadedElements(key: {
  readonly parameters: ParameterSet;
  readonly casting: CastingShape | null;
  readonly oprf: unknown;
}): number {
  const { parameters, casting, oprf } = key;
  const cast = casting && keySwitchRows(casting) * castSize(parameters, casting.destination);
  const bootstrapKeys = (oprf === null ? 1 : 2) * fourierElements(parameters);
  return keySwitchElements(parameters) + bootstrapKeys + (cast ?? 0);
}
