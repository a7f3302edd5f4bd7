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
  ServerKey,
  type UintHandle,
  type Width,
} from "../src/index.ts";
import type { Reporter } from "./reporter.ts";

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
  ["neg", ({ a }) => a.neg()],
  ["and", ({ a, b }) => a.and(b)],
  ["or", ({ a, b }) => a.or(b)],
  ["xor", ({ a, b }) => a.xor(b)],
  ["not", ({ a }) => a.not()],
  ["shl 3", ({ a }) => a.shl(3)],
  ["shr 3", ({ a }) => a.shr(3)],
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

/** Every operation at 8, 32 and 64 bits, on one thread and on all. */
export async function operationBenchmarks(reporter: Reporter): Promise<void> {
  const types = [FheUint8, FheUint32, FheUint64];
  const named = (type: { name: string }, operation: string): string => `${type.name} ${operation}`;
  if (!reporter.wants(...types.flatMap((type) => OPERATIONS.map(([name]) => named(type, name))))) return;
  const key = await ClientKey.generate();
  const serverKey = await ServerKey.from(key);
  for (const threads of new Set([1, availableParallelism()])) {
    using engine = await Engine.create(serverKey, { threads });
    for (const type of types) {
      const clear = 0xdead_beef_cafe_f00dn >> BigInt(64 - type.width);
      for (const [operation, run] of OPERATIONS) {
        const name = named(type, operation);
        if (!reporter.wants(name)) continue;
        // A fresh result for each run: what an engine has computed it does not compute again.
        let result: Result | undefined;
        const prepare = (): void => {
          const [a, b] = [clear, 7].map((value) => engine.load<Width>(type.encrypt(value, key)));
          result = run({ a, b, c: engine.load(FheBool.encrypt(true, key)), clear });
        };
        prepare();
        const pbs = engine.explain(result as unknown as Result).bootstraps;
        const runs = pbs > 100 ? 3 : 5;
        const params = DEFAULT_PARAMETERS.name;
        await reporter.measure({ name, params, threads, pbs, runs, prepare, run: () => result?.serialize() });
      }
    }
  }
}
