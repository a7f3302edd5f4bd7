import { columnsPerChunk, geometryOf, roundKeyArea, tableOffsets } from "./geometry.ts";

/** What the kernel needs to know of a parameter set; a `ParameterSet` is one. */
export interface KernelParameters {
  /** n, the dimension of the small LWE key. */
  readonly lweDimension: number;
  /** k, the number of mask polynomials in a GLWE ciphertext. */
  readonly glweDimension: number;
  /** N, a power of two from 256 to 65536. */
  readonly polynomialSize: number;
  /** log2 of the gadget base of the bootstrap key. */
  readonly pbsBaseLog: number;
  /** Number of gadget levels of the bootstrap key; base log times level is at most 52. */
  readonly pbsLevel: number;
  /** log2 of the gadget base of the key-switching key. */
  readonly ksBaseLog: number;
  /** Number of gadget levels of the key-switching key; base log times level is at most 32. */
  readonly ksLevel: number;
}

/** Where a key switch comes from, and by which gadget. */
export interface KeySwitchShape {
  /** Number of elements of the key that it comes from. */
  readonly inputDimension: number;
  /** log2 of the gadget base. */
  readonly baseLog: number;
  /** Number of gadget levels; base log times level is at most 32. */
  readonly level: number;
}

/** Sizes in bytes of everything that the kernel reads or writes, for one parameter set. */
export interface KernelLayout {
  /** Tables shared by all threads: twiddle factors, constants, masks. Align to 64. */
  readonly tables: number;
  /** N coefficients of 64 bits. */
  readonly torusPolynomial: number;
  /** A GGSW ciphertext as u64: level → row → k + 1 polynomials. */
  readonly ggsw: number;
  /** A GGSW ciphertext in the kernel's Fourier layout. Align to 64. */
  readonly fourierGgsw: number;
  /** n Fourier GGSW ciphertexts, one after another. */
  readonly bootstrapKey: number;
  /** A row of the key-switching key as u64: n mask elements, then the body. */
  readonly keySwitchRow: number;
  /** All k·N·level rows of the key-switching key, rounded to 32 bits, in the kernel's layout. Align to 64. */
  readonly keySwitchKey: number;
  /** An LWE ciphertext under the big key: k·N mask elements, then the body, of 64 bits each. */
  readonly bigLwe: number;
  /** An LWE ciphertext under the small key: n mask elements, then the body, of 32 bits each, padded to 64 bytes. */
  readonly smallLwe: number;
  /** An accumulator of blind rotation in the kernel's layout. Align to 64. */
  readonly accumulator: number;
  /** The k binary polynomials of a GLWE secret key, prepared for exact products. Align to 64. */
  readonly preparedBinaryKey: number;
  /** The spectrum of a polynomial, or the spectra of its limbs. Align to 64. */
  readonly spectrum: number;
  /** An expanded AES key, with room for `aesCtr` to work in. Align to 64. */
  readonly roundKeys: number;
  /** A key-switching key from some other key to the small one, rounded to 32 bits like the usual one. Align to 64. */
  castToSmallKey(shape: KeySwitchShape): number;
  /** A key-switching key from some other key to the big one: an LWE ciphertext of 64-bit elements for each row. */
  castToBigKey(shape: KeySwitchShape): number;
  /** Scratch for a cast of up to `batch` ciphertexts at a time. Align to 64. */
  castScratch(batch: number, shape: KeySwitchShape): number;
  /** Scratch for one thread that works on up to `batch` ciphertexts at a time. Align to 64. */
  scratch(batch: number): number;
}

const roundUp = (value: number, unit: number): number => Math.ceil(value / unit) * unit;

/** Number of lane pairs that hold the k + 1 polynomials of a GLWE ciphertext. */
export function lanePairs(parameters: KernelParameters): number {
  return (parameters.glweDimension >> 1) + 1;
}

/** The key switch from the big key to the small one, with which lookups begin. */
export function usualKeySwitch(parameters: KernelParameters): KeySwitchShape {
  const { glweDimension, polynomialSize, ksBaseLog, ksLevel } = parameters;
  return { inputDimension: glweDimension * polynomialSize, baseLog: ksBaseLog, level: ksLevel };
}

/** Rows of a key to the big one that all ciphertexts of a batch go through at once: what a second-level cache holds. */
export const castRowsAtOnce = 32;

/** Number of rows of a key-switching key. */
export function keySwitchRows({ inputDimension, level }: KeySwitchShape): number {
  return inputDimension * level;
}

/** Sizes for a parameter set. */
export function layoutOf(parameters: KernelParameters): KernelLayout {
  const { lweDimension: n, glweDimension: k, polynomialSize: N, pbsLevel } = parameters;
  const g = geometryOf(N);
  const pairs = lanePairs(parameters);
  const fourierGgsw = 4 * pbsLevel * pairs ** 2 * g.quarterOfBlock;
  const smallLwe = 4 * roundUp(n + 1, columnsPerChunk);
  const rows = keySwitchRows(usualKeySwitch(parameters));
  const bigLwe = 8 * (k * N + 1);
  const layout: KernelLayout = {
    tables: roundUp(tableOffsets.twiddles + g.twiddles, 64),
    torusPolynomial: 8 * N,
    ggsw: pbsLevel * (k + 1) * (k + 1) * 8 * N,
    fourierGgsw,
    bootstrapKey: n * fourierGgsw,
    keySwitchRow: 8 * (n + 1),
    keySwitchKey: rows * smallLwe,
    bigLwe,
    smallLwe,
    accumulator: pairs * g.lanePair,
    preparedBinaryKey: k * g.transform,
    spectrum: g.transform,
    roundKeys: roundKeyArea.size,
    castToSmallKey: (shape) => keySwitchRows(shape) * smallLwe,
    castToBigKey: (shape) => keySwitchRows(shape) * bigLwe,
    // Digits of each ciphertext, and the terms of a combination.
    castScratch: (batch, shape) => roundUp(batch * 4 * keySwitchRows(shape) + 8 * (1 + castRowsAtOnce), 64),
    scratch: (batch) =>
      Math.max(
        // Blind rotation: a buffer for each lane pair of the digits of each level, and of the product.
        (pbsLevel + 1) * pairs * g.transform,
        // GGSW transform: a buffer, and a polynomial of zeros.
        g.transform + 8 * N,
        // Key switch: digits.
        batch * 4 * rows,
        // Inner products: a mask for each bit.
        roundUp(8 * Math.max(n, k * N), 64),
      ),
  };
  return Object.freeze(layout);
}
