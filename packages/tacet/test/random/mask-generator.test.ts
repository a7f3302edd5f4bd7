import { createCipheriv } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MaskGenerator } from "../../src/random/mask-generator.ts";
import type { MaskSeed } from "../../src/random/mask-seed.ts";

const keys = fc.uint8Array({ minLength: 16, maxLength: 16 });

const ctr = (key: Uint8Array, start = 0): MaskSeed => ({ kind: "ctr", bytes: Uint8Array.from(key), start });

const xof = (separator: string, seed: Uint8Array, start = 0): MaskSeed => ({
  kind: "xof",
  bytes: Uint8Array.of(...new TextEncoder().encode(separator), ...seed),
  start,
});

/** Elements 2·counter and 2·counter + 1 of the stream, from OpenSSL. */
function reference(key: Uint8Array, counter: bigint): [bigint, bigint] {
  const block = Buffer.alloc(16);
  block.writeBigUInt64LE(counter);
  const output = createCipheriv("aes-128-ecb", key, null).update(block);
  return [output.readBigUInt64LE(0), output.readBigUInt64LE(8)];
}

function elements(seed: MaskSeed, first: number, count: number): bigint[] {
  const out = new BigUint64Array(count);
  new MaskGenerator(seed).fill(out, first);
  return [...out];
}

/** The bytes of the stream from a seed's start on. */
function bytesOf(seed: MaskSeed, elementCount: number): Buffer {
  return Buffer.from(BigUint64Array.from(elements(seed, 0, elementCount)).buffer);
}

/** What the unit tests of tfhe-csprng 0.9.2 (`generators/mod.rs`) expect: the first 256 bytes. */
const VECTORS: readonly { name: string; seed: MaskSeed; stream: string }[] = [
  {
    name: "a seed of 128 bits",
    seed: ctr(Uint8Array.of(1, ...new Uint8Array(15))),
    stream:
      "dc0ed85df9611abb7249cdd168c5467efaeb01888d2e92aee70ecc1c638bf6d670fd972272eb074c25249ae29444ee75" +
      "57d4b7aec8de993e30a6861b61e6ce4e8097a60f9c789e23297937b4b86ca021d0ff93f69f0aef06677c7b5348bdede1" +
      "241e97865ed3b56cef8912f6ede93b3d186fc64c5c5681ab327c02488fa0df20bbafef6f33556e862dc171f7f94ee667" +
      "7b42301fa9e48ccaa8cac793598768fec6481f67eccf8a1864e6a8e9d682c30019dc8880ad289a745772bbaa9683a39b" +
      "62d9c6eeb2a5d6a8fc6b7bd62111722317ac91052710215ca384f0a780e2a5500999fc8b008b0036bcfd8d024e6135d6" +
      "ad9b546233466e5bb5e5e71be1b98f3f",
  },
  {
    name: "an extendable-output seed of 16 bytes",
    seed: xof("abcdefgh", Uint8Array.of(1, ...new Uint8Array(15))),
    stream:
      "b586e775c83cae9e5f5040ec93ccc4fbc66e9b4a45a2fbe02e2e53d1e0596c44f025106dc25c03a415a7e0cd1f5ab23b" +
      "968eee7190b576a048bb261d3dbde542160426d23fe8b67331600678e22833903b88e0fcc332fa862d95dc201b23e1be" +
      "49a1b6fa959983dc8fb598bb193ec5180a8e39ac0f11f4f2e83332f4553a451c71978f8aa6c610d22eea8a207c62a78d" +
      "fb3c0d9e6a1d563f492a8aaec3c0487a4a36866b90f10c21461b749a7b01fc8d494f1ea22b3908633ede75e89351bd36" +
      "11e92129849bf6b9bd114d206b863dae40ae50e5eff38f98f9fe7d2a00aafd22396452f409657e8adad7373ab19a051c" +
      "71597b81fed4bfa22c7843f19d1fa271",
  },
  {
    name: "an extendable-output seed of 32 bytes",
    seed: xof(
      "abcdefgh",
      Uint8Array.from({ length: 32 }, (_, i) => i),
    ),
    stream:
      "7a1552ec5212c43f8136864672c7c80b0534aada317f2d05fcd6527fc4f153a14f8bb7217a7eb11724a17a0770ed9ac3" +
      "5acada405a56be8ba9c069f8dc7e853c7c5148b7eefd8a8d90a7a85e13ac5ceb71b91f968fa5dc7353b4010a828c204a" +
      "844c16787e449a5f3dca4f7e26d9b5f306da4be8ebc2fffeb8127a33de3da7af61bcbad96948cd8203cc9dfc1b14d488" +
      "4641d7a482f26bd696d33b5c0d94db60b50526aa30da6f83f666a911b6fd29d1b94ff51e8ec07f4eb244df59d21b54a4" +
      "a3d8bcbe809ae0a035f90afa5fa05e1c2922fee889b95252c04ac5132eb4a9b6d8dd7fc4b99c522085618cb743256e1f" +
      "d2c51b51c58488624edafcf7efcd15a6",
  },
];

describe("MaskGenerator", () => {
  it.each(VECTORS)("gives the stream of $name as tfhe-csprng does", ({ seed, stream }) => {
    expect(bytesOf(seed, 32).toString("hex")).toBe(stream);
  });

  it.each(VECTORS)(
    "begins in the middle of the stream of $name where the seed says so",
    ({ seed, stream }) => {
      for (let start = 1; start < 40; start++) {
        const bytes = bytesOf({ ...seed, start }, 20);
        expect(bytes.toString("hex")).toBe(stream.slice(2 * start, 2 * (start + 160)));
      }
    },
  );

  it("is AES-128 of little-endian counters, read as little-endian integers", () => {
    fc.assert(
      fc.property(keys, fc.nat(50), (key, counter) => {
        expect(elements(ctr(key), 2 * counter, 2)).toEqual(reference(key, BigInt(counter)));
      }),
    );
  });

  it("counts beyond 32 bits", () => {
    const key = new Uint8Array(16).fill(7);
    for (const counter of [2n ** 32n - 1n, 2n ** 32n, 2n ** 45n + 5n]) {
      expect(elements(ctr(key), Number(2n * counter), 2)).toEqual(reference(key, counter));
    }
  });

  it("gives the same stream in whatever pieces it is asked for", () => {
    const seeds = fc.oneof(
      fc.record({ kind: fc.constant("ctr" as const), bytes: keys, start: fc.nat(40) }),
      fc.record({
        kind: fc.constant("xof" as const),
        bytes: fc.uint8Array({ minLength: 8, maxLength: 60 }),
        start: fc.nat(40),
      }),
    ) as fc.Arbitrary<MaskSeed>;
    fc.assert(
      fc.property(seeds, fc.nat(30), fc.nat(30), (seed, first, count) => {
        expect(elements(seed, first, count)).toEqual(elements(seed, 0, first + count).slice(first));
      }),
    );
  });

  it("refuses seeds of other lengths", () => {
    expect(() => new MaskGenerator(ctr(new Uint8Array(15)))).toThrow(RangeError);
  });
});
