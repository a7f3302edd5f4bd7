import { beforeAll, describe, expect, test } from "vitest";
import { ClientKey, DeserializationError, MismatchError } from "../../src/index.ts";
import { packBits, unpackBits } from "../../src/leveled/client/bits.ts";
import {
  FlagResult,
  LeveledEngine,
  PackedVector,
  RowResult,
  SelectorList,
  SumResult,
  tableShape,
} from "../../src/leveled.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 } from "../../src/parameters/sets.ts";
import { TestRandom } from "../kernel/reference.ts";
import { toyClientKey } from "../toy.ts";
import { toyEngine } from "./setting.ts";

type Readable = { deserialize(bytes: Uint8Array, options?: object): { serialize(): Uint8Array } };

const random = new TestRandom(1);
let key: ClientKey;
const all: Record<string, { type: Readable; bytes: Uint8Array }> = {};
beforeAll(async () => {
  key = await toyClientKey();
  const engine = await toyEngine();
  const vector = await PackedVector.encrypt([1, 0, 1, 1, 0], key);
  const selectors = await SelectorList.encrypt([1, 0], key);
  const loaded = await engine.load(vector);
  const chosen = await engine.load(selectors);
  const step = {
    digits: [0, 1, 1],
    moves: [0, 1].map((i) => ({ selector: chosen.at(i), low: "zero" as const, high: "one" as const })),
  };
  const program = { count: 3, steps: [step] };
  const packed = { count: 3, vector: loaded, positions: [4, 0, 0], steps: [step] };
  const table = await engine.table(
    { rows: 2, rowBytes: 5 },
    Uint8Array.from({ length: 10 }, (_, i) => i),
  );
  const { bitsOf } = tableShape({ rows: 2, rowBytes: 5, parameters: INSECURE_TOY_MESSAGE_2_CARRY_2 });
  const query = await engine.load(await SelectorList.encrypt(bitsOf(1), key));
  Object.assign(all, {
    vector: { type: PackedVector, bytes: vector.serialize() },
    selectors: { type: SelectorList, bytes: selectors.serialize() },
    flags: { type: FlagResult, bytes: (await engine.evaluate(program)).serialize() },
    "packed flags": { type: FlagResult, bytes: (await engine.evaluate(packed)).serialize() },
    sums: { type: SumResult, bytes: (await engine.sum(program, { moduli: [5, 7] })).serialize() },
    row: { type: RowResult, bytes: (await engine.fetch(table, query)).serialize() },
  });
  engine.dispose();
});

const KINDS = ["vector", "selectors", "flags", "packed flags", "sums", "row"];

describe.each(KINDS)("the bytes of %s", (name) => {
  test("are read and written again", () => {
    const { type, bytes } = all[name]!;
    expect(type.deserialize(bytes).serialize()).toEqual(bytes);
    // They are a copy.
    const mine = bytes.slice();
    const read = type.deserialize(mine);
    mine.fill(255);
    expect(read.serialize()).toEqual(bytes);
  });

  test("are no other kind's", () => {
    const { type, bytes } = all[name]!;
    for (const other of KINDS.filter((one) => all[one]!.type !== type)) {
      expect(() => all[other]!.type.deserialize(bytes), other).toThrow(DeserializationError);
    }
  });

  test("are refused cut off, with more behind them, and beyond the limit", () => {
    const { type, bytes } = all[name]!;
    for (const length of [0, 1, 11, 23, 24, 25, bytes.length - 1])
      expect(() => type.deserialize(bytes.subarray(0, length)), `${length}`).toThrow(DeserializationError);
    expect(() => type.deserialize(Uint8Array.of(...bytes, 0))).toThrow(DeserializationError);
    expect(() => type.deserialize(bytes, { sizeLimit: bytes.length - 1 })).toThrow(DeserializationError);
    expect(() => type.deserialize(bytes, { sizelimit: 1 })).toThrow(TypeError);
    expect(() => type.deserialize([...bytes] as unknown as Uint8Array)).toThrow(TypeError);
  });

  test("are refused, or written again as they are, whatever is changed in the header", () => {
    const { type, bytes } = all[name]!;
    const heads = Math.min(bytes.length, 48);
    for (let at = 0; at < heads; at++) {
      for (const change of [1, 2, 4, 8, 16, 32, 64, 128, 255]) {
        const changed = bytes.slice();
        changed[at]! ^= change;
        try {
          expect(type.deserialize(changed).serialize()).toEqual(changed);
        } catch (error) {
          expect(error, `byte ${at}`).toBeInstanceOf(DeserializationError);
        }
      }
    }
  });

  test("take no more memory than their length allows for, whatever sizes the header claims", () => {
    const { type, bytes } = all[name]!;
    for (const at of [12, 16, 20]) {
      for (const claim of [0, 2 ** 31, 2 ** 32 - 1, 2 ** 27, 2 ** 26]) {
        const changed = bytes.slice();
        const view = new DataView(changed.buffer);
        if (view.getUint32(at, true) === claim) continue;
        view.setUint32(at, claim, true);
        expect(() => type.deserialize(changed)).toThrow(DeserializationError);
      }
    }
  });
});

test("ciphertexts of other parameters are refused", async () => {
  const engine = await LeveledEngine.create({ threads: 0 });
  const vector = PackedVector.deserialize(all.vector!.bytes);
  const selectors = SelectorList.deserialize(all.selectors!.bytes);
  await expect(engine.load(vector)).rejects.toThrow(MismatchError);
  await expect(engine.load(selectors)).rejects.toThrow(MismatchError);
  const other = await ClientKey.generate();
  for (const name of ["flags", "sums", "row"]) {
    const result = all[name]!.type.deserialize(all[name]!.bytes) as FlagResult;
    expect(() => result.decrypt(other), name).toThrow(MismatchError);
  }
  engine.dispose();
});

test("selectors of a gadget that no engine has are refused", async () => {
  const engine = await toyEngine();
  const bytes = all.selectors!.bytes.slice();
  new DataView(bytes.buffer).setUint32(16, 22, true);
  await expect(engine.load(SelectorList.deserialize(bytes))).rejects.toThrow("no gadget");
  engine.dispose();
});

test("integers of any number of bits are packed and unpacked", () => {
  for (let bits = 1; bits <= 31; bits++) {
    const integers = Uint32Array.from({ length: 37 }, () => random.below(2 ** bits));
    const bytes = new Uint8Array(3 + Math.ceil((37 * bits) / 8));
    packBits(integers, bits, bytes, 3);
    expect(unpackBits(bytes, 3, 37, bits)).toEqual(integers);
  }
});

test("the bytes of what is encrypted hide it: the same values differ in nearly all of them", async () => {
  for (const encrypt of [() => PackedVector.encrypt([1, 1, 1], key), () => SelectorList.encrypt([1], key)]) {
    const [a, b] = [(await encrypt()).serialize(), (await encrypt()).serialize()];
    const same = a.filter((byte, i) => i >= 24 && byte === b[i]).length;
    expect(same / a.length).toBeLessThan(0.02);
  }
});
