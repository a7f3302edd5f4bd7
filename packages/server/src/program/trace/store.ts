import type { CiphertextType, Integer } from "tacet";
import { ProgramError } from "../error.ts";
import { isTextName, kindOf, typeNamed, widthOf } from "../forms.ts";
import { REFUSED } from "./exceptions.ts";
import { RecordedHandle } from "./handles.ts";
import { Recorded, type Recording, refuse } from "./recorded.ts";

type GivenKey = Integer | string;
type Given = RecordedHandle | Integer;

/**
 * Stands for a key-value store of the library while a program is traced. With clear keys it is a `Map`; with encrypted ones
 * it records operations of all of its entries.
 */
export class RecordedStore extends Recorded {
  readonly #keys: CiphertextType;
  readonly #values: CiphertextType;
  readonly #entries = new Map<GivenKey, RecordedHandle>();

  protected readonly nature = { noun: "an encrypted store", instead: "get and contains look into it" };

  /** @param values the type of the values, one of integers. */
  constructor(recording: Recording, keys: CiphertextType, values: CiphertextType) {
    super(recording);
    if (kindOf(keys) === "boolean" || kindOf(values) !== "integer") {
      throw new ProgramError("a store has integers under integers or texts", recording.program);
    }
    this.#keys = keys;
    this.#values = values;
  }

  get size(): number {
    return this.#entries.size;
  }

  *keys(): Generator<GivenKey, void> {
    const small = !isTextName(this.#keys) && widthOf(this.#keys) <= 32;
    for (const key of this.#entries.keys()) yield small ? Number(key) : key;
  }

  insert(key: GivenKey, value: Given): RecordedHandle | undefined {
    const place = this.#key(key);
    const former = this.#entries.get(place);
    this.#entries.set(place, this.#value(value));
    return former;
  }

  remove(key: GivenKey): RecordedHandle | undefined {
    const place = this.#key(key);
    const former = this.#entries.get(place);
    this.#entries.delete(place);
    return former;
  }

  get(key: GivenKey | RecordedHandle): unknown {
    if (!(key instanceof RecordedHandle)) return this.#entries.get(this.#key(key));
    return this.#record("store.get", [...this.#entries], key);
  }

  update(key: GivenKey | RecordedHandle, value: Given): unknown {
    if (!(key instanceof RecordedHandle)) return this.contains(key) ? this.insert(key, value) : undefined;
    return this.#update([...this.#entries], key, value);
  }

  /** As the library's: the function may change the store; what it takes out stays out, what it puts in stays. */
  map(
    key: RecordedHandle,
    operation: (value: RecordedHandle) => RecordedHandle,
  ): [former: RecordedHandle, value: RecordedHandle, found: RecordedHandle] {
    const before = [...this.#entries.keys()];
    const [former, found] = this.get(key) as [RecordedHandle, RecordedHandle];
    const value = operation(former);
    const rest = before.filter((one) => this.#entries.has(one));
    this.#update(
      rest.map((one) => [one, this.#entries.get(one) as RecordedHandle]),
      key,
      value,
    );
    return [former, value, found];
  }

  contains(key: GivenKey | RecordedHandle): unknown {
    if (!(key instanceof RecordedHandle)) return this.#entries.has(this.#key(key));
    return this.#record("store.contains", [...this.#entries], key);
  }

  containsValue(value: Given): unknown {
    return this.#record("store.containsValue", [...this.#entries], value);
  }

  #update(
    entries: readonly (readonly [GivenKey, RecordedHandle])[],
    key: RecordedHandle,
    value: Given,
  ): RecordedHandle {
    const [found, ...values] = this.#record("store.update", entries, key, value) as RecordedHandle[];
    for (const [i, [place]] of entries.entries()) this.#entries.set(place, values[i]);
    return found;
  }

  #record(
    op: string,
    entries: readonly (readonly [GivenKey, RecordedHandle])[],
    ...more: unknown[]
  ): unknown {
    const types = [this.#keys, this.#values].map(typeNamed);
    return this.recording.record(op, [...types, entries, ...more]);
  }

  /** A clear key as it is known here: the same for the same key. */
  #key(key: GivenKey): GivenKey {
    const fits = isTextName(this.#keys)
      ? typeof key === "string"
      : typeof key === "bigint" || Number.isSafeInteger(key);
    if (!fits) throw new ProgramError(`expected a clear key of type ${this.#keys}`, this.recording.program);
    return typeof key === "number" ? BigInt(key) : key;
  }

  #value(value: Given): RecordedHandle {
    if (!(value instanceof RecordedHandle)) {
      return this.recording.record("constant", [typeNamed(this.#values), value]) as RecordedHandle;
    }
    if (value.type === this.#values) return value;
    throw new ProgramError(
      `expected a value of type ${this.#values}, not ${value.type}; use cast to convert`,
      this.recording.program,
    );
  }

  static {
    refuse(RecordedStore, REFUSED.KeyValueStore);
  }
}
