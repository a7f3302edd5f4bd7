/**
 * Where things lie in memory: shared by the generator of the kernel and by its typed face, so that both
 * agree. Sizes and offsets in bytes.
 */

/** Where the parts of the table area begin. */
export const tableOffsets = {
  /** 1.5·2^52: adding and subtracting it rounds a double to an integer. */
  roundingConstant: 0,
  /** 2^51. */
  torusScale: 8,
  /** The bits of 2^52: oring an integer below 2^52 into them gives 2^52 plus that integer. */
  exponentBits: 16,
  /** What is added to a torus element before its gadget digits are cut out (an i64). */
  decompositionOffset: 24,
  /** 2^52 + base / 2: what turns a digit cut out with `exponentBits` into a balanced double. */
  digitBias: 32,
  /** base − 1 (an i64). */
  digitMask: 40,
  /** 24 i64 masks, 8 of 0, 8 of −1, 8 of 0: a window of 8 gives the signs of a rotated accumulator. */
  signMasks: 64,
  /** For each distance 1, 2, 4, 8, 16 the lower bits of each group of twice as many: masks of 64 bits. */
  transposition: 256,
  /** First the radix-4 twiddles of the first pass, then those of the passes in the order in which they run. */
  twiddles: 320,
} as const;

/** Where the parts of an expanded AES key begin, after its 44 words, and its size. */
export const roundKeyArea = {
  /** Bit slices of the last ten round keys. */
  slices: 192,
  /** The state of 64 blocks. */
  state: 10432,
  /** 64 blocks of which not all are wanted. */
  blocks: 11456,
  size: 12480,
} as const;

/** Columns of the key-switching key that lie together: a cache line of 32-bit elements. */
export const columnsPerChunk = 16;

/** Distances that depend on the polynomial size only. */
export interface Geometry {
  readonly polynomialSize: number;
  /** h = N / 2, the number of complex points of a folded polynomial. */
  readonly points: number;
  /** Distance between the quarters of a transform buffer: padded, so that they do not fall in the same cache sets. */
  readonly quarterStride: number;
  /** Distance from the real to the imaginary parts of a transform buffer. */
  readonly imaginary: number;
  /** Size of a transform buffer: h complex points of two lanes. */
  readonly transform: number;
  /** Distance between the eighths of an accumulator's lane pair; the padding begins with a guard coefficient. */
  readonly segmentStride: number;
  /** Size of a lane pair of an accumulator: N coefficients of two lanes. */
  readonly lanePair: number;
  /** The passes between the first and the last: radices, in order. */
  readonly middlePasses: readonly (2 | 4)[];
  /** Size of the twiddles. */
  readonly twiddles: number;
  /**
   * Size of a quarter of a block of a Fourier GGSW ciphertext: N/8 points, with both factors of two lanes for each. The
   * first quarters of all blocks come first, then the second ones, and so on: in the order in which they are needed.
   */
  readonly quarterOfBlock: number;
  /** Bits of the limbs into which exact products split 64-bit coefficients. */
  readonly limbBits: 16 | 32;
}

/**
 * Where the order of spectra puts a point (generator/transform.ts). In pairs, the points of two blocks of four lie side by
 * side, and of each block the second and the third have changed places.
 */
export function spectrumPlace(point: number, paired: boolean): number {
  if (!paired) return point;
  const block = point >> 2;
  return 8 * (block >> 1) + 2 * [0, 2, 1, 3][point & 3]! + (block & 1);
}

export function geometryOf(polynomialSize: number): Geometry {
  const points = polynomialSize / 2;
  const quarterStride = 4 * points + 128;
  const imaginary = 4 * quarterStride + 64;
  const segmentStride = 2 * polynomialSize + 128;
  const middlePasses: (2 | 4)[] = [];
  let size = points / 4;
  if (Math.log2(points) % 2 === 1) {
    middlePasses.push(2);
    size /= 2;
  }
  for (; size > 4; size /= 4) middlePasses.push(4);
  let blocks = 4;
  let twiddles = 48;
  for (const radix of middlePasses) {
    twiddles += blocks * 16 * (radix - 1);
    blocks *= radix;
  }
  twiddles = Math.ceil(twiddles / 32) * 32 + blocks * 96;
  return {
    polynomialSize,
    points,
    quarterStride,
    imaginary,
    transform: 2 * imaginary,
    segmentStride,
    lanePair: 8 * segmentStride + 64,
    middlePasses,
    twiddles,
    quarterOfBlock: 16 * points,
    limbBits: polynomialSize <= 8192 ? 32 : 16,
  };
}

/**
 * How many products by polynomials of digits, each at most 2^(`digitBits` − 1), may be added up before their limbs are
 * rounded, for that to be exact: by the bound in generator/exact.ts, with a tenth of it for the sum, they are off by less
 * than 1/2 together. 0 if not even one may be, or if limbs come in two parts.
 */
export function productsPerRounding(polynomialSize: number, digitBits: number): number {
  const { limbBits, points } = geometryOf(polynomialSize);
  if (limbBits === 16) return 0;
  const largest = 2 ** (limbBits - 1) * 2 ** (digitBits - 1) * polynomialSize;
  const bound = 1.1 * largest * (12.8 * Math.log2(points) + 2.3) * 2 ** -53;
  return Math.floor(0.5 / bound);
}
