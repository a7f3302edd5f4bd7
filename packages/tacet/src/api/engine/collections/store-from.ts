import { PERMIT } from "../../../opaque.ts";
import { type IntegerType, SHAPES, type Width } from "../../../wire/core/types.ts";
import { compressedList } from "../../lists/compressed-list.ts";
import { type CompressedKeyValueStore, storeContentOf } from "../../lists/compressed-store.ts";
import type { IntegerFormat } from "../../values/value.ts";
import type { Context } from "../handles/handle.ts";
import type { IntegerHandle } from "../handles/integer-handle.ts";
import { unpacked } from "../take-in.ts";
import { KeyValueStore } from "./key-value-store.ts";
import { integers } from "./store-keys.ts";

type Store = KeyValueStore<IntegerHandle, IntegerHandle>;

/** A store of an engine from one that has been compressed. */
export function storeFrom(
  context: Context,
  stored: CompressedKeyValueStore<IntegerHandle, IntegerHandle>,
): Store {
  const { types, keys, blocks, kinds } = storeContentOf(stored);
  const list = compressedList({ blocks, kinds, tag: context.tag, reRandomizationMetadata: [] });
  const store: Store = new KeyValueStore(
    PERMIT,
    context,
    integers(context, formatOf(types.keys)),
    formatOf(types.values),
  );
  const values = unpacked(context, list, [...keys.keys()]) as IntegerHandle[];
  for (const [i, value] of values.entries()) {
    store.insert(keys[i], value);
    value.dispose();
  }
  return store;
}

function formatOf(type: IntegerType): IntegerFormat {
  const { kind, bits } = SHAPES[type];
  return { width: bits as Width, signed: kind === "signed" };
}
