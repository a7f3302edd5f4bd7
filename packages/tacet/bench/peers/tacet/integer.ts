import {
  type BoolHandle,
  type Engine,
  FheBool,
  FheUint8,
  FheUint32,
  FheUint64,
  FheUint128,
  type FheUintType,
  type UintHandle,
  type Width,
} from "../../../src/index.ts";
import type { Request } from "../driver/protocol.ts";
import { timeEach } from "../driver/timing.ts";
import type { Keys } from "./keys.ts";

type Uint = UintHandle<Width>;

/** What one operation computes with. */
interface Operands {
  readonly engine: Engine;
  readonly a: Uint;
  readonly b: Uint;
  readonly condition: BoolHandle;
  readonly sixteen: readonly Uint[];
  /** A clear operand of full length. */
  readonly clear: bigint;
  /** A clear divisor of half that length: longer ones have quotients that say little. */
  readonly divisor: bigint;
}

const TYPES: Readonly<Record<string, FheUintType<8> | FheUintType<32> | FheUintType<64> | FheUintType<128>>> =
  { FheUint8, FheUint32, FheUint64, FheUint128 };

const OPERATIONS: Readonly<Record<string, (operands: Operands) => Uint | BoolHandle>> = {
  "add encrypted": ({ a, b }) => a.add(b),
  "sub encrypted": ({ a, b }) => a.sub(b),
  "mul encrypted": ({ a, b }) => a.mul(b),
  "div encrypted": ({ a, b }) => a.div(b),
  "eq encrypted": ({ a, b }) => a.eq(b),
  "lt encrypted": ({ a, b }) => a.lt(b),
  "max encrypted": ({ a, b }) => a.max(b),
  "and encrypted": ({ a, b }) => a.and(b),
  "shl encrypted": ({ a, b }) => a.shl(b),
  "select encrypted": ({ condition, a, b }) => condition.select(a, b),
  "sum of 16 encrypted": ({ engine, sixteen }) => engine.sum(sixteen),
  "add clear": ({ a, clear }) => a.add(clear),
  "sub clear": ({ a, clear }) => a.sub(clear),
  "mul clear": ({ a, clear }) => a.mul(clear),
  "div clear": ({ a, divisor }) => a.div(divisor),
  "eq clear": ({ a, clear }) => a.eq(clear),
  "lt clear": ({ a, clear }) => a.lt(clear),
  "max clear": ({ a, clear }) => a.max(clear),
  "and clear": ({ a, clear }) => a.and(clear),
  "shl clear": ({ a }) => a.shl(3),
  "select clear": ({ condition, a, clear }) => condition.select(a, clear),
};

/** 2^128 divided by the golden ratio: clear operands are its first bits. */
const GOLDEN = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c834n;

/**
 * Operations on encrypted integers, in an engine: from the call to the result's ciphertext. Each run takes handles of its
 * own, since an engine computes nothing twice.
 */
export async function measureInteger(keys: Keys, request: Request): Promise<number | null> {
  const { on, operation, operand, batch } = request;
  const type = TYPES[on];
  const operate = OPERATIONS[`${operation} ${operand}`];
  if (type === undefined || operate === undefined) return null;

  const { clientKey, engine } = await keys.server("2_2");
  const first = (bits: number): bigint => GOLDEN >> BigInt(128 - bits);
  const [clear, divisor] = [first(type.width), first(type.width / 2)];
  const encrypt = (value: bigint) => type.encrypt(value, clientKey);
  const summands = operation === "sum of 16" ? 16 : 0;
  const ciphertexts = Array.from({ length: batch }, () => ({
    a: encrypt(BigInt.asUintN(128, 3n * GOLDEN) >> BigInt(128 - type.width)),
    b: encrypt(7n),
    condition: FheBool.encrypt(true, clientKey),
    sixteen: Array.from({ length: summands }, (_, i) => encrypt(BigInt(i))),
  }));
  const nanoseconds = await timeEach({
    prepare: () =>
      ciphertexts.map(({ a, b, condition, sixteen }) => ({
        engine,
        a: engine.load<Width>(a),
        b: engine.load<Width>(b),
        condition: engine.load(condition),
        sixteen: sixteen.map((one) => engine.load<Width>(one)),
        clear,
        divisor,
      })),
    run: async (inputs: readonly Operands[]) => {
      const results = inputs.map(operate);
      await Promise.all(results.map((result) => result.ciphertext()));
      return results;
    },
    finish: (inputs, results) => {
      const handles = inputs.flatMap(({ a, b, condition, sixteen }) => [a, b, condition, ...sixteen]);
      for (const handle of [...handles, ...results]) handle.dispose();
    },
  });
  return nanoseconds / batch;
}
