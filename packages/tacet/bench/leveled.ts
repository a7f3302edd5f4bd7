import { ClientKey, DEFAULT_PARAMETERS } from "../src/index.ts";
import {
  constantBits,
  type GadgetName,
  LeveledEngine,
  type LoadedVector,
  lessThan,
  PackedVector,
  type Program,
  type Selector,
  SelectorList,
  tableShape,
} from "../src/leveled.ts";
import type { Reporter } from "./reporter.ts";

const params = DEFAULT_PARAMETERS.name;
const NAMES = {
  product: "leveled: one product",
  and: "leveled: 3 predicates, 10,000 rows",
  compare: "leveled: v < c, 10,000 x 32 bits",
  packed: "leveled: v < c, 11 bits packed",
  count: "leveled: COUNT, 100,000 rows",
  sum: "leveled: SUM, 100,000 rows",
  fetch: "leveled: 1 row of 10,000 x 100 B",
} as const;

/** Numbers that look random, the same in each run. */
function below(limit: number): number {
  state = (Math.imul(state, 1103515245) + 12345) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
}
let state = 7;
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Domains of the columns that three predicates are about: the second one is packed. */
const [FIRST, SECOND, THIRD] = [50, 2048, 8];

/** Levelled circuits at the sizes of queries: what the server computes, with everything loaded. */
export async function leveledBenchmarks(reporter: Reporter): Promise<void> {
  if (!reporter.wants(...Object.values(NAMES))) return;
  const clientKey = await ClientKey.generate();
  for (const threads of [1, 2]) {
    const engine = await LeveledEngine.create({ threads: threads === 1 ? 0 : threads });
    const selectors = async (bits: readonly number[], gadget: GadgetName = "coarse"): Promise<Selector[]> => {
      const loaded = await engine.load(await SelectorList.encrypt(bits, clientKey, { gadget }));
      return bits.map((_, i) => loaded.at(i));
    };
    const vector = async (values: readonly number[], modulus: number): Promise<LoadedVector> =>
      engine.load(await PackedVector.encrypt(values, clientKey, { modulus }));
    const measure = (name: string, run: () => unknown, per = 1): Promise<void> =>
      reporter.measure({ name, params, threads, per, run });

    const [one] = (await selectors([1])) as [Selector];
    await measure(
      NAMES.product,
      () =>
        engine.evaluate({
          count: 1,
          steps: range(1000).map((step) => ({
            digits: [0],
            moves: [{ selector: one, low: "zero", high: step === 0 ? "one" : step - 1 }],
          })),
        }),
      1000,
    );

    const conjunction = async (rows: number, modulus: number, gadget: GadgetName): Promise<Program> => {
      const columns = range(rows).map(() => [below(FIRST), below(SECOND), below(THIRD)] as const);
      const chosen = await selectors(
        range(FIRST + THIRD).map((i) => i % 2),
        gadget,
      );
      return {
        count: rows,
        vector: await vector(
          range(SECOND).map((value) => Number(value < 1234)),
          modulus,
        ),
        positions: columns.map(([, second]) => second),
        steps: [
          {
            digits: columns.map(([first]) => first),
            moves: range(FIRST).map((i) => ({
              selector: chosen[i] as Selector,
              low: "zero",
              high: "vector",
            })),
          },
          {
            digits: columns.map(([, , third]) => third),
            moves: range(THIRD).map((i) => ({
              selector: chosen[FIRST + i] as Selector,
              low: "zero",
              high: 0,
            })),
          },
        ],
      };
    };
    if (reporter.wants(NAMES.and)) {
      const program = await conjunction(10_000, 2, "coarse");
      await measure(NAMES.and, () => engine.evaluate(program));
    }

    const values = range(10_000).map(() => below(2 ** 32));
    if (reporter.wants(NAMES.compare)) {
      const form = { width: 32 };
      const constant = await selectors(constantBits(2 ** 31 + 12345, form));
      const program = { count: values.length, steps: lessThan(values, { ...form, constant }) };
      await measure(NAMES.compare, () => engine.evaluate(program));
    }
    if (reporter.wants(NAMES.packed)) {
      const form = { width: 21, digitBits: 4 };
      const constant = await selectors(constantBits(2 ** 20, form));
      const upper = values.map((value) => Math.floor(value / 2048));
      const program: Program = {
        count: values.length,
        vector: await vector(
          range(2048).map((value) => Number(value < 1234)),
          2,
        ),
        positions: values.map((value) => value % 2048),
        steps: lessThan(upper, { ...form, constant, equal: "vector" }),
      };
      await measure(NAMES.packed, () => engine.evaluate(program));
    }

    if (reporter.wants(NAMES.count, NAMES.sum)) {
      const program = await conjunction(100_000, 4096, "fine");
      const flags = range(SECOND).map((value) => Number(value < 1234));
      const others = await Promise.all([4095, 4093, 4091, 4087].map((modulus) => vector(flags, modulus)));
      await measure(NAMES.count, () => engine.sum(program, { vectors: others.slice(0, 1) }));
      const weights = range(100_000).map(() => below(2 ** 32));
      await measure(NAMES.sum, () => engine.sum(program, { vectors: others, weights }));
    }

    if (reporter.wants(NAMES.fetch)) {
      const size = { rows: 10_000, rowBytes: 100 };
      const table = await engine.table(
        size,
        new Uint8Array(1_000_000).map(() => below(256)),
      );
      const list = await SelectorList.encrypt(tableShape(size).bitsOf(7654), clientKey);
      const query = await engine.load(list);
      await measure(NAMES.fetch, () => engine.fetch(table, query));
    }
    engine.dispose();
  }
}
