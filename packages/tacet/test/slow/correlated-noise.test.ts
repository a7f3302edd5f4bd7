import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Evaluator } from "../../src/engine/evaluator.ts";
import type { Block } from "../../src/graph/block.ts";
import type { Builder, Summand } from "../../src/graph/builder.ts";
import { plan } from "../../src/graph/plan.ts";
import { deltaLog } from "../../src/parameters/parameter-set.ts";
import { DEFAULT_PARAMETERS as parameters } from "../../src/parameters/sets.ts";
import { encode } from "../../src/scheme/lwe/encoding.ts";
import { decryptLwe, encryptLwe } from "../../src/scheme/lwe/lwe.ts";
import { bootstrapVariance } from "../../src/scheme/noise.ts";
import { generateSecretKey, type SecretKey } from "../../src/scheme/secret-key/secret-key.ts";
import { generateServerKey } from "../../src/scheme/server-key/server-key.ts";
import { generateGraph } from "../fuzz/generate/graph.ts";
import { build, isNode, type Load, operandsOf, valuesOfLoad } from "../fuzz/graph.ts";
import { Random } from "../fuzz/random.ts";

const DELTA = 1n << BigInt(deltaLog(parameters));
const FRESH = bootstrapVariance(parameters);

let secret: SecretKey;
let evaluator: Evaluator;
beforeAll(async () => {
  secret = generateSecretKey(parameters);
  const serverKey = await generateServerKey({ ...secret, compact: null });
  evaluator = await Evaluator.create(serverKey, { verifyPlans: true });
});
afterAll(() => evaluator.dispose());

function encrypt(value: number): BigUint64Array {
  const lwe = new BigUint64Array(secret.glwe.length + 1);
  encryptLwe(encode(value, parameters), secret.glwe, parameters.glweNoise, lwe);
  return lwe;
}

function loadLwe(lwe: BigUint64Array, max: number): Block {
  return evaluator.load([{ lwe, degree: max, noiseLevel: 1 }])[0];
}

function load(value: number, max: number): Block {
  return loadLwe(encrypt(value), max);
}

/** A ciphertext of the same mask: of a value that is larger by some, or of what lacks to a maximum. */
function twinOf(lwe: BigUint64Array, max: number, { negative, shift }: Load): BigUint64Array {
  const twin = negative ? lwe.map((element) => -element) : lwe.slice();
  twin[twin.length - 1] += encode(negative ? max - shift : shift, parameters);
  return twin;
}

/** A ciphertext's distance from the nearest value, as a fraction of the torus. */
function errorOf(lwe: BigUint64Array): number {
  const phase = decryptLwe(lwe, secret.glwe);
  return Number(BigInt.asIntN(64, ((phase + DELTA / 2n) % DELTA) - DELTA / 2n)) / 2 ** 64;
}

/** The error of a sum of what has been computed, which may be noisier than anything that the builder lets be computed. */
async function errorOfSum(summands: readonly Summand[]): Promise<number> {
  const ciphertexts = await evaluator.compute(summands.map(([, block]) => block));
  return summands.reduce((sum, [factor], at) => sum + factor * errorOf(ciphertexts[at].lwe), 0);
}

interface Case {
  readonly name: string;
  /** Number of sums that are measured. */
  readonly samples: number;
  /** What used to be taken for the variance, in units of a fresh bootstrap's. */
  readonly independent: number;
  /** Blocks that have been computed, or will be, and how often each is added up. */
  readonly summands: (builder: Builder) => Promise<Summand[]>;
}

const bit = (): number => Math.floor(Math.random() * 2);
const below = (limit: number): number => Math.floor(Math.random() * limit);

/** An estimate of a variance from n samples strays by √(2/n) of it; six times that happens once in a billion runs. */
const tolerance = (samples: number): number => 1 + 6 * Math.sqrt(2 / samples);

const CASES: readonly Case[] = [
  {
    name: "eight tables of one rotation",
    samples: 400,
    independent: 8,
    summands: async (builder) => {
      const x = load(bit(), 1);
      const tables = [
        [0, 1],
        [1, 0],
        [0, 2],
        [2, 0],
        [0, 3],
        [3, 0],
        [1, 2],
        [2, 1],
      ];
      return tables.map((table): Summand => [1, builder.lookup(x, table, 0)]);
    },
  },
  {
    name: "which of 15 values a block is, in a rotation each",
    samples: 100,
    independent: 15,
    summands: async (builder) => {
      const x = load(below(16), 15);
      return Array.from(
        { length: 15 },
        (_, k): Summand => [1, builder.lookup(x, (value) => Number(value === k))],
      );
    },
  },
  {
    name: "fifteen comparisons of one product of bits times powers of three",
    samples: 100,
    independent: 15,
    summands: async (builder) => {
      const [x, y] = [load(below(4), 3), load(below(4), 3)];
      const pair = builder.linear([
        [4, x],
        [1, y],
      ]);
      let m = builder.lookup(pair, (value) => (value >> 2) & value & 3);
      return Array.from({ length: 15 }, (_, k): Summand => {
        const equal = builder.lookup(m, (value) => Number(value === k % 4));
        m = builder.lookup(m, (value) => (3 * value) % 4);
        return [1, equal];
      });
    },
  },
  {
    name: "one stored truth value loaded fifteen times",
    samples: 200,
    independent: 15,
    summands: async () => {
      const [ciphertext] = await evaluator.compute([evaluator.builder.lookup(load(bit(), 1), [1, 0], 0)]);
      return Array.from(
        { length: 15 },
        (): Summand => [1, evaluator.load([{ ...ciphertext, degree: 1 }])[0]],
      );
    },
  },
  {
    name: "a stored truth value less its stored complement",
    samples: 200,
    independent: 2,
    summands: async (builder) => {
      const flag = builder.lookup(load(bit(), 1), [1, 0], 0);
      const stored = await evaluator.compute([flag, builder.linear([[-1, flag]], 1)]);
      const [again, complement] = evaluator.load(stored.map((one) => ({ ...one, degree: 1 })));
      return [
        [1, again],
        [-1, complement],
      ];
    },
  },
  {
    name: "what is computed again after it was forgotten",
    samples: 200,
    independent: 2,
    summands: async (builder) => {
      const [x, y, z] = [load(below(4), 3), load(below(4), 3), load(below(4), 3)];
      builder.retain([x, y, z]);
      const once = async (): Promise<Block> => {
        const sum = builder.lookup(
          builder.linear([
            [1, x],
            [1, y],
          ]),
          (value) => value % 4,
        );
        const both = builder.linear([
          [1, sum],
          [1, z],
        ]);
        const result = builder.lookup(both, (value) => (value * 3) % 4);
        builder.retain([result]);
        builder.sweep();
        await evaluator.compute([result]);
        return result;
      };
      const [first, second] = [await once(), await once()];
      builder.release([x, y, z]);
      return [
        [1, first],
        [1, second],
      ];
    },
  },
];

describe("the noise of a sum", () => {
  test.each(CASES)("of $name is within the bound that the builder states", async (sum) => {
    const { builder } = evaluator;
    let total = 0;
    let bound = 0;
    for (let done = 0; done < sum.samples; done++) {
      const summands = await sum.summands(builder);
      bound = builder.noiseOf(summands);
      total += (await errorOfSum(summands)) ** 2;
      builder.sweep();
    }
    const measured = total / sum.samples / FRESH;
    const figures = `${sum.independent} if independent, ${measured.toFixed(1)} measured, ${bound.toFixed(1)} stated`;
    console.log(`${sum.name}: variance ${figures}`);
    expect(measured).toBeLessThan(bound * tolerance(sum.samples));
    // Independent terms would have made the statement needless.
    if (bound > 2 * sum.independent)
      expect(measured).toBeGreaterThan(sum.independent / tolerance(sum.samples));
  });
});

test("the noise of the noisiest nodes of a thousand random programs is within what the builder states", async () => {
  const { builder } = evaluator;
  const ratios: number[] = [];
  const bounds: number[] = [];
  for (let seed = 0; seed < 1000; seed++) {
    const graph = generateGraph(new Random(seed));
    if (graph.parameters !== "2_2") continue;
    const blocks = new Map<number, Block>();
    const inputs = new Map(graph.inputs.map((input) => [input.id, input]));
    const lwes = new Map(graph.inputs.map(({ id, values }) => [id, encrypt(values[0])]));
    for (const { id, max } of graph.inputs) blocks.set(id, loadLwe(lwes.get(id)!, max));
    for (const item of graph.items) {
      if (item.do === "load") {
        const input = inputs.get(item.of)!;
        const [value] = valuesOfLoad(item, input);
        const isOfInput = value >= 0 && value <= input.max;
        const lwe = isOfInput ? twinOf(lwes.get(item.of)!, input.max, item) : encrypt(0);
        blocks.set(item.id, loadLwe(lwe, input.max));
      }
      if (!isNode(item)) continue;
      const { bounds: _, ...node } = { bounds: undefined, ...item }; // they may not hold for these values
      const made = build(builder, node, (id) => blocks.get(id)!);
      blocks.set(item.id, made ?? blocks.get(operandsOf(item)[0])!);
    }
    const noisy = [...new Set(blocks.values())]
      .filter(({ kind, noise }) => kind === "linear" && noise > 1)
      .sort((a, b) => b.noise - a.noise)
      .filter((block) => plan([block], parameters).rotations.length <= 60)
      .slice(0, 2);
    builder.retain(noisy);
    builder.sweep();
    const ciphertexts = await evaluator.compute(noisy);
    for (const [at, { noise }] of noisy.entries()) {
      ratios.push(errorOf(ciphertexts[at].lwe) ** 2 / (noise * FRESH));
      bounds.push(noise);
    }
    builder.release(noisy);
  }
  const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
  const most = Math.max(...ratios);
  console.log(
    `${ratios.length} nodes with a stated variance of up to ${Math.max(...bounds)}: measured over stated ` +
      `${mean.toFixed(3)} in the mean, ${most.toFixed(1)} at most`,
  );
  expect(ratios.length).toBeGreaterThan(500);
  expect(mean).toBeLessThan(tolerance(ratios.length));
  // Of a normal distribution, so many samples exceed six standard deviations once in 100,000 runs.
  expect(most).toBeLessThan(36);
});
