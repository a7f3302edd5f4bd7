import { processorCount } from "../src/engine/threads/platform.ts";
import { Pace } from "../src/progress.ts";
import { CurveMachine } from "../src/zk/curve/machine.ts";
import { generateV2, type RandomWords } from "../src/zk/scheme/generate.ts";
import type { ComputeLoad, ProofRequest } from "../src/zk/scheme/prove.ts";
import type { Statement, Witness } from "../src/zk/scheme/statement.ts";
import { proveV2 } from "../src/zk/scheme/v2-prove.ts";
import { verifyV2 } from "../src/zk/scheme/v2-verify.ts";
import type { Reporter } from "./reporter.ts";

/** What TFHE-rs's default parameters ask of a CRS for 64 bits: 16 ciphertexts of two blocks each. */
const REQUEST = { d: 2048, k: 16, noiseBound: 2n ** 17n, q: 0n, t: 32n, zeroBits: 1n };

const random: RandomWords = {
  long: () => crypto.getRandomValues(new BigUint64Array(1))[0]!,
  word: () => crypto.getRandomValues(new Uint32Array(1))[0]!,
};

/** Ciphertexts of random messages under a random key, with noise of the largest kind. */
function encrypted(): { statement: Statement; witness: Witness } {
  const { d, k, noiseBound, t } = REQUEST;
  const words = (count: number): BigInt64Array => crypto.getRandomValues(new BigInt64Array(count));
  const noise = (count: number): bigint[] =>
    Array.from(words(count), (word) => (BigInt.asUintN(64, word) % (2n * noiseBound + 1n)) - noiseBound);
  const witness: Witness = {
    r: Array.from(words(d), (word) => Number(word & 1n)),
    m: Array.from(words(k), (word) => BigInt.asUintN(4, word)),
    e1: noise(d),
    e2: noise(k),
  };
  const [a, b] = [words(d), words(d)];
  const c1 = BigInt64Array.from(witness.e1);
  const c2 = BigInt64Array.from(witness.e2, (e, i) => BigInt.asIntN(64, e + (2n ** 64n / t) * witness.m[i]!));
  for (let j = 0; j < d; j++) {
    if (witness.r[d - j - 1] === 0) continue;
    for (let i = 0; i < d; i++) c1[(i + j) % d]! += i + j < d ? a[i]! : -a[i]!;
    for (let i = 0; i < k; i++) c2[i]! += i + j < d ? b[d - j - i - 1]! : -b[2 * d - j - i - 1]!;
  }
  return { statement: { a, b, c1, c2 }, witness };
}

/** Proofs that 64 bits are well-formed, on as many threads as there are processors. */
export async function proofBenchmarks(reporter: Reporter): Promise<void> {
  const names = {
    crs: "proof, CRS of 64 bits",
    prove: "proof, prove FheUint64",
    proveShort: "proof, prove FheUint64 (load on verifiers)",
    verify: "proof, verify FheUint64",
    verifyShort: "proof, verify FheUint64 (load on verifiers)",
  };
  if (!reporter.wants(...Object.values(names))) return;
  const params = "TUNIFORM_17";
  const threads = processorCount();
  const machine = await CurveMachine.create();
  const pace = new Pace({});
  await reporter.measure({
    name: names.crs,
    params,
    threads,
    run: async () => {
      const made = await generateV2(machine, REQUEST, random, pace);
      machine.freePoints(made.g1);
      machine.freePoints(made.g2);
    },
  });
  const crs = await generateV2(machine, REQUEST, random, pace);
  const metadata = new Uint8Array(40);
  const { statement, witness } = encrypted();
  for (const [load, proving, verifying] of [
    ["proof", names.prove, names.verify],
    ["verify", names.proveShort, names.verifyShort],
  ] as [ComputeLoad, string, string][]) {
    const request: ProofRequest = { statement, witness, metadata, load, seed: new Uint8Array(16) };
    await reporter.measure({
      name: proving,
      params,
      threads,
      run: () => proveV2(machine, crs, request, pace),
    });
    const proof = await proveV2(machine, crs, request, pace);
    await reporter.measure({
      name: verifying,
      params,
      threads,
      run: async () => {
        if (!(await verifyV2(machine, crs, statement, metadata, proof, pace)))
          throw new Error("a proof is refused");
      },
    });
  }
  await machine.release();
}
