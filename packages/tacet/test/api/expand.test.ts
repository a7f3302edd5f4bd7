import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type BoolHandle,
  type ClientKey,
  CompactCiphertextList,
  CompactPublicKey,
  DisposedError,
  Engine,
  FheBool,
  FheUint8,
  FheUint16,
  LimitError,
  OutOfMemoryError,
  ServerKey,
  type UintHandle,
} from "../../src/index.ts";
import { toyClientKey } from "../toy.ts";

let clientKey: ClientKey;
let serverKey: ServerKey;
let publicKey: CompactPublicKey;
let engine: Engine;

beforeAll(async () => {
  clientKey = await toyClientKey();
  serverKey = await ServerKey.from(clientKey);
  publicKey = await CompactPublicKey.from(clientKey);
});
beforeEach(async () => {
  engine?.dispose();
  engine = await Engine.create(serverKey, { threads: 1 });
});
afterAll(() => engine.dispose());

const truth = (i: number): boolean => i % 3 === 0;

function booleans(count: number, packed = true): Promise<CompactCiphertextList> {
  const builder = CompactCiphertextList.builder(publicKey);
  for (let i = 0; i < count; i++) builder.push(FheBool, truth(i));
  return packed ? builder.buildPacked() : builder.build();
}

const read = async (handle: BoolHandle): Promise<boolean> => (await handle.ciphertext()).decrypt(clientKey);

describe("the values of a long list", () => {
  test.each([true, false])("are those that were encrypted, packed: %s", async (packed) => {
    const count = 2 * clientKey.parameters.polynomialSize + 7; // of several masks
    const handles = engine.expand(await booleans(count, packed)) as BoolHandle[];
    expect(handles.length).toBe(count);
    const results = await Promise.all(handles.map(read));
    expect(results).toEqual(handles.map((_, i) => truth(i)));
  });

  test("are right beside others that come and go before any is computed", async () => {
    const first = engine.expand(await booleans(100)) as BoolHandle[];
    const second = engine.expand(await booleans(90, false)) as BoolHandle[];
    for (const [i, handle] of first.entries()) if (i !== 53) handle.dispose();
    // Takes the place of what has gone.
    const others = Array.from({ length: 20 }, (_, i) => engine.load(FheUint16.encrypt(i, clientKey)));
    const third = engine.expand(await booleans(80)) as BoolHandle[];
    for (const handle of second) handle.dispose();
    const results = await Promise.all([first[53], ...third].map(read));
    expect(results).toEqual([53, ...third.keys()].map(truth));
    const found = await Promise.all(others.map((other) => other.add(1).ciphertext()));
    expect(found.map((value) => value.decrypt(clientKey))).toEqual(others.map((_, i) => i + 1));
    for (const handle of [first[53], ...third, ...others]) handle.dispose();
    await expect.poll(() => engine.info.ciphertexts).toBeLessThanOrEqual(20 * 8); // what was added to
  });

  test("are right after an abort while they are taken in", async () => {
    const handles = engine.expand(await booleans(5000)) as BoolHandle[];
    const controller = new AbortController();
    const aborted = handles[4999].ciphertext({ signal: controller.signal });
    setImmediate(() => setImmediate(() => controller.abort()));
    const [outcome] = await Promise.allSettled([aborted]);
    if (outcome.status === "fulfilled") expect(outcome.value.decrypt(clientKey)).toBe(truth(4999));
    for (const i of [0, 1234, 4999]) expect(await read(handles[i])).toBe(truth(i));
  });

  test("are nothing when the engine is disposed of", async () => {
    const handles = engine.expand(await booleans(5000)) as BoolHandle[];
    const open = handles[0].ciphertext();
    setImmediate(() => engine.dispose());
    await expect(open).rejects.toThrow(DisposedError);
  });

  test("can be of any type", async () => {
    const list = await CompactCiphertextList.builder(publicKey)
      .push(FheUint8, 200)
      .push(FheBool, true)
      .push(FheUint16, 65_000)
      .buildPacked();
    expect(list.blockCount).toBe(4 + 1 + 8);
    const [a, b, c] = engine.expand(list, [FheUint8, FheBool, FheUint16], { maxBlocks: 13 });
    expect((await b.select(a.cast(FheUint16), c).ciphertext()).decrypt(clientKey)).toBe(200);
    expect((await c.ciphertext()).decrypt(clientKey)).toBe(65_000);
  });
});

describe("a list", () => {
  test("for which there is no memory is refused before anything is taken in", async () => {
    using probe = await Engine.create(serverKey, { threads: 1 });
    const limit = probe.info.memoryBytes + 2 ** 20;
    using small = await Engine.create(serverKey, { threads: 1, memoryLimitBytes: limit });
    const { memoryBytes, ciphertexts } = small.info;
    const list = await booleans(20_000);
    expect(() => small.expand(list)).toThrow(OutOfMemoryError);
    expect(() => small.expand(list)).toThrow(/10000 ciphertexts take \d+ bytes .* dispose of handles/);
    expect(small.info).toMatchObject({ memoryBytes, ciphertexts });
    const [one] = small.expand(await booleans(1)) as BoolHandle[];
    expect(await read(one)).toBe(true);
  });

  test("of more blocks than the caller allows is a LimitError", async () => {
    const list = await booleans(20);
    expect(() => engine.expand(list, undefined, { maxBlocks: 19 })).toThrow(LimitError);
    expect(() => engine.expand(list, undefined, { maxBlocks: 19 })).toThrow("maxBlocks allows 19");
    expect(engine.expand(list, undefined, { maxBlocks: 20 }).length).toBe(20);
    expect(() => engine.expand(list, undefined, { maxBlocks: -1 })).toThrow(RangeError);
    expect(() => engine.expand(list, undefined, { maxBlocks: "9" as never })).toThrow(TypeError);
    expect(() => engine.expand(list, undefined, 5 as never)).toThrow(TypeError);
  });

  test("of many other types than expected is refused in few words", async () => {
    const list = await booleans(1000);
    const expected = new Array<typeof FheBool>(999).fill(FheBool);
    const message =
      /^the list holds (FheBool, ){10}… \(1000 in all\); expected (FheBool, ){10}… \(999 in all\)$/;
    expect(() => engine.expand(list, expected)).toThrow(message);
  });
});

test("an engine that garbage has filled says what to do", async () => {
  using probe = await Engine.create(serverKey, { threads: 1 });
  const limit = probe.info.memoryBytes + 2 ** 20;
  using small = await Engine.create(serverKey, { threads: 1, memoryLimitBytes: limit });
  let last: UintHandle<8> | undefined;
  const fill = (): void => {
    // Equal ciphertexts would be one.
    for (let handles = 0; handles < 10_000; handles++)
      last = small.load(FheUint8.encrypt(7, clientKey)).add(1);
  };
  expect(fill).toThrow(OutOfMemoryError);
  expect(fill).toThrow(/dispose of handles that are no longer needed .*await something now and then/);
  last?.dispose();
});
