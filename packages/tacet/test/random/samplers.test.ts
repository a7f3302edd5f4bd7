import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RandomSource } from "../../src/random/platform.ts";
import { sampleBinary, sampleGaussian, sampleTuniform, sampleUniform } from "../../src/random/samplers.ts";

/** Serves the given bytes, and remembers every buffer that it filled. */
function scripted(bytes: Uint8Array): RandomSource & { buffers: Uint8Array[] } {
  let at = 0;
  const buffers: Uint8Array[] = [];
  const source: RandomSource = (target) => {
    target.set(bytes.subarray(at, at + target.length));
    at += target.length;
    buffers.push(target);
  };
  return Object.assign(source, { buffers });
}

/** TUniform as TFHE-rs defines it on the low bound + 2 bits of a random integer. */
function tuniform(bound: number, random: bigint): bigint {
  const bits = BigInt.asUintN(bound + 2, random);
  return (bits >> 1n) + (bits & 1n) - (1n << BigInt(bound));
}

const signed = (out: BigUint64Array): bigint[] => [...out].map((element) => BigInt.asIntN(64, element));

describe("sampleTuniform", () => {
  it("is TFHE-rs's function of the random bits, at every bound", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 62 }),
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        (bound, random) => {
          const bytes = new Uint8Array(BigUint64Array.of(random).buffer);
          const out = new BigUint64Array(1);
          sampleTuniform(bound, out, scripted(bytes));
          expect(signed(out)).toEqual([tuniform(bound, random)]);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it.each([0, 30, 31, 32, 33, 62])("reaches both ends and zero at bound %i", (bound) => {
    const limit = 1n << BigInt(bound);
    const ends = { [`${-limit}`]: 0n, [`${limit}`]: 2n ** 64n - 1n, 0: 2n * limit, 1: 2n * limit + 1n };
    for (const [value, random] of Object.entries(ends)) {
      const out = new BigUint64Array(1);
      sampleTuniform(bound, out, scripted(new Uint8Array(BigUint64Array.of(random).buffer)));
      expect(signed(out)).toEqual([BigInt(value)]);
    }
  });

  it("gives inner values twice the weight of the two ends", () => {
    const bound = 3;
    const out = new BigUint64Array(2 ** (bound + 2));
    const random = Uint32Array.from(out, (_, i) => i + 0x5a5a5a00 * i);
    sampleTuniform(bound, out, scripted(new Uint8Array(random.buffer)));
    const weights = new Map<bigint, number>();
    for (const value of signed(out)) weights.set(value, (weights.get(value) ?? 0) + 1);
    for (let value = -8n; value <= 8n; value++) {
      expect(weights.get(value)).toBe(value === -8n || value === 8n ? 1 : 2);
    }
  });

  it.each([17, 45])("has TUniform's mean and variance at bound %i", (bound) => {
    const count = 200_000;
    const out = new BigUint64Array(count);
    sampleTuniform(bound, out);
    const scale = 2 ** bound;
    let sum = 0;
    let squares = 0;
    let farthest = 0;
    for (const value of signed(out)) {
      const unit = Number(value) / scale;
      farthest = Math.max(farthest, Math.abs(unit));
      sum += unit;
      squares += unit * unit;
    }
    expect(farthest).toBeLessThanOrEqual(1);
    // Mean 0 and variance 1/3; the bounds are seven standard deviations of the estimates.
    expect(Math.abs(sum / count)).toBeLessThan(7 * Math.sqrt(1 / 3 / count));
    expect(Math.abs(squares / count - 1 / 3)).toBeLessThan(7 * Math.sqrt(4 / 45 / count));
  });

  it.each([-1, 63, 1.5, Number.NaN])("refuses bound %d", (bound) => {
    expect(() => sampleTuniform(bound, new BigUint64Array(1))).toThrow(RangeError);
  });
});

describe("sampleGaussian", () => {
  /** Serves numbers, given in units of 2^-52, as the generator's bytes. */
  const numbers = (...steps: bigint[]): RandomSource & { buffers: Uint8Array[] } =>
    scripted(new Uint8Array(BigUint64Array.from(steps, (step) => BigInt.asUintN(64, step << 11n)).buffer));

  it("is the polar method's function of the random bits", () => {
    const number = fc.bigInt({ min: -3n * 2n ** 50n, max: 3n * 2n ** 50n });
    fc.assert(
      fc.property(number, number, fc.integer({ min: 0, max: 49 }), (a, b, log) => {
        const [u, v] = [Number(a) / 2 ** 52, Number(b) / 2 ** 52];
        const s = u * u + v * v;
        fc.pre(s > 0 && s < 1);
        const expected = 2 ** log * u * Math.sqrt((-2 * Math.log(s)) / s);
        const sample = Number(sampleGaussian(2 ** log, numbers(a, b)));
        expect(Math.abs(sample - expected)).toBeLessThanOrEqual(0.5 + Math.abs(expected) * 2 ** -50);
      }),
      { numRuns: 1000 },
    );
  });

  it("rejects pairs outside the circle", () => {
    const inside = [2n ** 51n, 0n];
    const once = sampleGaussian(1000, numbers(...inside));
    expect(once).toBe(BigInt(Math.round(1000 * Math.sqrt(-2 * Math.log(0.25)))));
    const corner = 2n ** 52n - 1n;
    expect(sampleGaussian(1000, numbers(corner, -corner, 0n, 0n, ...inside))).toBe(once);
  });

  it.each([1, 4.2, 2 ** 34])("has the moments and tails of a Gaussian of deviation %d", (deviation) => {
    const count = 40_000;
    const samples = Array.from({ length: count }, () => Number(sampleGaussian(deviation)) / deviation);
    const moment = (power: number): number => samples.reduce((sum, x) => sum + x ** power, 0) / count;
    const rounding = 1 / 12 / deviation ** 2; // what rounding adds to the variance
    const within = (found: number, expected: number, deviationOfOne: number): void =>
      expect(Math.abs(found - expected)).toBeLessThan((7 * deviationOfOne) / Math.sqrt(count));
    within(moment(1), 0, Math.sqrt(1 + rounding));
    within(moment(2), 1 + rounding, Math.sqrt(2) * (1 + rounding));
    within(moment(3), 0, Math.sqrt(15) * (1 + rounding) ** 1.5);
    within(moment(4), 3 + 6 * rounding, Math.sqrt(96) * (1 + rounding) ** 2);
    if (deviation < 2 ** 20) return;
    // The share of samples beyond one, two and three deviations.
    for (const [limit, share] of [
      [1, 0.317310507862914],
      [2, 0.0455002638963584],
      [3, 0.00269979606326019],
    ]) {
      const beyond = samples.filter((x) => Math.abs(x) > limit).length / count;
      within(beyond, share, Math.sqrt(share * (1 - share)));
    }
  });

  it("wipes what it buffered", () => {
    const source = numbers(2n ** 51n, 0n);
    sampleGaussian(1, source);
    expect(source.buffers.every((buffer) => buffer.every((byte) => byte === 0))).toBe(true);
  });
});

describe("sampleUniform and sampleBinary", () => {
  it("pass on the generator's bytes, in order, across calls", () => {
    const bytes = crypto.getRandomValues(new Uint8Array(64_000));
    const twice = new Uint8Array(128_000);
    twice.set(bytes);
    twice.set(bytes, 64_000);
    const out = new BigUint64Array(16_000);
    sampleUniform(out, scripted(twice));
    expect(new Uint8Array(out.buffer)).toEqual(twice);
    const halves = new Uint32Array(32_000);
    sampleUniform(halves, scripted(twice));
    expect(new Uint8Array(halves.buffer)).toEqual(twice);
  });

  it("give each bit of the generator's bytes to one bit of the key", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => {
        const out = new Uint8Array(8 * bytes.length - 3);
        sampleBinary(out, scripted(bytes));
        expect([...out]).toEqual([...out].map((_, i) => (bytes[i >> 3] >> (i & 7)) & 1));
      }),
    );
  });

  it("fill the view that they are given and nothing beside it", () => {
    const all = new BigUint64Array(6);
    sampleUniform(all.subarray(2, 4));
    expect([all[0], all[1], all[4], all[5]]).toEqual([0n, 0n, 0n, 0n]);
    expect(all[2] | all[3]).not.toBe(0n);
  });

  it("draw afresh every time", () => {
    const a = new BigUint64Array(4);
    const b = new BigUint64Array(4);
    sampleUniform(a);
    sampleUniform(b);
    expect(a).not.toEqual(b);
  });
});

describe("secret randomness", () => {
  const draws: [string, (source: RandomSource) => void][] = [
    ["sampleUniform", (source) => sampleUniform(new BigUint64Array(20_000), source)],
    ["sampleBinary", (source) => sampleBinary(new Uint8Array(700_000), source)],
    ["sampleTuniform, narrow", (source) => sampleTuniform(17, new BigUint64Array(40_000), source)],
    ["sampleTuniform, wide", (source) => sampleTuniform(45, new BigUint64Array(20_000), source)],
  ];

  it.each(draws)("is asked for in allowed amounts and wiped afterwards: %s", (_, draw) => {
    const source = scripted(new Uint8Array(200_000).fill(255));
    draw(source);
    expect(source.buffers.length).toBeGreaterThan(1);
    for (const buffer of source.buffers) {
      expect(buffer.length).toBeLessThanOrEqual(65536);
      expect(buffer.every((byte) => byte === 0)).toBe(true);
    }
  });

  it.each(draws)("is wiped if the generator fails: %s", (_, draw) => {
    let seen = new Uint8Array();
    const failing: RandomSource = (target) => {
      seen = target.fill(255);
      throw new Error("no entropy");
    };
    expect(() => draw(failing)).toThrow("no entropy");
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.every((byte) => byte === 0)).toBe(true);
  });
});
