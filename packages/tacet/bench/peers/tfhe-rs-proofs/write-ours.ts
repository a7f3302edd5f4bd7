import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Pace } from "../../../src/progress.ts";
import { safeSerialize } from "../../../src/wire/safe-serialize.ts";
import { CurveMachine } from "../../../src/zk/curve/machine.ts";
import { StandardGenerator } from "../../../src/zk/scheme/chacha.ts";
import { generateV1, generateV2 } from "../../../src/zk/scheme/generate.ts";
import { proveV1 } from "../../../src/zk/scheme/v1-prove.ts";
import { proveV2 } from "../../../src/zk/scheme/v2-prove.ts";
import { type AnyProof, proofCodec } from "../../../src/zk/wire/proof.ts";
import { bytesOf, type Case, requestOf, statementOf, witnessOf } from "../../../test/zk/cases.ts";

/* Writes proofs that Tacet makes, and damaged ones, for TFHE-rs to check. */

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error("which file is to be written?");
const vectors = join(import.meta.dirname, "../../../test/vectors/zk/proofs.json");
const { cases } = JSON.parse(readFileSync(vectors, "utf8")) as { cases: Case[] };

const machine = await CurveMachine.create();
const pace = new Pace({});
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const entries: object[] = [];
for (const one of cases) {
  const random = new StandardGenerator(BigInt(one.crsSeed));
  const generate = one.version === 1 ? generateV1 : generateV2;
  const crs = await generate(machine, requestOf(one), random, pace);
  for (const load of ["proof", "verify"] as const) {
    const request = {
      statement: statementOf(one),
      witness: witnessOf(one),
      metadata: crypto.getRandomValues(new Uint8Array(40)),
      load,
      seed: crypto.getRandomValues(new Uint8Array(16)),
    };
    const proof: AnyProof =
      one.version === 1
        ? { kind: "PkeV1", value: await proveV1(machine, crs as never, request, pace) }
        : { kind: "PkeV2", value: await proveV2(machine, crs as never, request, pace) };
    const bytes = safeSerialize(proofCodec, proof);
    const metadata = hex(request.metadata);
    entries.push({ case: one, proof: hex(bytes), metadata, valid: true });
    entries.push({ case: one, proof: hex(bytes), metadata: hex(bytesOf(one.metadata)), valid: false });
    // Points are swapped with others of the proof: they stay in their groups.
    const others = Object.keys(proof.value).filter((name) => name === "y" || name === "pi");
    const [first, second] = others as ["y", "pi"];
    const swapped = { ...proof.value, [first]: proof.value[second], [second]: proof.value[first] };
    const damaged = { kind: proof.kind, value: swapped } as AnyProof;
    entries.push({ case: one, proof: hex(safeSerialize(proofCodec, damaged)), metadata, valid: false });
  }
  machine.freePoints(crs.g1);
  machine.freePoints(crs.g2);
}
await machine.release();
writeFileSync(file, `${JSON.stringify(entries, null, 1)}\n`);
