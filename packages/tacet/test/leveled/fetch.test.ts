import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ClientKey, MismatchError } from "../../src/index.ts";
import {
  type GadgetName,
  type LeveledEngine,
  RowResult,
  SelectorList,
  tableShape,
} from "../../src/leveled.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 as parameters } from "../../src/parameters/sets.ts";
import { TestRandom } from "../kernel/reference.ts";
import { toyClientKey } from "../toy.ts";
import { toyEngine } from "./setting.ts";

let key: ClientKey;
const engines: LeveledEngine[] = [];
beforeAll(async () => {
  key = await toyClientKey();
  engines.push(await toyEngine(0), await toyEngine(2));
});
afterAll(() => {
  for (const engine of engines) engine.dispose();
});

const SHAPES: [rows: number, rowBytes: number, gadget: GadgetName][] = [
  [1, 1, "coarse"],
  [2, 3, "coarse"],
  [5, 1, "fine"],
  [1000, 20, "coarse"],
  [777, 33, "fine"],
  [300, 400, "coarse"],
  [37, 1500, "coarse"],
  [1025, 300, "coarse"],
];

describe.each([0, 1])("engine %i", (which) => {
  test.each(SHAPES)("a row of %i of %i bytes, %s", async (rows, rowBytes, gadget) => {
    const engine = engines[which]!;
    const random = new TestRandom(rows);
    const data = Uint8Array.from({ length: rows * rowBytes }, () => random.below(256));
    const shape = tableShape({ rows, rowBytes, gadget, parameters });
    using table = await engine.table({ rows, rowBytes, gadget }, data);
    const wanted = [0, rows - 1, random.below(rows), random.below(rows)];
    for (const row of wanted) {
      const query = await SelectorList.encrypt(shape.bitsOf(row), key, { gadget });
      expect(query.length).toBe(shape.selectors);
      const loaded = await engine.load(SelectorList.deserialize(query.serialize()));
      const bytes = (await engine.fetch(table, loaded)).serialize();
      expect(bytes.length).toBe(shape.resultBytes);
      const found = RowResult.deserialize(bytes).decrypt(key);
      expect(found).toEqual(data.slice(row * rowBytes, (row + 1) * rowBytes));
    }
  });
});

test("what does not go with the table is refused", async () => {
  const [engine, other] = engines as [LeveledEngine, LeveledEngine];
  const shape = { rows: 100, rowBytes: 30 };
  const table = await engine.table(shape, new Uint8Array(3000));
  const { bitsOf } = tableShape({ ...shape, parameters });
  const query = await SelectorList.encrypt(bitsOf(3), key);
  const few = await engine.load(await SelectorList.encrypt(bitsOf(3).slice(1), key));
  await expect(engine.fetch(table, few)).rejects.toThrow(MismatchError);
  const fine = await engine.load(await SelectorList.encrypt(bitsOf(3), key, { gadget: "fine" }));
  await expect(engine.fetch(table, fine)).rejects.toThrow("coarse");
  await expect(engine.fetch(table, await other.load(query))).rejects.toThrow("another engine");
  await expect(engine.table(shape, new Uint8Array(2999))).rejects.toThrow("3000");
  expect(() => bitsOf(100)).toThrow(RangeError);
  table.dispose();
  await expect(engine.fetch(table, await engine.load(query))).rejects.toThrow("disposed");
});
