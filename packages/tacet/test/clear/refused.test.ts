import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contentOf, trivialBlocks } from "../../src/api/values/ciphertext.ts";
import { ClearEvaluator } from "../../src/clear/evaluator.ts";
import { checkClearOptions } from "../../src/clear/options.ts";
import { type ClearOptions, clearEngine } from "../../src/clear.ts";
import { PARTS } from "../../src/engine/parts.ts";
import {
  type ClientKey,
  CompactCiphertextList,
  CompactPublicKey,
  Engine,
  FheAsciiString,
  FheBool,
  FheUint8,
  FheUint64,
  GraphError,
  LimitError,
  MismatchError,
  PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128,
  ParameterError,
  ServerKey,
} from "../../src/index.ts";
import { PERMIT } from "../../src/opaque.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 as toy } from "../../src/parameters/sets.ts";
import { decode } from "../../src/scheme/lwe/encoding.ts";
import { toyClientKey } from "../toy.ts";

let clientKey: ClientKey;
let real: Engine;
let engine: Engine;

beforeAll(async () => {
  clientKey = await toyClientKey();
  real = await Engine.create(await ServerKey.from(clientKey), { threads: 0 });
  engine = await clearEngine({ parameters: toy });
});
afterAll(() => {
  real.dispose();
  engine.dispose();
});

describe("what is encrypted is refused, with what to do", () => {
  test("ciphertexts", () => {
    for (const one of [
      FheUint8.encrypt(3, clientKey),
      FheBool.encrypt(true, clientKey),
      FheAsciiString.encrypt("abc", clientKey),
    ]) {
      for (const checked of [false, true]) {
        expect(() => engine.load(one, { checked })).toThrow(MismatchError);
        expect(() => engine.load(one, { checked })).toThrow(/encryptTrivial gives in place of encrypt/);
      }
    }
    expect(engine.info.ciphertexts).toBe(0);
    expect(() => engine.array(FheUint8, [1, FheUint8.encrypt(3, clientKey)])).toThrow(MismatchError);
  });

  test("compressed ciphertexts, of clients and of servers", async () => {
    const seeded = await FheUint8.encryptCompressed(3, clientKey);
    const switched = await real.load(FheUint8.encrypt(3, clientKey)).compress();
    expect(() => engine.load(seeded)).toThrow(/encryptCompressed gives is encrypted/);
    expect(() => engine.load(switched)).toThrow(/compressed ciphertext is encrypted/);
    for (const one of [seeded, switched]) expect(() => engine.load(one)).toThrow(MismatchError);
  });

  test("compact lists", async () => {
    const list = await CompactCiphertextList.builder(await CompactPublicKey.from(clientKey))
      .push(FheUint8, 3)
      .build();
    expect(() => engine.expand(list)).toThrow(MismatchError);
    expect(() => engine.expand(list)).toThrow(/load their values one by one/);
  });
});

test("ciphertexts of other parameters are refused as an engine refuses them", () => {
  const other = FheUint8.encryptTrivial(3);
  for (const one of [real, engine]) expect(() => one.load(other)).toThrow(MismatchError);
  expect(() => engine.load(3 as never)).toThrow(TypeError);
});

test("handles of other engines are refused, whichever kind they are of", async () => {
  using other = await clearEngine({ parameters: toy });
  const three = FheUint8.encryptTrivial(3, toy);
  const own = engine.load(three);
  for (const strange of [other.load(three), real.load(three)]) {
    expect(() => own.add(strange)).toThrow(/another engine/);
    expect(() => engine.explain(strange)).toThrow(/another engine/);
    expect(() => engine.sum([own, strange])).toThrow(/another engine/);
    await expect(engine.compress([strange])).rejects.toThrow(MismatchError);
  }
});

test("lists need what an engine needs keys for", async () => {
  const own = engine.load(FheUint8.encryptTrivial(3, toy));
  await expect(engine.compress([own])).rejects.toThrow(
    /no keys for lists: clearEngine\(\{ compression: true/,
  );
  using packing = await clearEngine({ parameters: toy, compression: true });
  const list = await packing.compress([packing.load(FheUint8.encryptTrivial(3, toy))]);
  expect(() => engine.expand(list)).toThrow(MismatchError);
  const [again] = packing.expand(list, [FheUint8]);
  expect((await again.ciphertext()).decryptTrivial()).toBe(3);
  const evaluator = new ClearEvaluator(checkClearOptions({ compression: true }, PARTS), PARTS);
  const elements = Uint32Array.of(1, 0, 0);
  expect(() => evaluator.load([{ elements, degree: 3 }], "stored")).toThrow(/this list is encrypted/);
});

test.each([
  ["null", null, TypeError, /object of options/],
  ["a name that there is not", { parameter: toy }, TypeError, /no option parameter; there are parameters/],
  ["a name as parameters", { parameters: "toy" }, TypeError, /parameters is an object/],
  ["parameters of none", { parameters: {} }, ParameterError, /lweDimension is missing/],
  ["former ones of none", { formerParameters: {} }, ParameterError, /lweDimension is missing/],
  ["a number for a flag", { compression: 1 }, TypeError, /compression is a boolean/],
  [
    "lists at parameters that they are not for",
    { compression: true, parameters: PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128 },
    ParameterError,
    /other message and carry moduli/,
  ],
  ["half a thread", { threads: 0.5 }, RangeError, /threads is 0.5/],
  ["a limit of nothing", { planLimitBootstraps: 0 }, RangeError, /planLimitBootstraps is 0/],
])("options: %s", async (_, options, kind, words) => {
  const refused = clearEngine(options as ClearOptions);
  await expect(refused).rejects.toThrow(kind);
  await expect(refused).rejects.toThrow(words);
});

describe("what an engine would not compute is refused", () => {
  test("more than the limit of a plan", async () => {
    using limited = await clearEngine({ planLimitBootstraps: 20 });
    const x = limited.load(FheUint64.encryptTrivial(3));
    await expect(x.mul(x).ciphertext()).rejects.toThrow(LimitError);
    await expect(x.mul(x).ciphertext()).rejects.toThrow(/planLimitBootstraps/);
    expect((await x.cast(FheUint8).add(1).ciphertext()).decryptTrivial()).toBe(4);
  });

  test("a value that is not of its type, unless it is checked", async () => {
    const crafted = new FheBool(
      PERMIT,
      contentOf("FheBool", [{ ...trivialBlocks([3], toy)[0]!, degree: 1 }], toy),
    );
    const vote = engine.load(crafted).cast(FheUint8);
    await expect(vote.ciphertext()).rejects.toThrow(GraphError);
    await expect(vote.ciphertext()).rejects.toThrow(/is 3, outside 0 to 1/);
    const checked = engine.load(crafted, { checked: true }).cast(FheUint8);
    expect((await checked.ciphertext()).decryptTrivial()).toBe(1);
  });

  test("values beyond the bounds that an algorithm promises", async () => {
    const evaluator = new ClearEvaluator(checkClearOptions({ parameters: toy }, PARTS), PARTS);
    const { builder } = evaluator;
    const [a, b] = evaluator.load([3, 3].flatMap((value) => trivialBlocks([value], toy)));
    expect(a).toMatchObject({ max: 3, noise: 1 });
    const sum = [a, b].map((block) => [1, block!] as const);
    const right = builder.lookup(builder.linear(sum), (value) => value % 5);
    const wrong = builder.lookup(builder.linear(sum, 0, { max: 4 }), (value) => value % 3);
    builder.retain([right, wrong]);
    expect(decode((await evaluator.compute([right]))[0]!.lwe.at(-1)!, toy)).toBe(1);
    await expect(evaluator.compute([wrong])).rejects.toThrow(GraphError);
    await expect(evaluator.compute([wrong])).rejects.toThrow(/is 6, outside 0 to 4/);
    expect(() => builder.linear([[6, a!]])).toThrow(GraphError);
  });

  test("what only lookups read", async () => {
    const evaluator = new ClearEvaluator(checkClearOptions({ parameters: toy }, PARTS), PARTS);
    const [raw] = evaluator.load(
      [{ lwe: trivialBlocks([3], toy)[0]!.lwe, degree: 15, noiseLevel: 1 }],
      "unchecked",
    );
    await expect(evaluator.compute([raw!])).rejects.toThrow(/can only be looked up/);
    const noisy = evaluator.builder.linear([[2, evaluator.builder.lookup(raw!, (value) => value & 3)]]);
    await expect(evaluator.pack([noisy])).rejects.toThrow(MismatchError);
    const packing = new ClearEvaluator(checkClearOptions({ compression: true }, PARTS), PARTS);
    const [three] = packing.load(trivialBlocks([3], packing.parameters));
    await expect(packing.pack([packing.builder.linear([[2, three!]])])).rejects.toThrow(GraphError);
  });
});
