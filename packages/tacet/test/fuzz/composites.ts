import type { BoolHandle, FheIntegerType, IntegerHandle, StringHandle, UintHandle } from "../../src/index.ts";

type Value = IntegerHandle | BoolHandle | StringHandle;
type Operand = IntegerHandle | number | bigint;
type Entries = readonly (readonly [key: number | bigint, value: Operand])[];

/** An engine, as far as it is needed here: for all types at once. */
export interface Machine {
  keyValueStore(
    keys: FheIntegerType,
    values: FheIntegerType,
  ): {
    insert(key: number | bigint, value: Operand): unknown;
    get(key: IntegerHandle): [IntegerHandle, BoolHandle];
    update(key: IntegerHandle, value: Operand): BoolHandle;
    map(key: IntegerHandle, operation: (value: IntegerHandle) => IntegerHandle): Value[];
    contains(key: IntegerHandle): BoolHandle;
    containsValue(value: Operand): BoolHandle;
    dispose(): void;
  };
  array(elements: readonly IntegerHandle[]): {
    reshape(...shape: readonly number[]): Record<string, (axis: number) => Iterable<IntegerHandle>>;
  };
}

/**
 * What takes several calls, as functions of an engine: steps that programs make beside calls of the engine's own methods.
 * Whoever prints a program prints their texts.
 */
export const COMPOSITES: Readonly<Record<string, (engine: Machine, ...args: never[]) => Iterable<Value>>> = {
  /** A store's value under a key. */
  found(engine, keys: FheIntegerType, values: FheIntegerType, entries: Entries, key: IntegerHandle) {
    const store = engine.keyValueStore(keys, values);
    for (const [clear, value] of entries) store.insert(clear, value);
    const results = [...store.get(key), store.contains(key)];
    store.dispose();
    return results;
  },
  /** Another value put in its place, and then what is under another key, and whether the value is under any. */
  updated(
    engine,
    keys: FheIntegerType,
    values: FheIntegerType,
    entries: Entries,
    key: IntegerHandle,
    operand: Operand,
    other: IntegerHandle,
  ) {
    const store = engine.keyValueStore(keys, values);
    for (const [clear, value] of entries) store.insert(clear, value);
    const results = [store.update(key, operand), ...store.get(other), store.containsValue(operand)];
    store.dispose();
    return results;
  },
  /** What is under a key, the sum of that and an operand, which takes its place, and what is under another key then. */
  mapped(
    engine,
    keys: FheIntegerType,
    values: FheIntegerType,
    entries: Entries,
    key: IntegerHandle,
    operand: Operand,
    other: IntegerHandle,
  ) {
    const store = engine.keyValueStore(keys, values);
    for (const [clear, value] of entries) store.insert(clear, value);
    const results = [...store.map(key, (value) => value.add(operand)), ...store.get(other)];
    store.dispose();
    return results;
  },
  /** Values in lines of so many, and what comes of those along a dimension. */
  alongLines(
    engine,
    elements: readonly IntegerHandle[],
    length: number,
    method: "sum" | "smallest" | "largest",
    axis: number,
  ) {
    return engine
      .array(elements)
      .reshape(elements.length / length, length)
      [method](axis);
  },
  /** A text split into an encrypted number of pieces. */
  splitInto(
    _,
    text: StringHandle,
    separator: StringHandle | string,
    most: number,
    pieces: UintHandle<8>,
    fromEnd: boolean,
  ) {
    return text.split(separator, most, { pieces, fromEnd }).flat();
  },
};
