import type { ClientKey, Engine } from "../../src/index.ts";
import type { Program, Selector } from "../../src/leveled.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 as toy } from "../../src/parameters/sets.ts";

/** What `tacet/leveled` exports, and what it is made with. */
type Library = typeof import("../../src/leveled.ts");

/** One object of each class of `tacet/leveled`. */
export async function makeLeveled(
  library: Library,
  { clientKey: key, engine }: { clientKey: ClientKey; engine: Engine },
): Promise<Record<string, unknown>> {
  const { LeveledEngine, PackedVector, SelectorList } = library;
  const leveled = await LeveledEngine.create({ parameters: toy, allowInsecureParameters: true, threads: 0 });
  const packed = await PackedVector.encrypt([1, 0], key);
  const selectorList = await SelectorList.encrypt([1], key);
  const vector = await leveled.load(packed);
  const selectors = await leveled.load(selectorList);
  const program: Program = { count: 2, vector, positions: [0, 1], steps: [stepOf(selectors.at(0))] };
  const table = await leveled.table({ rows: 2, rowBytes: 1 }, Uint8Array.of(1, 2));
  const flags = await PackedVector.encrypt([1, 0], key, { modulus: library.flagModulus(key.parameters) });
  return {
    ...{ leveled, packed, selectorList, vector, selectors, table, flags },
    selector: selectors.at(0),
    engineFlags: library.loadFlags(engine, flags),
    flagResult: await leveled.evaluate(program),
    sumResult: await leveled.sum(program),
    rowResult: await leveled.fetch(table, selectors),
  };
}

/** A step of two items. */
export const stepOf = (selector: Selector): Program["steps"][number] => ({
  digits: [0, 0],
  moves: [{ selector, low: "zero", high: "vector" }],
});
