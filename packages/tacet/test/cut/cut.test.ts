import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ComputationPart, computePart, cut } from "../../src/cut.ts";
import {
  type BoolHandle,
  type ClientKey,
  Engine,
  FheBool,
  FheUint8,
  GraphError,
  MismatchError,
  ServerKey,
  type UintHandle,
} from "../../src/index.ts";
import { toyClientKey } from "../toy.ts";
import { type AnyHandle, CASES, type Case, load, open } from "./cases.ts";

/* Computations in parts, on several engines that have nothing in common but the server key. */

let clientKey: ClientKey;
let engines: Engine[];

beforeAll(async () => {
  clientKey = await toyClientKey();
  const bytes = (await ServerKey.from(clientKey)).serialize();
  engines = [];
  for (let i = 0; i < 3; i++) {
    const serverKey = ServerKey.deserialize(bytes, { allowInsecureParameters: true });
    engines.push(await Engine.create(serverKey, { threads: 1, verifyPlans: true }));
  }
});
afterAll(() => {
  for (const engine of engines) engine.dispose();
});

/** Cuts a case on one engine, and computes its parts on others, each of which loads what it needs. */
async function inParts(
  one: Case,
  bootstraps: number,
): Promise<{ parts: ComputationPart[]; results: readonly Uint8Array[] }> {
  const first = open(engines[0], one, clientKey);
  const parts = await cut(engines[0], first.results, {
    inputs: first.inputs,
    workers: 2,
    bootstraps,
    overhead: 0,
  });
  const sent = JSON.parse(JSON.stringify(parts)) as ComputationPart[];
  const bytes: Uint8Array[] = [];
  let results: readonly Uint8Array[] = [];
  for (const part of sent) {
    const engine = engines[1 + (part.index % 2)];
    const all = load(engine, one, first.own);
    const inputs = part.values.map((value) => all[value]);
    const outcome = await computePart(engine, part, {
      inputs,
      bytesOf: (need) => {
        expect(part.needs).toContain(need);
        return bytes[need];
      },
    });
    bytes.push(outcome.bytes);
    results = outcome.results;
    for (const handle of all) handle.dispose();
  }
  for (const handle of [...first.inputs, ...first.results]) handle.dispose();
  return { parts, results };
}

describe.each(Object.entries(CASES))("%s", (_, one) => {
  test.each([4, 30, 100_000])("comes out in parts of about %i bootstraps", async (bootstraps) => {
    const { parts, results } = await inParts(one, bootstraps);
    expect(results.map((bytes, i) => one.types[i].deserialize(bytes).decrypt(clientKey))).toEqual(
      one.results,
    );
    for (const [i, part] of parts.entries()) {
      expect(part.index).toBe(i);
      expect(part.needs.every((need) => need < i)).toBe(true);
      expect(part.results === undefined).toBe(i < parts.length - 1);
    }
    expect(parts.at(-1)!.bootstraps).toBe(0);
    if (bootstraps === 4) expect(parts.length).toBeGreaterThan(4);
  });
});

test("inputs of one mask, which hold different values, are not taken for each other", async () => {
  const bit = FheBool.encrypt(true, clientKey);
  const [first] = engines;
  const made = await first.load(bit).select(2, 1, FheUint8).serialize(); // the bit and 1: without a bootstrap
  for (const order of [
    [0, 1],
    [1, 0],
  ]) {
    const inputsOf = (engine: Engine): AnyHandle[] => {
      const both = [engine.load(bit), engine.load(FheUint8.deserialize(made))];
      return order.map((at) => both[at]);
    };
    const inputs = inputsOf(first);
    const [b, q] = [inputs[order.indexOf(0)], inputs[order.indexOf(1)]] as [BoolHandle, UintHandle<8>];
    const parts = await cut(first, [q.mul(q), b.cast(FheUint8).mul(3)], {
      inputs,
      workers: 1,
      bootstraps: 5,
    });
    const bytes: Uint8Array[] = [];
    let results: readonly Uint8Array[] = [];
    for (const part of parts) {
      const others = inputsOf(engines[1]);
      const outcome = await computePart(engines[1], part, {
        inputs: part.values.map((value) => others[value]),
        bytesOf: (need) => bytes[need],
      });
      bytes.push(outcome.bytes);
      results = outcome.results;
    }
    expect(results.map((one) => FheUint8.deserialize(one).decrypt(clientKey))).toEqual([4, 3]);
  }
});

test("parts have as many bootstraps together as the computation by itself", async () => {
  const one = CASES["a product of 64 bits"];
  const { inputs, results } = open(engines[0], one, clientKey);
  const { bootstraps } = engines[0].explain(results[0]);
  const parts = await cut(engines[0], results, { inputs, workers: 2 });
  expect(parts.reduce((sum, part) => sum + part.bootstraps, 0)).toBe(bootstraps);
  expect(await cut(engines[0], results, { inputs, workers: 2 })).toEqual(parts);
});

describe("what does not go together is refused", () => {
  const one = CASES["a quotient and a remainder"];
  let parts: ComputationPart[];
  let bytes: Uint8Array[];
  let inputs: AnyHandle[];
  beforeAll(async () => {
    const first = open(engines[0], one, clientKey);
    inputs = first.inputs;
    parts = await cut(engines[0], first.results, { inputs, workers: 1, bootstraps: 20 });
    bytes = [];
    for (const part of parts) {
      bytes.push((await computePart(engines[0], part, given(part))).bytes);
    }
  });
  const last = (): ComputationPart => parts.at(-1)!;
  const readBy = ({ values }: ComputationPart, some = inputs): AnyHandle[] =>
    values.map((value) => some[value]);
  const given = (part: ComputationPart) => ({ inputs: readBy(part), bytesOf: (need: number) => bytes[need] });

  test("bytes of another part, of another computation, or damaged", async () => {
    const [need] = last().needs;
    const given = (some: Uint8Array) =>
      computePart(engines[0], last(), { inputs: readBy(last()), bytesOf: () => some });
    await expect(given(bytes[(need + 1) % (parts.length - 1)])).rejects.toThrow(MismatchError);
    await expect(given(bytes[need].subarray(0, -8))).rejects.toThrow(MismatchError);
    await expect(given(new Uint8Array(3))).rejects.toThrow(MismatchError);
    const other = { ...last(), cut: "0".repeat(16) };
    await expect(
      computePart(engines[0], other, { inputs: readBy(other), bytesOf: (n) => bytes[n] }),
    ).rejects.toThrow(MismatchError);
  });

  test("inputs that are not there, or others", async () => {
    const reading = parts.find(({ values }) => values.length > 0)!;
    const bytesOf = (need: number): Uint8Array => bytes[need];
    await expect(computePart(engines[0], reading, { inputs: [], bytesOf })).rejects.toThrow(MismatchError);
    const others = open(engines[0], one, clientKey).inputs;
    await expect(
      computePart(engines[0], reading, { inputs: readBy(reading, others), bytesOf }),
    ).rejects.toThrow(MismatchError);
    await expect(computePart(engines[1], reading, { inputs: readBy(reading), bytesOf })).rejects.toThrow(
      TypeError,
    );
  });

  test("what is no part", async () => {
    const [part] = parts.filter(({ rotations }) => rotations.length > 0);
    const damaged: [string, unknown][] = [
      ["another version", { ...part, version: 2 }],
      ["needs of later parts", { ...part, needs: [part.index] }],
      [
        "a source that is not there yet",
        { ...part, rotations: [{ ...part.rotations[0], terms: [[1, 10_000]] }] },
      ],
      [
        "a table too short",
        { ...part, rotations: [{ ...part.rotations[0], size: part.rotations[0].size + 1 }] },
      ],
      ["what it gives", { ...part, gives: [10_000] }],
      ["terms that are none", { ...part, rotations: [{ ...part.rotations[0], terms: "x" }] }],
    ];
    for (const [what, some] of damaged) {
      const computed = computePart(engines[0], some as ComputationPart, given(part));
      await expect(computed, what).rejects.toThrow(MismatchError);
    }
    const [first] = part.rotations;
    const terms = first.terms.map(([, source]) => [9, source] as const);
    const noisy = { ...part, rotations: part.rotations.with(0, { ...first, terms }) };
    const computed = computePart(engines[0], noisy, given(noisy));
    await expect(computed).rejects.toThrow(GraphError);
  });

  test("a computation that starts from more than its inputs, and options that are none", async () => {
    const drawn = engines[0].random(FheUint8);
    await expect(cut(engines[0], [drawn.add(1)], { inputs: [], workers: 2 })).rejects.toThrow(TypeError);
    await expect(cut(engines[0], [drawn], { inputs: [drawn], workers: 0 })).rejects.toThrow(RangeError);
    await expect(cut(engines[0], [drawn], { inputs: [], workers: 1, overhead: -1 })).rejects.toThrow(
      RangeError,
    );
    await expect(cut(engines[1], [drawn], { inputs: [], workers: 1 })).rejects.toThrow(TypeError);
    await expect(cut(engines[0], [drawn], { inputs: [], workers: 1, parts: 3 } as never)).rejects.toThrow(
      TypeError,
    );
  });

  test("what is cancelled leaves nothing behind", async () => {
    const { ciphertexts } = engines[2].info;
    const own = open(engines[2], one, clientKey);
    const made = await cut(engines[2], own.results, { inputs: own.inputs, workers: 1, bootstraps: 1000 });
    const controller = new AbortController();
    const computed = computePart(engines[2], made[0], {
      inputs: readBy(made[0], own.inputs),
      bytesOf: () => bytes[0],
      signal: controller.signal,
    });
    controller.abort(new Error("enough"));
    await expect(computed).rejects.toThrow("enough");
    for (const handle of [...own.inputs, ...own.results]) handle.dispose();
    await expect.poll(() => engines[2].info.ciphertexts).toBe(ciphertexts);
  });
});
