import { drawRandom, platformRandom, type RandomSource } from "./platform.ts";

/*
 * Samplers for secrets, masks and noise. All take their bits from the platform's cryptographic generator and
 * wipe what they buffered; neither branches nor addresses depend on what was drawn, but for the Gaussian's.
 * `source` can be replaced by tests only.
 */

/** Fills an array with independent uniform integers modulo 2^64 or 2^32: torus elements. */
export function sampleUniform(
  out: BigUint64Array | Uint32Array,
  source: RandomSource = platformRandom,
): void {
  const bytes = new Uint8Array(out.buffer, out.byteOffset, out.byteLength);
  drawRandom(bytes.length, 8, source, (chunk, start) => bytes.set(chunk, start));
}

/** Fills an array with independent uniform bits, one a byte: a binary secret key. */
export function sampleBinary(out: Uint8Array, source: RandomSource = platformRandom): void {
  drawRandom(Math.ceil(out.length / 8), 1, source, (chunk, start) => {
    spreadBits(chunk, out.subarray(8 * start, 8 * (start + chunk.length)));
  });
}

/** Puts each bit into a byte of its own: four at a time, as a product moves bit i of a nibble to bit 8·i. */
function spreadBits(bytes: Uint8Array, out: Uint8Array): void {
  const view = new DataView(out.buffer, out.byteOffset, out.length);
  const whole = out.length >> 3;
  for (let i = 0; i < whole; i++) {
    view.setInt32(8 * i, ((bytes[i] & 15) * 0x204081) & 0x1010101, true);
    view.setInt32(8 * i + 4, ((bytes[i] >> 4) * 0x204081) & 0x1010101, true);
  }
  for (let i = 8 * whole; i < out.length; i++) out[i] = (bytes[whole] >> (i & 7)) & 1;
}

/**
 * Fills an array with independent samples of TUniform(`bound`), as two's complement modulo 2^64: integers from
 * −2^bound to 2^bound, each with probability 2^−(bound+1) but the two ends, which have half of that. Their
 * variance is (2^(2·bound+1) + 1) / 6. (TFHE-rs: `TUniform`, whose samples are the same function of the low
 * bound + 2 random bits.)
 *
 * @param bound an integer from 0 to 62.
 * @throws RangeError if `bound` is anything else.
 */
export function sampleTuniform(
  bound: number,
  out: BigUint64Array,
  source: RandomSource = platformRandom,
): void {
  if (!Number.isInteger(bound) || bound < 0 || bound > 62) {
    throw new RangeError(`TUniform bound is ${bound}; expected an integer from 0 to 62`);
  }
  const words = new Uint32Array(out.buffer, out.byteOffset, 2 * out.length);
  if (bound <= 30) sampleNarrow(bound, words, source);
  else sampleWide(bound, words, source);
}

/** bound + 2 bits come from one random word. */
function sampleNarrow(bound: number, out: Uint32Array, source: RandomSource): void {
  const shift = 30 - bound;
  const half = 2 ** bound;
  drawRandom(2 * out.length, 4, source, (chunk, start) => {
    const random = new Uint32Array(chunk.buffer, chunk.byteOffset, chunk.length >> 2);
    const first = start >> 1;
    for (let i = 0; i < random.length; i++) {
      const bits = (random[i] << shift) >>> shift;
      const value = (bits >>> 1) + (bits & 1) - half;
      out[first + 2 * i] = value;
      out[first + 2 * i + 1] = value >> 31;
    }
  });
}

/** bound + 2 bits, more than 32, come from two random words, the low one first. */
function sampleWide(bound: number, out: Uint32Array, source: RandomSource): void {
  const shift = 62 - bound;
  const half = bound < 32 ? 2 ** bound : 0;
  const halfHigh = bound < 32 ? 0 : 2 ** (bound - 32);
  drawRandom(4 * out.length, 8, source, (chunk, start) => {
    const random = new Uint32Array(chunk.buffer, chunk.byteOffset, chunk.length >> 2);
    const first = start >> 2;
    for (let i = 0; i < random.length; i += 2) {
      const low = random[i];
      const high = (random[i + 1] << shift) >>> shift;
      const rounded = ((low >>> 1) | (high << 31)) >>> 0;
      const sum = rounded + (low & 1) - half;
      out[first + i] = sum;
      out[first + i + 1] = (high >>> 1) + Math.floor(sum / 2 ** 32) - halfHigh;
    }
  });
}

/**
 * A source for TUniform(`noise`) samples that takes no more bytes for each than its noise + 2 bits need, as TFHE-rs
 * does; the sampler takes four of them, or eight, and uses the low bits.
 */
export function byteAligned(noise: number, random: RandomSource): RandomSource {
  const size = Math.ceil((noise + 2) / 8);
  const stride = noise <= 30 ? 4 : 8;
  return (bytes) => {
    const packed = new Uint8Array((bytes.length / stride) * size);
    random(packed);
    for (let from = 0, to = 0; from < packed.length; from += size, to += stride) {
      for (let i = 0; i < size; i++) bytes[to + i] = packed[from + i];
    }
    packed.fill(0);
  };
}

/**
 * A Gaussian sample around zero, rounded to an integer, by the polar method (Marsaglia and Bray, "A convenient method
 * for generating normal variables", 1964), as in TFHE-rs. The time depends on pairs that are rejected, which say
 * nothing of the one that is taken, and on how the platform computes a logarithm.
 *
 * @param standardDeviation up to 2^49, beyond which not every integer can be drawn.
 */
export function sampleGaussian(standardDeviation: number, source: RandomSource = platformRandom): bigint {
  const random = new Int32Array(4);
  const bytes = new Uint8Array(random.buffer);
  /** From −1 to 1, in steps of 2^-52: the upper bits of 64. */
  const uniform = (low: number, high: number): number => (high * 2 ** 21 + (low >>> 11)) / 2 ** 52;
  try {
    for (;;) {
      source(bytes);
      const u = uniform(random[0], random[1]);
      const v = uniform(random[2], random[3]);
      const s = u * u + v * v;
      if (s === 0 || s >= 1) continue;
      return BigInt(Math.round(standardDeviation * u * Math.sqrt((-2 * Math.log(s)) / s)));
    }
  } finally {
    bytes.fill(0);
  }
}
