import { expect, test } from "vitest";
import { DeserializationError } from "../../src/errors.ts";
import { Pace } from "../../src/progress.ts";
import { decode, encode } from "../../src/wire/bincode/codec.ts";
import { safeDeserialize, safeSerialize } from "../../src/wire/safe-serialize.ts";
import { Decompressor, isLargest } from "../../src/zk/curve/decompress.ts";
import { G1, G2, type Point } from "../../src/zk/curve/group.ts";
import { CurveMachine } from "../../src/zk/curve/machine.ts";
import { BASE_FIELD, LANES } from "../../src/zk/kernel/prime-field.ts";
import { StandardGenerator } from "../../src/zk/scheme/chacha.ts";
import { generateV1 } from "../../src/zk/scheme/generate.ts";
import { type AnyCrs, crsCodec } from "../../src/zk/wire/crs.ts";
import { g1Point, g2Point } from "../../src/zk/wire/points.ts";
import { proofCodec } from "../../src/zk/wire/proof.ts";
import { bytesOf, cases, requestOf } from "../zk/cases.ts";
import { numbers, openCurve } from "../zk/workbench.ts";

const SAMPLES = 100_000;
const pace = new Pace({});

/** Bytes with some of their bits turned, cut off, or repeated. */
function damaged(bytes: Uint8Array, random: Generator<bigint, never>): Uint8Array {
  const draw = (bound: number): number => Number(random.next().value % BigInt(bound));
  const copy = bytes.slice();
  for (let i = draw(3); i >= 0; i--) copy[draw(copy.length)]! ^= 1 << draw(8);
  switch (draw(4)) {
    case 0:
      return copy.slice(0, draw(copy.length));
    case 1:
      return Uint8Array.of(...copy, ...copy.slice(0, draw(20)));
    default:
      return copy;
  }
}

test("damaged proofs are refused with a reason, or are other proofs", () => {
  const random = numbers(1n, 2n ** 64n);
  const valid = cases.flatMap(({ proofs }) => Object.values(proofs)).map(bytesOf);
  for (let i = 0; i < SAMPLES; i++) {
    try {
      safeDeserialize(proofCodec, damaged(valid[i % valid.length]!, random));
    } catch (error) {
      if (!(error instanceof DeserializationError)) throw error;
    }
  }
});

test("damaged points are refused with a reason, or are other points", () => {
  const random = numbers(2n, 2n ** 64n);
  for (const [codec, group] of [
    [g1Point, G1],
    [g2Point, G2],
  ] as const) {
    const bytes = encode(codec, group.generator);
    for (let i = 0; i < SAMPLES; i++) {
      try {
        decode(codec, damaged(bytes, random));
      } catch (error) {
        if (!(error instanceof DeserializationError)) throw error;
      }
    }
  }
});

test("damaged CRS are refused with a reason, or are other CRS", async () => {
  const machine = await CurveMachine.create({ threads: 0 });
  const one = cases[1]!;
  const request = { ...requestOf(one), d: 2, k: 1 };
  const { g1, g2, ...parameters } = await generateV1(machine, request, new StandardGenerator(1n), pace);
  const made = (list: Point[]) =>
    list.map((p, i) => (i % 2 ? p : p && { compressed: p.x, largest: isLargest(p.y) }));
  const value = {
    parameters,
    g1: made(await machine.readPoints(g1, pace)),
    g2: await machine.readPoints(g2, pace),
  };
  const bytes = safeSerialize(crsCodec, { kind: "PkeV1", value } as AnyCrs);
  const random = numbers(3n, 2n ** 64n);
  for (let i = 0; i < SAMPLES / 100; i++) {
    try {
      const { value: found } = safeDeserialize(crsCodec, damaged(bytes, random));
      await machine.decompress(G1, found.g1, pace);
    } catch (error) {
      if (!(error instanceof DeserializationError)) throw error;
    }
  }
  await machine.release();
});

test("no point of the curve is taken for one of the group", async () => {
  const machine = await CurveMachine.create({ threads: 0 });
  const { kernel, region } = await openCurve();
  for (const group of [G1, G2]) {
    const decompressor = new Decompressor(kernel, group, region);
    const random = numbers(4n, BASE_FIELD.modulus);
    let found = 0;
    for (let i = 0; i < SAMPLES / 10; i += LANES) {
      const abscissas = Array.from({ length: LANES }, () => ({
        compressed: group.b.map(() => random.next().value),
        largest: i % 8 === 0,
      }));
      const points = decompressor.decompress(abscissas).filter((point) => point !== undefined);
      found += points.length;
      if (points.length > 0) expect(machine.check(group, points).includes(true)).toBe(false);
    }
    expect(found).toBeGreaterThan(SAMPLES / 30);
  }
  await machine.release();
});
