import { type AnyEvaluator, Evaluator } from "../../engine/evaluator.ts";
import type { EngineOptions } from "../../engine/options.ts";
import { PARTS, type Parts } from "../../engine/parts.ts";
import { MismatchError } from "../../errors.ts";
import { describe, introduce, Opaque, PERMIT, type Permit } from "../../opaque.ts";
import { checkFlag, checkNumber, checkOptions, type OptionNames } from "../../options.ts";
import type { ProgressOptions } from "../../progress.ts";
import type { Width } from "../../wire/core/types.ts";
import { INSIDE, type Inside } from "../inside.ts";
import { ExpandedServerKey, expansionOf } from "../keys/expanded-server-key.ts";
import { KeySwitchingKey, switchOf } from "../keys/key-switching-key.ts";
import { evaluationKeyOf, ServerKey } from "../keys/server-key.ts";
import { CompactCiphertextList } from "../lists/compact-list.ts";
import { CompressedCiphertextList } from "../lists/compressed-list.ts";
import { CompressedKeyValueStore } from "../lists/compressed-store.ts";
import {
  checkHandle,
  checkSize,
  type ExpandOptions,
  handlesIn,
  nameSome,
  ownType,
  typeNames,
} from "../lists/list-arguments.ts";
import type { Ciphertext } from "../values/ciphertext.ts";
import { CompressedCiphertext } from "../values/compressed-ciphertext.ts";
import type { FheBool } from "../values/fhe-bool.ts";
import type { FheInt, FheIntType } from "../values/fhe-int.ts";
import { checkMaker, type FheInteger, type FheIntegerType } from "../values/fhe-integer.ts";
import type { FheUint, FheUintType } from "../values/fhe-uint.ts";
import { checkBytes, type Integer } from "../values/value.ts";
import {
  type AnyText,
  type AnyValue,
  anyTypeName,
  type FheTextType,
  isValue,
  type TextOf,
} from "../values/value-type.ts";
import { arrayFrom } from "./collections/array-from.ts";
import type { Element, Loadable, Maker, Value } from "./collections/elements.ts";
import {
  type ArrayOf,
  arrayOf,
  type BoolArray,
  type IntegerArray,
  type OneType,
} from "./collections/encrypted-array.ts";
import { KeyValueStore } from "./collections/key-value-store.ts";
import { type Order, type ShuffleOptions, shuffled, sorted, unique } from "./collections/lists.ts";
import type { Nested, Shape } from "./collections/shape.ts";
import { storeFrom } from "./collections/store-from.ts";
import { type Key, storeKeys } from "./collections/store-keys.ts";
import { dotProductOf, oneHotDotProductOf, sumOf } from "./collections/sums.ts";
import type { EngineInfo, Explanation, LoadOptions } from "./engine-info.ts";
import type { AnyHandle, HandleOf, HandlesOf, ListHandle, ListType } from "./handle-types.ts";
import type { BoolHandle } from "./handles/bool-handle.ts";
import { build, type Context, digitsIn, type Handle, resultsIn } from "./handles/handle.ts";
import type { IntegerHandle, IntHandle, OfOneType, UintHandle } from "./handles/integer-handle.ts";
import {
  type RandomIntegerOptions,
  type RandomOptions,
  type RandomUintOptions,
  randomValue,
} from "./handles/random.ts";
import type { StringHandle } from "./handles/string-handle.ts";
import { expanded, handleOf, keySwitched, loaded, packed, unpacked } from "./take-in.ts";

/** What arrays of a type are made of: handles, ciphertexts, clear values. */
type Values<H, C extends Value, Clear> = Nested<H | C | CompressedCiphertext<C> | Clear>;

/** An engine from within. */
export interface Opened {
  readonly context: Context;
  readonly parts: Parts;
  readonly build: typeof build;
  readonly handleOf: typeof handleOf;
  readonly handlesIn: typeof handlesIn;
  readonly digitsIn: typeof digitsIn;
  readonly resultsIn: typeof resultsIn;
  readonly checkBytes: typeof checkBytes;
}

/** The server: computes on encrypted values with a server key. It holds no secret. */
export class Engine extends Opaque {
  readonly #context: Context;

  static {
    introduce(Engine, {
      name: "Engine",
      noun: "an engine",
      source: "await Engine.create(serverKey) makes one",
      instead: "engine.info tells about it",
      written: "engine.info tells about it",
    });
  }

  private constructor(permit: Permit, context: Context) {
    super(permit);
    this.#context = context;
  }

  /**
   * Loads a server key, in whichever form, or one that switches to it, and starts the threads.
   *
   * Where workers are refused, the calling thread computes: `info.whyNoWorkers` says so.
   *
   * @throws RangeError for options out of range, OutOfMemoryError, UnsupportedPlatformError, WorkerError if a thread
   *   crashes, the signal's reason.
   */
  static async create(
    serverKey: ServerKey | ExpandedServerKey | KeySwitchingKey,
    options?: EngineOptions,
  ): Promise<Engine> {
    if (serverKey instanceof KeySwitchingKey) {
      const { key, tag } = switchOf(serverKey);
      const evaluator = await Evaluator.create(key, options);
      return new Engine(PERMIT, { evaluator, tag, formerDimension: key.casting.inputDimension });
    }
    if (!(serverKey instanceof ServerKey || serverKey instanceof ExpandedServerKey)) {
      throw new TypeError(`expected a ServerKey, not ${describe(serverKey)}`);
    }
    const key = serverKey instanceof ServerKey ? evaluationKeyOf(serverKey) : expansionOf(serverKey);
    return new Engine(PERMIT, { evaluator: await Evaluator.create(key, options), tag: serverKey.tag });
  }

  /**
   * What `clearEngine` makes, which computes in another way: that is not part of this module, but gets parts of it.
   *
   * @internal
   */
  static over(make: (parts: Parts) => Context): Engine {
    return new Engine(PERMIT, make(PARTS));
  }

  /**
   * What `tacet/cut` computes with, which is not part of this module either.
   *
   * @internal
   */
  static opened(engine: Engine): Opened {
    if (!(engine instanceof Engine)) throw new TypeError(`expected an Engine, not ${describe(engine)}`);
    return {
      context: engine.#context,
      parts: PARTS,
      build,
      handleOf,
      handlesIn,
      digitsIn,
      resultsIn,
      checkBytes,
    };
  }

  /**
   * What `tacet/leveled` is made with.
   *
   * @internal
   */
  static inside(): Inside {
    return INSIDE;
  }

  /**
   * Takes a ciphertext in, compressed or not: the handle computes with it. What it holds is believed to be a value of its
   * type unless `checked` is set, with which an honest ciphertext keeps its value, and any other gets one that nobody
   * vouches for, but that is of the type. What a server has compressed is checked always, as are lists in `expand`.
   *
   * @throws TypeError for what is no ciphertext, MismatchError for one of other parameters than the server key's,
   *   ParameterError for an integer whose width blocks do not make up, OutOfMemoryError, DisposedError.
   */
  load<W extends Width>(
    ciphertext: FheUint<W> | CompressedCiphertext<FheUint<W>>,
    options?: LoadOptions,
  ): UintHandle<W>;
  load<W extends Width>(
    ciphertext: FheInt<W> | CompressedCiphertext<FheInt<W>>,
    options?: LoadOptions,
  ): IntHandle<W>;
  load(ciphertext: FheBool | CompressedCiphertext<FheBool>, options?: LoadOptions): BoolHandle;
  load(ciphertext: FheInteger | CompressedCiphertext<FheInteger>, options?: LoadOptions): IntegerHandle;
  load(ciphertext: Loadable, options?: LoadOptions): IntegerHandle | BoolHandle;
  load<T extends AnyText>(ciphertext: T, options?: LoadOptions): StringHandle<T>;
  load(ciphertext: Loadable | AnyText, options?: LoadOptions): AnyHandle;
  load(ciphertext: Loadable | AnyText, options: LoadOptions = {}): AnyHandle {
    if (!(ciphertext instanceof CompressedCiphertext || isValue(ciphertext))) {
      throw new TypeError(`expected an encrypted integer, boolean or text, not ${describe(ciphertext)}`);
    }
    const { checked = false } = checkOptions(options, LOAD_OPTIONS);
    checkFlag("checked", checked);
    return loaded(this.#context, ciphertext, checked);
  }

  /**
   * Takes a ciphertext of a former key to the key of the engine, which `Engine.create(keySwitchingKey)` has made. The handle
   * is valid whatever the ciphertext holds, as with `checked` in `load`. (TFHE-rs: `KeySwitchingKey::keyswitch`.)
   *
   * @throws MismatchError if the engine has no such key, and as `load`.
   */
  keySwitch<W extends Width>(ciphertext: FheUint<W>): UintHandle<W>;
  keySwitch<W extends Width>(ciphertext: FheInt<W>): IntHandle<W>;
  keySwitch(ciphertext: FheBool): BoolHandle;
  keySwitch(ciphertext: Value): IntegerHandle | BoolHandle;
  keySwitch<T extends AnyText>(ciphertext: T): StringHandle<T>;
  keySwitch(ciphertext: AnyValue): AnyHandle;
  keySwitch(ciphertext: AnyValue): AnyHandle {
    if (isValue(ciphertext)) return keySwitched(this.#context, ciphertext);
    throw new TypeError(`expected an encrypted integer, boolean or text, not ${describe(ciphertext)}`);
  }

  /**
   * Takes the values of a list in. Their handles are of the list's `types`, in order; those that the server expects can
   * be given: `engine.expand(list, [FheUint32, FheBool])`.
   *
   * Memory is reserved for all of them; what it is to hold, which is far larger than the list, is written in turns of the
   * event loop before the engine computes.
   *
   * @throws TypeError for what is no list, MismatchError for one of other parameters than the server key's, of other
   *   types than expected, or that has to be cast with a key that the server key lacks, ParameterError for a value of a
   *   type that Tacet does not have, LimitError for a list larger than the options allow, OutOfMemoryError,
   *   DisposedError.
   */
  expand(
    list: CompactCiphertextList | CompressedCiphertextList,
    types?: undefined,
    options?: ExpandOptions,
  ): ListHandle[];
  expand<const Types extends readonly ListType[]>(
    list: CompactCiphertextList | CompressedCiphertextList,
    types: Types,
    options?: ExpandOptions,
  ): HandlesOf<Types>;
  expand(
    list: CompactCiphertextList | CompressedCiphertextList,
    expected?: readonly ListType[],
    options: ExpandOptions = {},
  ): ListHandle[] {
    const compact = list instanceof CompactCiphertextList;
    if (!(compact || list instanceof CompressedCiphertextList)) {
      throw new TypeError(
        `expected a CompactCiphertextList or CompressedCiphertextList, not ${describe(list)}`,
      );
    }
    checkSize(list, options);
    const types = list.types.map(ownType);
    const names = expected === undefined ? undefined : typeNames(expected);
    if (names !== undefined && names.join() !== types.join()) {
      throw new MismatchError(`the list holds ${nameSome(types)}; expected ${nameSome(names)}`);
    }
    return compact ? expanded(this.#context, list) : unpacked(this.#context, list, [...types.keys()]);
  }

  /**
   * Takes one value of a compressed list in, of the type that it has there; the type that the server expects can be given:
   * `engine.loadFrom(list, 3, FheUint32)`. The others cost nothing.
   *
   * @throws RangeError for an index that the list does not have, and as `expand`.
   */
  loadFrom<Type extends ListType>(list: CompressedCiphertextList, index: number, type: Type): HandleOf<Type>;
  loadFrom(list: CompressedCiphertextList, index: number): ListHandle;
  loadFrom(list: CompressedCiphertextList, index: number, expected?: ListType): ListHandle {
    if (!(list instanceof CompressedCiphertextList)) {
      throw new TypeError(`expected a CompressedCiphertextList, not ${describe(list)}`);
    }
    const { types } = list;
    if (!(Number.isInteger(checkNumber("index", index)) && index >= 0 && index < types.length)) {
      throw new RangeError(`value ${index} of a list of ${types.length}`);
    }
    const type = ownType(types[index], index);
    if (expected !== undefined && anyTypeName(expected) !== type) {
      throw new MismatchError(
        `value ${index} of the list is of type ${type}; expected ${anyTypeName(expected)}`,
      );
    }
    return unpacked(this.#context, list, [index])[0];
  }

  /**
   * Computes values, of any types, and packs them into a list, which takes a fraction of what they take by themselves. The
   * server key needs the keys for it, which come of a client key with `compression`. (TFHE-rs:
   * `CompressedCiphertextListBuilder`.)
   *
   * @throws TypeError for what are no handles of this engine, MismatchError if the server key has no keys for it,
   *   ParameterError for parameters with less or more room for carries than for messages, and as `Handle.ciphertext`; all
   *   as rejections.
   */
  async compress(
    values: readonly Handle<Ciphertext>[],
    options?: ProgressOptions,
  ): Promise<CompressedCiphertextList> {
    return packed(this.#context, handlesIn(values), options);
  }

  /**
   * A random value of a type, made from a seed, which nobody knows but who has the client key. The same server key and
   * seed give the same value, here and in TFHE-rs 1.7 and 1.8, if type and options are the same. A server key without a dedicated
   * key for it (`oprfKey`) uses its ordinary one.
   *
   * @throws TypeError for what is no type, seed or number, or options that exclude each other; RangeError for a range that
   *   the type does not hold; ParameterError for an integer whose width blocks do not make up; OutOfMemoryError,
   *   DisposedError.
   */
  random<W extends Width>(type: FheUintType<W>, options?: RandomUintOptions): UintHandle<W>;
  random<W extends Width>(type: FheIntType<W>, options?: RandomIntegerOptions): IntHandle<W>;
  random(type: typeof FheBool, options?: RandomOptions): BoolHandle;
  random(type: FheIntegerType, options?: RandomIntegerOptions): IntegerHandle;
  random(type: Maker, options?: RandomUintOptions): IntegerHandle | BoolHandle {
    return build(this.#context, () => randomValue(this.#context, type, options));
  }

  /** The sum of at least one integer, modulo 2^width: cheaper than adding them up pair by pair, and as `add` otherwise. */
  sum<H extends IntegerHandle>(values: readonly H[] & OfOneType<H>): H {
    return build(this.#context, () => sumOf(this.#context, values));
  }

  /**
   * Σ valueᵢ·weightᵢ modulo 2^width for clear weights, which fit the type of the result: that of the integers, or the
   * given one where the values are truth values.
   *
   * @throws RangeError if there are no values, or not as many weights, or one that does not fit.
   * @throws TypeError for values of different types, or if the result's type is not known.
   */
  dotProduct<H extends IntegerHandle>(
    values: readonly H[] & OfOneType<H>,
    weights: readonly (Integer | boolean)[],
  ): H;
  dotProduct<W extends Width>(
    values: readonly BoolHandle[],
    weights: readonly Integer[],
    type: FheUintType<W>,
  ): UintHandle<W>;
  dotProduct<W extends Width>(
    values: readonly BoolHandle[],
    weights: readonly Integer[],
    type: FheIntType<W>,
  ): IntHandle<W>;
  dotProduct(
    values: readonly (IntegerHandle | BoolHandle)[],
    weights: readonly (Integer | boolean)[],
    type?: FheIntegerType,
  ): IntegerHandle {
    return build(this.#context, () => dotProductOf(this.#context, values, weights, type));
  }

  /**
   * Of some integers, the one whose truth value is set, of which at most one is; 0 if none is. If several are, nothing is
   * known of the result. Cheaper than `select` after `select`. (TFHE-rs: `boolean_one_hot_dot_prod`.)
   *
   * @throws RangeError if there are no values, or not as many truth values; TypeError for values of different types.
   */
  oneHotDotProduct<H extends IntegerHandle>(
    flags: readonly BoolHandle[],
    values: readonly H[] & OfOneType<H>,
  ): H {
    return build(this.#context, () => oneHotDotProductOf(this.#context, flags, values));
  }

  /**
   * An array of encrypted values of one type, in as many dimensions as the values are nested in, or of a given shape.
   * Given a type, it takes ciphertexts and clear values as well as handles.
   *
   * @throws RangeError for a shape that is none or not for their number, for clear values that do not fit, or if there
   *   are none; TypeError for values of different types or engines; and as `load`.
   */
  array<H extends Element>(values: Nested<H> & OneType<H>, shape?: Shape): ArrayOf<H>;
  array<W extends Width>(
    type: FheUintType<W>,
    values: NoInfer<Values<UintHandle<W>, FheUint<W>, Integer>>,
    shape?: Shape,
  ): IntegerArray<UintHandle<W>>;
  array<W extends Width>(
    type: FheIntType<W>,
    values: NoInfer<Values<IntHandle<W>, FheInt<W>, Integer>>,
    shape?: Shape,
  ): IntegerArray<IntHandle<W>>;
  array(type: typeof FheBool, values: Values<BoolHandle, FheBool, boolean>, shape?: Shape): BoolArray;
  array(
    first: Maker | Nested<Element>,
    second?: Values<Element, Value, Integer | boolean> | Shape,
    third?: Shape,
  ): IntegerArray<IntegerHandle> | BoolArray {
    return build(this.#context, () =>
      Array.isArray(first)
        ? arrayOf(this.#context, first as Nested<Element>, second as Shape | undefined)
        : arrayFrom(this.#context, first as Maker, second as Nested<Element>, third, (one) =>
            this.load(one as Value),
          ),
    );
  }

  /**
   * An empty store of encrypted integers of one type under integers of another, or under texts; or one that has been compressed, each of
   * whose values takes a bootstrap a digit.
   */
  keyValueStore<K extends Width, V extends Width>(
    keys: FheUintType<K>,
    values: FheUintType<V>,
  ): KeyValueStore<UintHandle<K>, UintHandle<V>>;
  keyValueStore<K extends Width, V extends Width>(
    keys: FheUintType<K>,
    values: FheIntType<V>,
  ): KeyValueStore<UintHandle<K>, IntHandle<V>>;
  keyValueStore<K extends Width, V extends Width>(
    keys: FheIntType<K>,
    values: FheUintType<V>,
  ): KeyValueStore<IntHandle<K>, UintHandle<V>>;
  keyValueStore<K extends Width, V extends Width>(
    keys: FheIntType<K>,
    values: FheIntType<V>,
  ): KeyValueStore<IntHandle<K>, IntHandle<V>>;
  keyValueStore<Type extends FheTextType, V extends Width>(
    keys: Type,
    values: FheUintType<V>,
  ): KeyValueStore<StringHandle<TextOf<Type>>, UintHandle<V>>;
  keyValueStore<Type extends FheTextType, V extends Width>(
    keys: Type,
    values: FheIntType<V>,
  ): KeyValueStore<StringHandle<TextOf<Type>>, IntHandle<V>>;
  keyValueStore<K extends IntegerHandle, V extends IntegerHandle>(
    stored: CompressedKeyValueStore<K, V>,
  ): KeyValueStore<K, V>;
  keyValueStore(
    first: FheIntegerType | FheTextType | CompressedKeyValueStore<IntegerHandle, IntegerHandle>,
    values?: FheIntegerType,
  ): KeyValueStore<Key, IntegerHandle> {
    this.#evaluator.checkAlive();
    if (first instanceof CompressedKeyValueStore) return storeFrom(this.#context, first);
    const keys = storeKeys(this.#context, first);
    return new KeyValueStore(PERMIT, this.#context, keys, checkMaker(values as FheIntegerType));
  }

  /**
   * The same values in order: integers from the smallest, false before true, texts as `lt` has them, all of the size of
   * the largest. Throws as `array`.
   */
  sort<H extends Element | StringHandle<AnyText>>(values: readonly H[] & OfOneType<H>, order?: Order): H[] {
    return sorted(this.#context, values, order);
  }

  /**
   * The same values in order, each with whether it is there for the first time: those that are not are equal to the one
   * before. Throws as `array`.
   */
  unique<H extends Element | StringHandle<AnyText>>(
    values: readonly H[] & OfOneType<H>,
    order?: Order,
  ): [value: H, first: BoolHandle][] {
    return unique(this.#context, values, order);
  }

  /**
   * The same values in a random order that nobody knows, made from a seed as `random` makes values.
   *
   * @throws RangeError for options out of range, TypeError for options that exclude each other, and as `array`.
   */
  shuffle<H extends Element>(values: readonly H[] & OfOneType<H>, options?: ShuffleOptions): H[] {
    return shuffled(this.#context, values, options);
  }

  /**
   * What it will take to give some values, together, that have not been computed yet. Sums among them are carried out
   * for that, and no longer as a part of those that are made of them.
   *
   * @throws TypeError for handles of another engine, DisposedError.
   */
  explain(...handles: readonly Handle<Ciphertext>[]): Explanation {
    const blocks = handles.flatMap((handle) => resultsIn(checkHandle(handle), this.#context));
    return this.#evaluator.explain(blocks);
  }

  get info(): EngineInfo {
    const { parameters, threads, whyNoWorkers, deterministic, usedBytes, ciphertextCount } = this.#evaluator;
    return {
      parameters,
      threads,
      sharedMemory: whyNoWorkers === undefined,
      whyNoWorkers,
      deterministic,
      memoryBytes: usedBytes,
      ciphertexts: ciphertextCount,
    };
  }

  /** Stops all threads and frees all memory. Open computations are rejected with DisposedError. */
  dispose(): void {
    this.#evaluator.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  get #evaluator(): AnyEvaluator {
    return this.#context.evaluator;
  }
}

const LOAD_OPTIONS: OptionNames<LoadOptions> = { checked: true };
