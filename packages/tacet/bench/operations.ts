import { availableParallelism } from "node:os";
import {
  type BoolHandle,
  ClientKey,
  DEFAULT_PARAMETERS,
  Engine,
  FheBool,
  FheUint8,
  FheUint16,
  FheUint32,
  FheUint64,
  type FheUintType,
  ServerKey,
  type UintHandle,
  type Width,
} from "../src/index.ts";
import type { Reporter, Task } from "./reporter.ts";

type Uint = UintHandle<Width>;
type Result = Uint | BoolHandle;
interface Operands {
  readonly a: Uint;
  readonly b: Uint;
  readonly c: BoolHandle;
  /** A clear operand of full length. */
  readonly clear: bigint;
}

const OPERATIONS: readonly (readonly [name: string, operation: (operands: Operands) => Result])[] = [
  ["add", ({ a, b }) => a.add(b)],
  ["sub", ({ a, b }) => a.sub(b)],
  ["mul", ({ a, b }) => a.mul(b)],
  ["div", ({ a, b }) => a.div(b)],
  ["rem", ({ a, b }) => a.rem(b)],
  ["overflowing mul", ({ a, b }) => a.overflowingMul(b)[1]],
  ["neg", ({ a }) => a.neg()],
  ["and", ({ a, b }) => a.and(b)],
  ["or", ({ a, b }) => a.or(b)],
  ["xor", ({ a, b }) => a.xor(b)],
  ["not", ({ a }) => a.not()],
  ["shl 3", ({ a }) => a.shl(3)],
  ["shr 3", ({ a }) => a.shr(3)],
  ["shl", ({ a, b }) => a.shl(b)],
  ["rotl", ({ a, b }) => a.rotl(b)],
  ["count ones", ({ a }) => a.countOnes()],
  ["leading zeros", ({ a }) => a.leadingZeros()],
  ["eq", ({ a, b }) => a.eq(b)],
  ["ne", ({ a, b }) => a.ne(b)],
  ["lt", ({ a, b }) => a.lt(b)],
  ["le", ({ a, b }) => a.le(b)],
  ["gt", ({ a, b }) => a.gt(b)],
  ["ge", ({ a, b }) => a.ge(b)],
  ["min", ({ a, b }) => a.min(b)],
  ["max", ({ a, b }) => a.max(b)],
  ["select", ({ a, b, c }) => c.select(a, b)],
  ["cast", ({ a }) => a.cast(FheUint16)],
  ["add clear", ({ a, clear }) => a.add(clear)],
  ["sub clear", ({ a, clear }) => a.sub(clear)],
  ["mul clear", ({ a, clear }) => a.mul(clear)],
  ["div clear", ({ a, clear }) => a.div(clear)],
  ["and clear", ({ a, clear }) => a.and(clear)],
  ["or clear", ({ a, clear }) => a.or(clear)],
  ["xor clear", ({ a, clear }) => a.xor(clear)],
  ["eq clear", ({ a, clear }) => a.eq(clear)],
  ["ne clear", ({ a, clear }) => a.ne(clear)],
  ["lt clear", ({ a, clear }) => a.lt(clear)],
  ["le clear", ({ a, clear }) => a.le(clear)],
  ["gt clear", ({ a, clear }) => a.gt(clear)],
  ["ge clear", ({ a, clear }) => a.ge(clear)],
  ["min clear", ({ a, clear }) => a.min(clear)],
  ["max clear", ({ a, clear }) => a.max(clear)],
  ["select clear", ({ a, c, clear }) => c.select(a, clear)],
];

/**
 * Every operation at 8, 32 and 64 bits, on one thread and on all, one right after the other: shared machines drift
 * too much for anything else to be compared.
 */
export async function operationBenchmarks(reporter: Reporter): Promise<void> {
  const types = [FheUint8, FheUint32, FheUint64];
  const named = (type: { name: string }, operation: string): string => `${type.name} ${operation}`;
  if (!reporter.wants(...types.flatMap((type) => OPERATIONS.map(([name]) => named(type, name))))) return;
  const key = await ClientKey.generate();
  const serverKey = await ServerKey.from(key);
  const threadCounts = new Set([1, availableParallelism()]);
  const engines = await Promise.all(
    [...threadCounts].map((threads) => Engine.create(serverKey, { threads })),
  );
  for (const type of types) {
    for (const [operation, run] of OPERATIONS) {
      for (const engine of engines) {
        const name = named(type, operation);
        if (!reporter.wants(name)) continue;
        await reporter.measure({ name, ...measurementOf(engine, key, type, run) });
      }
    }
  }
  for (const engine of engines) engine.dispose();
}

/** A measurement of one operation, each time on new operands: what an engine has computed it does not compute again. */
function measurementOf(
  engine: Engine,
  key: ClientKey,
  type: FheUintType<8> | FheUintType<32> | FheUintType<64>,
  run: (operands: Operands) => Result,
): Omit<Task, "name"> {
  const clear = 0xdead_beef_cafe_f00dn >> BigInt(64 - type.width);
  const build = (): Result => {
    const [a, b] = [clear, 7].map((value) => engine.load<Width>(type.encrypt(value, key)));
    return run({ a, b, c: engine.load(FheBool.encrypt(true, key)), clear });
  };
  let result = build();
  const pbs = engine.explain(result).bootstraps;
  return {
    params: DEFAULT_PARAMETERS.name,
    threads: engine.info.threads,
    pbs,
    runs: pbs > 100 ? 3 : 5,
    prepare: () => {
      result = build();
    },
    run: () => result.serialize(),
  };
}
