import { type ClearArray, makeArray } from "./array.ts";
import type { ClearBool } from "./bool.ts";
import type { ClearHandle } from "./handle.ts";
import type { ClearInteger, Integer } from "./integer.ts";
import { ClearKeyValueStore } from "./key-value-store.ts";
import type { ClearIntegerType, ClearTextType } from "./maker.ts";
import { withoutCounterparts } from "./no-clear-counterpart.ts";
import { chosenOf, type Order, sorted, sumOf, unique, weighted } from "./reductions.ts";

/** The operations of the library's `Engine` that need no key, by plain arithmetic. */
export class ClearEngine {
  sum(values: readonly ClearInteger[]): ClearInteger {
    return sumOf(values);
  }

  dotProduct(
    values: readonly ClearHandle[],
    weights: readonly (Integer | boolean)[],
    type?: ClearIntegerType,
  ): ClearInteger {
    return weighted(values, weights, type);
  }

  oneHotDotProduct(flags: readonly ClearBool[], values: readonly ClearInteger[]): ClearInteger {
    return chosenOf(flags, values);
  }

  /** Takes values, or their type and values, and a shape if they are not nested. */
  array(...args: readonly unknown[]): ClearArray {
    return makeArray(...args);
  }

  keyValueStore(keys: ClearIntegerType | ClearTextType, values: ClearIntegerType): ClearKeyValueStore {
    return new ClearKeyValueStore(keys, values);
  }

  sort<H extends ClearHandle>(values: readonly H[], order?: Order): H[] {
    return sorted(values, order);
  }

  unique<H extends ClearHandle>(values: readonly H[], order?: Order): [value: H, first: ClearBool][] {
    return unique(values, order);
  }
}

/** What takes ciphertexts or chance, and what tells of the computation itself. */
export const ENGINE_EXCEPTIONS = [
  "load",
  "loadFrom",
  "compress",
  "keySwitch",
  "expand",
  "random",
  "shuffle",
  "explain",
  "info",
  "dispose",
] as const;

withoutCounterparts(ClearEngine.prototype, "engine", ENGINE_EXCEPTIONS);
