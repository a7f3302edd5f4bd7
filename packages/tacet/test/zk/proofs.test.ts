import { sha3_256 } from "@noble/hashes/sha3.js";
import { afterAll, describe, expect, test } from "vitest";
import { DeserializationError } from "../../src/errors.ts";
import { Pace } from "../../src/progress.ts";
import { decode } from "../../src/wire/bincode/codec.ts";
import { safeDeserialize, safeSerialize } from "../../src/wire/safe-serialize.ts";
import { isLargest } from "../../src/zk/curve/decompress.ts";
import { G1, G2, type Point } from "../../src/zk/curve/group.ts";
import { CurveMachine } from "../../src/zk/curve/machine.ts";
import { Pairing } from "../../src/zk/curve/pairing.ts";
import { ProjectivePoints } from "../../src/zk/curve/projective.ts";
import { StandardGenerator } from "../../src/zk/scheme/chacha.ts";
import { generateV1, generateV2 } from "../../src/zk/scheme/generate.ts";
import { g1Bytes, g2Bytes } from "../../src/zk/scheme/points.ts";
import type { ProofRequest } from "../../src/zk/scheme/prove.ts";
import { integerOf } from "../../src/zk/scheme/scalars.ts";
import type { Statement } from "../../src/zk/scheme/statement.ts";
import type { LoadedV1 } from "../../src/zk/scheme/v1-parameters.ts";
import { proveV1 } from "../../src/zk/scheme/v1-prove.ts";
import { verifyV1 } from "../../src/zk/scheme/v1-verify.ts";
import type { LoadedV2, Separators } from "../../src/zk/scheme/v2-parameters.ts";
import { proveV2 } from "../../src/zk/scheme/v2-prove.ts";
import { verifyV2 } from "../../src/zk/scheme/v2-verify.ts";
import { type AnyCrs, crsCodec } from "../../src/zk/wire/crs.ts";
import { type AnyProof, proofCodec, version2Codec } from "../../src/zk/wire/proof.ts";
import { bytesOf, type Case, cases, older, points, requestOf, statementOf, witnessOf } from "./cases.ts";
import { multiple, openCurve } from "./workbench.ts";

const machine = await CurveMachine.create({ threads: 0 });
const threaded = await CurveMachine.create({ threads: 2 });
afterAll(async () => {
  await machine.release();
  await threaded.release();
});

const pace = new Pace({});

/** A case with the CRS that follows from its seed. */
type Loaded =
  | { readonly version: 1; readonly crs: LoadedV1 }
  | { readonly version: 2; readonly crs: LoadedV2 };

async function crsOf(one: Case, on: CurveMachine): Promise<Loaded> {
  const random = new StandardGenerator(BigInt(one.crsSeed));
  return one.version === 1
    ? { version: 1, crs: await generateV1(on, requestOf(one), random, pace) }
    : { version: 2, crs: await generateV2(on, requestOf(one), random, pace) };
}

async function prove(
  on: CurveMachine,
  loaded: Loaded,
  request: ProofRequest,
  within: Pace = pace,
): Promise<AnyProof> {
  return loaded.version === 1
    ? { kind: "PkeV1", value: await proveV1(on, loaded.crs, request, within) }
    : { kind: "PkeV2", value: await proveV2(on, loaded.crs, request, within) };
}

async function verify(
  on: CurveMachine,
  loaded: Loaded,
  statement: Statement,
  metadata: Uint8Array,
  proof: AnyProof,
): Promise<boolean> {
  if (loaded.version === 1 && proof.kind === "PkeV1")
    return verifyV1(on, loaded.crs, statement, metadata, proof.value, pace);
  if (loaded.version === 2 && proof.kind === "PkeV2")
    return verifyV2(on, loaded.crs, statement, metadata, proof.value, pace);
  return false;
}

/** The bytes of a CRS, whole or compressed. */
async function written(on: CurveMachine, loaded: Loaded, compressed: boolean): Promise<Uint8Array> {
  const { g1, g2, ...parameters } = loaded.crs;
  const made = (list: Point[]) =>
    compressed ? list.map((point) => point && { compressed: point.x, largest: isLargest(point.y) }) : list;
  const value = {
    parameters,
    g1: made(await on.readPoints(g1, pace)),
    g2: made(await on.readPoints(g2, pace)),
  };
  return safeSerialize(crsCodec, { kind: `PkeV${loaded.version}`, value } as AnyCrs);
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

describe.each(cases.map((one, i) => ({ ...one, name: `case ${i}, version ${one.version}` })))(
  "$name",
  async (one) => {
    const loaded = await crsOf(one, machine);
    const statement = statementOf(one);
    const witness = witnessOf(one);
    const [metadata, seed] = [bytesOf(one.metadata), bytesOf(one.seed)];

    test("the CRS of a seed is TFHE-rs's, whole and compressed", async () => {
      for (const compressed of [false, true]) {
        const bytes = await written(machine, loaded, compressed);
        const digest = compressed ? one.compressedCrs : one.crs;
        expect(bytes.length).toBe(digest.bytes);
        expect(hex(sha3_256(bytes))).toBe(digest.sha3);
        const { value } = safeDeserialize(crsCodec, bytes);
        const [g1, g2] = [
          await machine.decompress(G1, value.g1, pace),
          await machine.decompress(G2, value.g2, pace),
        ];
        expect(g1).toEqual(await machine.readPoints(loaded.crs.g1, pace));
        expect(g2).toEqual(await machine.readPoints(loaded.crs.g2, pace));
      }
      expect(await machine.areInGroup(loaded.crs.g1, pace)).toBe(true);
      expect(await machine.areInGroup(loaded.crs.g2, pace)).toBe(true);
    });

    test.each(["proof", "verify"] as const)(
      "the proof of a seed is TFHE-rs's, with load %s, and verifies",
      async (load) => {
        const theirs = safeDeserialize(proofCodec, bytesOf(one.proofs[load]));
        expect(hex(safeSerialize(proofCodec, theirs))).toBe(one.proofs[load]);
        const ours = await prove(machine, loaded, { statement, witness, metadata, load, seed });
        expect(hex(safeSerialize(proofCodec, ours))).toBe(one.proofs[load]);
        expect(await verify(machine, loaded, statement, metadata, theirs)).toBe(true);
      },
    );

    test("threads make the same parameters and proofs", async () => {
      const shared = await crsOf(one, threaded);
      expect(hex(sha3_256(await written(threaded, shared, false)))).toBe(one.crs.sha3);
      const ours = await prove(threaded, shared, { statement, witness, metadata, load: "proof", seed });
      expect(hex(safeSerialize(proofCodec, ours))).toBe(one.proofs.proof);
      expect(await verify(threaded, shared, statement, metadata, ours)).toBe(true);
      expect(await threaded.areInGroup(shared.crs.g1, pace)).toBe(true);
    });

    test.each(["proof", "verify"] as const)("nothing else verifies, with load %s", async (load) => {
      const proof = safeDeserialize(proofCodec, bytesOf(one.proofs[load]));
      const refused = async (changed: Partial<Statement>, about = metadata, other = proof): Promise<void> =>
        expect(await verify(machine, loaded, { ...statement, ...changed }, about, other)).toBe(false);
      await refused({}, Uint8Array.of(...metadata, 0));
      await refused(
        {},
        metadata.slice(1).length === metadata.length
          ? Uint8Array.of(1)
          : Uint8Array.of(9, ...metadata.slice(1)),
      );
      for (const name of ["a", "b", "c1", "c2"] as const) {
        const words = statement[name].slice();
        words[words.length - 1]! ^= 1n;
        await refused({ [name]: words });
        await refused({ [name]: statement[name].slice(1) });
      }
      const longer = BigInt64Array.from({ length: one.kMax + 1 }, () => 0n);
      await refused({ c2: longer });
      // Each point is put in the place of each other that it can be in.
      const value = proof.value as unknown as Record<string, Point>;
      const parts = Object.entries(value).filter(([, part]) => typeof part === "object" && "x" in part);
      for (const [i, [name, point]] of parts.entries()) {
        const [, other] =
          parts.slice(i + 1).find(([, part]) => part!.x.length === point!.x.length) ?? parts[0]!;
        if (other === point || other!.x.length !== point!.x.length) continue;
        await refused({}, metadata, { ...proof, value: { ...value, [name]: other } } as unknown as AnyProof);
        await refused({}, metadata, {
          ...proof,
          value: { ...value, [name]: undefined },
        } as unknown as AnyProof);
      }
      const { forVerifier } = proof.value;
      // In the first version it only spares work, and what is left is a proof of the other load.
      if (forVerifier !== undefined && one.version === 2)
        await refused({}, metadata, {
          ...proof,
          value: { ...proof.value, forVerifier: undefined },
        } as AnyProof);
    });

    test("no proof is made of what is not so", async () => {
      const attempt = (changed: Partial<typeof witness>, about: Partial<Statement> = {}): Promise<AnyProof> =>
        prove(machine, loaded, {
          statement: { ...statement, ...about },
          witness: { ...witness, ...changed },
          metadata,
          load: "proof",
          seed,
        });
      await expect(attempt({ m: witness.m.map((message) => message ^ 1n) })).rejects.toThrow(RangeError);
      await expect(attempt({ m: [16n, ...witness.m.slice(1)] })).rejects.toThrow("more than 4 bits");
      await expect(attempt({ e1: witness.e1.map((noise) => noise + 1n) })).rejects.toThrow(RangeError);
      await expect(attempt({ e1: witness.e1.slice(1) })).rejects.toThrow(RangeError);
      await expect(attempt({}, { a: statement.a.slice(1) })).rejects.toThrow(RangeError);
      // Ciphertexts whose noise is too large, and known.
      const large = 2n ** 40n;
      const c1 = statement.c1.map((word) => BigInt.asIntN(64, word + large));
      await expect(attempt({ e1: witness.e1.map((noise) => noise + large) }, { c1 })).rejects.toThrow(
        "noise",
      );
    });

    test("a proof can be cancelled, and leaves nothing behind", async () => {
      for (const on of [machine, threaded]) {
        const own = on === machine ? loaded : await crsOf(one, on);
        const before = on.usedBytes;
        const controller = new AbortController();
        const reason = new Error("no longer wanted");
        const options = { signal: controller.signal };
        const promise = prove(
          on,
          own,
          { statement, witness, metadata, load: "proof", seed },
          new Pace(options),
        );
        controller.abort(reason);
        await expect(promise).rejects.toBe(reason);
        expect(on.usedBytes).toBe(before);
        const proof = await prove(on, own, { statement, witness, metadata, load: "verify", seed });
        expect(hex(safeSerialize(proofCodec, proof))).toBe(one.proofs.verify);
      }
    });
  },
);

describe("older versions", async () => {
  const one = cases[2]!;
  const loaded = await crsOf(one, machine);

  test.each(Object.entries(older))("proofs of %s verify", async (version, { sid, separators, proofs }) => {
    const names = ["hash", "R", "t", "w", "agg", "lmap", "phi", "xi", "z", "chi", "gamma"] as const;
    const entries = names.map((name, i) => [name, bytesOf(separators[i] ?? "00")]);
    const crs: LoadedV2 = {
      ...(loaded.crs as LoadedV2),
      sid: sid === null ? undefined : integerOf(bytesOf(sid)),
      separators: Object.fromEntries(entries) as Separators,
    };
    for (const load of ["proof", "verify"] as const) {
      const proof = decode(version2Codec, bytesOf(proofs[load]));
      expect(proof.hashConfig).toBe(version === "0.6.0" ? "V0_4_0" : "V0_7_0");
      const check = (value: typeof proof, metadata = bytesOf(one.metadata)): Promise<boolean> =>
        verifyV2(machine, crs, statementOf(one), metadata, value, pace);
      expect(await check(proof)).toBe(true);
      expect(await check(proof, Uint8Array.of(1))).toBe(false);
      expect(await check({ ...proof, hashConfig: "V0_8_0" })).toBe(false);
    }
  });
});

describe("points and pairings are TFHE-rs's", async () => {
  const { kernel, region } = await openCurve();
  const groups = [G1, G2].map((group) => ({ group, all: new ProjectivePoints(kernel, group, region) }));
  const pairing = new Pairing(kernel, region);

  test.each(points)("of $scalar", ({ scalar, g1, g2, pairing: expected }) => {
    const [a, b] = groups.map(({ group, all }, i) =>
      multiple(all, region, group.generator, BigInt(scalar) + BigInt(i)),
    );
    expect(hex(g1Bytes(a))).toBe(g1);
    expect(hex(g2Bytes(b))).toBe(g2);
    const { field } = pairing;
    region.scope(() => {
      const out = field.take();
      pairing.product(out, [{ a, b }]);
      // Even powers of w first; each residue behind its number of words.
      const parts = [0, 2, 4, 1, 3, 5].flatMap((i) => [...field.read(out, 0)[i]!]);
      const bytes = parts.map(
        (part) => `0700000000000000${hex(g1Bytes({ x: [part], y: [0n] })).slice(0, 112)}`,
      );
      expect(bytes.join("")).toBe(expected);
    });
  });
});

describe("bytes that are no proof, and no CRS", () => {
  const valid = cases.flatMap(({ proofs }) => Object.values(proofs)).map(bytesOf);

  test("are refused with a reason, or are another proof", () => {
    let refused = 0;
    for (const bytes of valid) {
      for (let i = 0; i < 400; i++) {
        const damaged = bytes.slice();
        damaged[(i * 7919) % bytes.length]! ^= 1 << (i % 8);
        try {
          safeDeserialize(proofCodec, damaged);
        } catch (error) {
          expect(error).toBeInstanceOf(DeserializationError);
          refused++;
        }
      }
      for (const length of [0, 1, 20, bytes.length - 1])
        expect(() => safeDeserialize(proofCodec, bytes.slice(0, length))).toThrow(DeserializationError);
      expect(() => safeDeserialize(proofCodec, Uint8Array.of(...bytes, 0))).toThrow("too many");
    }
    expect(refused).toBeGreaterThan(100);
  });

  test("points outside their groups are found", () => {
    const { x, y } = G1.generator;
    const off = { x, y: [y[0]! + 1n] };
    const inAnother = { x: [0n], y: [1n] };
    expect(machine.check(G1, [G1.generator, off, inAnother, undefined])).toEqual([true, false, false, true]);
    const twisted = { x: G2.generator.x, y: G2.generator.x };
    expect(machine.check(G2, [twisted, G2.generator])).toEqual([false, true]);
  });
});
