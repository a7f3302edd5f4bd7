import fc from "fast-check";
import * as peer from "node-tfhe";
import { expect, test } from "vitest";
import type { BoolHandle, FheInteger, FheIntegerType } from "../../src/index.ts";
import * as tacet from "../../src/index.ts";
import { ARITHMETIC, COMPARISONS, type Int, rangeOf, wrapTo } from "../operations.ts";
import { sampleCount } from "../samples.ts";

/*
 * Random expressions over integers that TFHE-rs's client encrypts: Tacet computes them with its keys, and its
 * client decrypts the results.
 */

const EXPRESSIONS = sampleCount(25, 210);
/** So many are computed together. */
const TOGETHER = 30;
const LIMIT = 2n ** 30n;

type Name = tacet.IntegerType;
type Arithmetic = keyof typeof ARITHMETIC;
type Comparison = keyof typeof COMPARISONS;

/** An expression of one type; its leaves are inputs by their index, and clear numbers. */
type Expression =
  | { readonly input: number }
  | { readonly operation: Arithmetic; readonly a: Expression; readonly b: Expression | bigint }
  | { readonly unary: "neg" | "not"; readonly a: Expression }
  | { readonly shift: "shl" | "shr"; readonly a: Expression; readonly amount: number }
  | {
      readonly comparison: Comparison;
      readonly a: Expression;
      readonly b: Expression;
      readonly c: Expression;
    };

interface Case {
  readonly type: Name;
  /** The type that the value is cast to in the end. */
  readonly result: Name;
  readonly inputs: readonly bigint[];
  readonly expression: Expression;
}

const WIDTHS = [2, 4, 6, 8, 10, 12, 14, 16, 24, 32, 40, 64] as const;

const types = fc
  .record({ sign: fc.constantFrom("Uint", "Int"), width: fc.constantFrom(...WIDTHS) })
  .map(({ sign, width }): Name => `Fhe${sign}${width}` as Name);

const makers = new Map<string, unknown>(Object.entries(tacet));
const makerOf = (name: Name): FheIntegerType => makers.get(name) as FheIntegerType;

/** Products of wide integers take seconds: narrow ones show the same. */
const operationsOf = (width: number): Arithmetic[] =>
  Object.keys(ARITHMETIC).filter((name) => name !== "mul" || width <= 12);

const cases: fc.Arbitrary<Case> = fc.tuple(types, types).chain(([type, result]) => {
  const { width } = makerOf(type);
  const [least, most] = rangeOf(makerOf(type));
  const number = fc.oneof(
    fc.bigInt({ min: least, max: most }),
    fc.constantFrom(least, most, 0n, least < 0n ? -1n : 1n),
  );
  const { tree } = fc.letrec<{ tree: Expression }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 2, depthSize: "small", withCrossShrink: true },
      fc.record({ input: fc.nat(2) }),
      fc.record({
        operation: fc.constantFrom(...operationsOf(width)),
        a: tie("tree"),
        b: fc.oneof(tie("tree"), number),
      }),
      fc.record({ unary: fc.constantFrom("neg" as const, "not" as const), a: tie("tree") }),
      fc.record({
        shift: fc.constantFrom("shl" as const, "shr" as const),
        a: tie("tree"),
        amount: fc.nat(width + 1),
      }),
      fc.record({
        comparison: fc.constantFrom(...Object.keys(COMPARISONS)),
        a: tie("tree"),
        b: tie("tree"),
        c: tie("tree"),
      }),
    ),
  }));
  return fc.record({
    type: fc.constant(type),
    result: fc.constant(result),
    inputs: fc.tuple(number, number, number),
    expression: tree,
  });
});

/** What an expression is for plain integers. */
function interpret({ type, result, inputs, expression }: Case): bigint {
  const maker = makerOf(type);
  const value = (node: Expression | bigint): bigint => {
    if (typeof node === "bigint") return node;
    if ("input" in node) return inputs[node.input];
    const a = value(node.a);
    if ("operation" in node) return wrapTo(maker, ARITHMETIC[node.operation][1](a, value(node.b)));
    if ("unary" in node) return wrapTo(maker, node.unary === "neg" ? -a : ~a);
    if ("shift" in node) return wrapTo(maker, shifted(node.shift, a, node.amount, maker.width));
    return COMPARISONS[node.comparison][1](a, value(node.b)) ? value(node.c) : a;
  };
  return wrapTo(makerOf(result), value(expression));
}

function shifted(direction: "shl" | "shr", value: bigint, amount: number, width: number): bigint {
  const bits = BigInt(Math.min(amount, width));
  return direction === "shl" ? value << bits : value >> bits;
}

/** The same on encrypted ones. */
function compute({ result, expression }: Case, inputs: readonly Int[]): Int {
  const handle = (node: Expression): Int => {
    if ("input" in node) return inputs[node.input];
    const a = handle(node.a);
    if ("operation" in node) {
      return ARITHMETIC[node.operation][0](a, typeof node.b === "bigint" ? node.b : handle(node.b));
    }
    if ("unary" in node) return node.unary === "neg" ? a.neg() : a.not();
    if ("shift" in node) return node.shift === "shl" ? a.shl(node.amount) : a.shr(node.amount);
    const condition: BoolHandle = COMPARISONS[node.comparison][0](a, handle(node.b));
    return condition.select(handle(node.c), a);
  };
  return handle(expression).cast(makerOf(result));
}

interface PeerType {
  encrypt_with_client_key(
    value: number | bigint,
    key: peer.TfheClientKey,
  ): { safe_serialize(limit: bigint): Uint8Array };
  safe_deserialize(bytes: Uint8Array, limit: bigint): { decrypt(key: peer.TfheClientKey): number | bigint };
}

const peerTypes = new Map<string, unknown>(Object.entries(peer));
const peerType = (name: Name): PeerType => peerTypes.get(name) as PeerType;
const plain = (value: bigint, name: Name): number | bigint =>
  makerOf(name).width <= 32 ? Number(value) : value;

test(`${EXPRESSIONS} random expressions on TFHE-rs's integers are what its client decrypts`, async () => {
  const clientKey = peer.TfheClientKey.generate(peer.TfheConfigBuilder.default().build());
  const own = tacet.ClientKey.deserialize(clientKey.safe_serialize(LIMIT));
  const serverKey = peer.TfheCompressedServerKey.new(clientKey).safe_serialize(LIMIT);
  using engine = await tacet.Engine.create(tacet.ServerKey.deserialize(serverKey));
  const seed = crypto.getRandomValues(new Int32Array(1))[0];
  const drawn = fc.sample(cases, { numRuns: EXPRESSIONS, seed });

  const load = (name: Name, value: bigint): Int => {
    const ciphertext = peerType(name).encrypt_with_client_key(plain(value, name), clientKey);
    const loaded: FheInteger = makerOf(name).deserialize(ciphertext.safe_serialize(LIMIT));
    return engine.load(loaded);
  };
  for (let first = 0; first < drawn.length; first += TOGETHER) {
    const batch = drawn.slice(first, first + TOGETHER);
    const results = await Promise.all(
      batch.map((one) =>
        compute(
          one,
          one.inputs.map((value) => load(one.type, value)),
        ).serialize(),
      ),
    );
    for (const [i, bytes] of results.entries()) {
      const { result } = batch[i];
      const decrypted = peerType(result).safe_deserialize(bytes, LIMIT).decrypt(clientKey);
      expect(BigInt(decrypted), `expression ${first + i} of seed ${seed}`).toBe(interpret(batch[i]));
      expect(makerOf(result).deserialize(bytes).decrypt(own)).toBe(decrypted);
    }
  }
});
