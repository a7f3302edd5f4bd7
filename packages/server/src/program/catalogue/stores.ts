import type { CiphertextType, Engine, Integer, IntegerHandle, KeyValueStore, UintHandle } from "tacet";
import { digitsOf, type Form, formOf } from "../forms.ts";
import type { Json } from "../graph.ts";
import { checkClear, describeJson, readClear } from "./clear-values.ts";
import * as kinds from "./kinds.ts";
import { truth } from "./operation.ts";
import type { Call, CheckedCall, Kind, Operations, Signature } from "./signature.ts";

/*
 * What key-value stores do with encrypted keys. A store is the list of its entries, clear keys with a value each; what they
 * do with clear keys is nothing that has to be computed.
 */

/** The arguments of an operation: types of keys and values, entries, and what comes then. */
const KEYS = 0;
const VALUES = 1;
const ENTRIES = 2;

const keysFrom = kinds.typeGiven(KEYS);
const valuesFrom = kinds.typeGiven(VALUES);

/** Clear keys that differ, with a value each; there may be none. */
const entries: Kind = {
  check(json, place, call) {
    if (!Array.isArray(json)) throw place.error(`expected a list of pairs, not ${describeJson(json)}`);
    const [keys, values] = [keysFrom(call), valuesFrom(call)];
    const known = new Set<string>();
    return json.map((entry: unknown, i) => {
      const at = place.at(i);
      if (!Array.isArray(entry) || entry.length !== 2) throw at.error("expected a pair of a key and a value");
      const key = checkClear(entry[0], keys, at.at(0));
      const name = JSON.stringify(key);
      if (known.has(name)) throw at.error("a key comes twice");
      known.add(name);
      return [key, kinds.checkOperand(entry[1], values, at.at(1), call)];
    });
  },
  read: (json, reader) =>
    (json as readonly (readonly [Json, Json])[]).map(([key, value]) => [
      readClear(key),
      typeof value === "number" ? reader.handle(value) : readClear(value),
    ]),
};

/** An encrypted key. */
const key: Kind = {
  check(json, place, call: Call) {
    if (typeof json === "number") return kinds.checkOperand(json, keysFrom(call), place, call);
    throw place.error(`expected an encrypted key, not ${describeJson(json)}`);
  },
  read: (json, reader) => reader.handle(json as number),
};
const value = kinds.operand(valuesFrom);
const start: readonly Kind[] = [kinds.keyType, kinds.integerType, entries];

const valueForm = (call: CheckedCall): Form => formOf(call.of[VALUES] as CiphertextType);
const entriesOf = (call: CheckedCall): readonly Json[] => call.of[ENTRIES] as readonly Json[];
const work = (call: CheckedCall): number => {
  const keyDigits = call.of
    .slice(ENTRIES + 1)
    .filter((one) => typeof one === "number")
    .reduce<number>((sum, one) => sum + digitsOf(call.form(one)), 0);
  return (entriesOf(call).length + 1) * (keyDigits + 3 * digitsOf(valueForm(call)));
};

type Store = KeyValueStore<UintHandle<8>, IntegerHandle>;
type Entry = readonly [key: Integer, value: IntegerHandle | Integer];

function storeOf(engine: Engine, [keys, values, given]: readonly unknown[]): Store {
  const store = (engine.keyValueStore as (...types: unknown[]) => unknown)(keys, values) as Store;
  for (const [clearKey, one] of given as readonly Entry[]) {
    store.insert(clearKey, one);
  }
  return store;
}

/** A question to a store, about what stands behind its entries. */
function asks(name: "get" | "contains" | "containsValue"): Signature["run"] {
  return (engine, args) => {
    using store = storeOf(engine, args);
    return (store[name] as (of: unknown) => ReturnType<Signature["run"]>)(args[ENTRIES + 1]);
  };
}

/** Operations of key-value stores. */
export const STORES: Operations = {
  "store.get": {
    takes: [...start, key],
    gives: (call) => [valueForm(call), formOf("FheBool")],
    shape: "several",
    work,
    run: asks("get"),
  },
  "store.contains": { takes: [...start, key], gives: truth, shape: "one", work, run: asks("contains") },
  "store.containsValue": {
    takes: [...start, value],
    gives: truth,
    shape: "one",
    work,
    run: asks("containsValue"),
  },
  "store.update": {
    // Whether there is such a key, and all values as they are then.
    takes: [...start, key, value],
    gives: (call) => [formOf("FheBool"), ...entriesOf(call).map(() => valueForm(call))],
    shape: "list",
    work,
    run(engine, args) {
      using store = storeOf(engine, args);
      const found = store.update(args[ENTRIES + 1] as UintHandle<8>, args[ENTRIES + 2] as IntegerHandle);
      return [found, ...(args[ENTRIES] as readonly Entry[]).map(([clearKey]) => store.get(clearKey))];
    },
  },
};
