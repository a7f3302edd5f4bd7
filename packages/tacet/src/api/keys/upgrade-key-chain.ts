import type { EngineOptions } from "../../engine/options.ts";
import { MismatchError, ParameterError } from "../../errors.ts";
import { describe, introduce, Opaque, PERMIT } from "../../opaque.ts";
import { checkProgressOptions } from "../../progress.ts";
import { Engine } from "../engine/engine.ts";
import type { Handle } from "../engine/handles/handle.ts";
import { CompressedCiphertextList } from "../lists/compressed-list.ts";
import { checkBytes } from "../values/value.ts";
import { type AnyValue, isValue } from "../values/value-type.ts";
import { DecompressionUpgradeKey } from "./decompression-upgrade-key.ts";
import { ExpandedServerKey, expansionOf } from "./expanded-server-key.ts";
import { KeySwitchingKey } from "./key-switching-key.ts";
import { evaluationKeyOf, ServerKey } from "./server-key.ts";

/** What leads from one key to another. */
export type UpgradeKey = KeySwitchingKey | DecompressionUpgradeKey | ServerKey | ExpandedServerKey;

/** What is under a key: ciphertexts, or what is in lists. */
type Kind = "values" | "lists";

/** A step from what is under one key to ciphertexts under another, or under the same. */
interface Step {
  readonly from: string;
  readonly to: string;
  readonly key: KeySwitchingKey | ServerKey | ExpandedServerKey;
}

/** The most values that an engine of a chain holds at a time. */
const AT_ONCE = 64;

/**
 * Keys that lead from former client keys to newer ones, each known by its tag. It finds the shortest way from one to
 * another, and takes ciphertexts and lists there: so whoever keeps them moves to a new key without their owner. (TFHE-rs:
 * `UpgradeKeyChain`.)
 */
export class UpgradeKeyChain extends Opaque {
  readonly #steps: Step[] = [];

  static {
    introduce(UpgradeKeyChain, {
      name: "UpgradeKeyChain",
      noun: "a chain of keys",
      source: "UpgradeKeyChain.of(keys) makes one",
    });
  }

  /**
   * A chain of keys: those that switch keys or take lists to another key, and server keys that unpack their own lists.
   *
   * @throws TypeError for what is none of these, ParameterError for one that leads from a tag to the same.
   */
  static of(keys: readonly UpgradeKey[]): UpgradeKeyChain {
    if (!Array.isArray(keys)) throw new TypeError(`expected an array of keys, not ${describe(keys)}`);
    const chain = new UpgradeKeyChain(PERMIT);
    for (const key of Array.from(keys)) chain.#add(key);
    return chain;
  }

  /**
   * Takes ciphertexts to the key with a tag, each from the key whose tag it has. Those that are under it already stay as
   * they are.
   *
   * @throws MismatchError, before anything is computed, if no keys lead there; and as `Engine.create` and
   *   `Engine.keySwitch`; all as rejections.
   */
  async upgrade<C extends AnyValue>(
    values: readonly C[],
    tag: Uint8Array,
    options: EngineOptions = {},
  ): Promise<C[]> {
    checkProgressOptions(options);
    if (!Array.isArray(values)) throw new TypeError(`expected an array of values, not ${describe(values)}`);
    const results: C[] = Array.from(values, checkValue);
    const destination = nodeOf("values", checkBytes(tag));
    const groups = new Map<string, number[]>();
    results.forEach((value, i) => {
      const source = nodeOf("values", value.tag);
      groups.set(source, [...(groups.get(source) ?? []), i]);
    });
    const ways = Array.from(groups, ([source, places]) => ({
      places,
      steps: this.#way(source, destination),
    }));
    const total = ways.reduce((sum, { places, steps }) => sum + places.length * steps.length, 0);
    const report = counterOf(total, options);
    for (const { places, steps } of ways) {
      for (const { key } of steps) {
        await withEngine(key, options, async (engine) => {
          await inParts(places, async (place) => {
            results[place] = await ciphertextOf<C>(engine.keySwitch(results[place]), options);
            report();
          });
        });
      }
    }
    return results;
  }

  /**
   * Takes the values of a list to the key with a tag, from the key whose tag the list has.
   *
   * @throws as `upgrade`, and as `Engine.loadFrom`.
   */
  async upgradeList(
    list: CompressedCiphertextList,
    tag: Uint8Array,
    options: EngineOptions = {},
  ): Promise<AnyValue[]> {
    checkProgressOptions(options);
    if (!(list instanceof CompressedCiphertextList)) {
      throw new TypeError(`expected a CompressedCiphertextList, not ${describe(list)}`);
    }
    const [first] = this.#way(nodeOf("lists", list.tag), nodeOf("values", checkBytes(tag)));
    const values = new Array<AnyValue>(list.types.length);
    const { onProgress, ...rest } = options;
    const parts = (offset: number): EngineOptions => ({
      ...rest,
      onProgress: onProgress && ((fraction) => onProgress((offset + fraction) / 2)),
    });
    const report = counterOf(values.length, parts(0));
    await withEngine(first.key, rest, async (engine) => {
      await inParts([...values.keys()], async (place) => {
        values[place] = await ciphertextOf(engine.loadFrom(list, place), options);
        report();
      });
    });
    return this.upgrade(values, tag, parts(1));
  }

  #add(key: UpgradeKey): void {
    if (key instanceof KeySwitchingKey || key instanceof DecompressionUpgradeKey) {
      const [former, tag] = [key.formerTag, key.tag].map((bytes) => nodeOf("values", bytes));
      if (former === tag) {
        throw new ParameterError(
          "a key leads from a client key to another with the same tag; give them different tags, so that they can be told apart",
        );
      }
      const switches = key instanceof KeySwitchingKey;
      const from = nodeOf(switches ? "values" : "lists", key.formerTag);
      this.#steps.push({ from, to: tag, key: switches ? key : key.serverKey });
    } else if (key instanceof ServerKey || key instanceof ExpandedServerKey) {
      const { decompression } = key instanceof ServerKey ? evaluationKeyOf(key) : expansionOf(key);
      if (decompression === null) return;
      this.#steps.push({ from: nodeOf("lists", key.tag), to: nodeOf("values", key.tag), key });
    } else {
      throw new TypeError(
        `expected a KeySwitchingKey, a DecompressionUpgradeKey or a ServerKey, not ${describe(key)}`,
      );
    }
  }

  /** The fewest steps from one node to another, which is breadth first. */
  #way(source: string, destination: string): Step[] {
    const cameBy = new Map<string, Step | null>([[source, null]]);
    for (const node of cameBy.keys()) {
      // A map gives keys that are set meanwhile as well, in order.
      for (const step of this.#steps)
        if (step.from === node && !cameBy.has(step.to)) cameBy.set(step.to, step);
    }
    if (!cameBy.has(destination)) {
      const ends = [...new Set(this.#steps.map(({ from, to }) => `${from} to ${to}`))].join(", ");
      throw new MismatchError(
        `no keys lead from ${source} to ${destination}: the chain leads from ${ends || "nothing to nothing"}`,
      );
    }
    const steps: Step[] = [];
    for (let step = cameBy.get(destination); step; step = cameBy.get(step.from)) steps.unshift(step);
    return steps;
  }
}

/** What is under the key with a tag, in words that tell it from everything else. */
function nodeOf(kind: Kind, tag: Uint8Array): string {
  const bytes = Array.from(tag, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${kind} with ${bytes === "" ? "no tag" : `tag ${bytes}`}`;
}

function checkValue<C extends AnyValue>(value: C): C {
  if (isValue(value)) return value;
  throw new TypeError(`expected encrypted integers, booleans or texts, not ${describe(value)}`);
}

/** The ciphertext of a handle, which is given back. */
async function ciphertextOf<C extends AnyValue>(handle: object, { signal }: EngineOptions): Promise<C> {
  const held = handle as Handle<C>;
  try {
    return await held.ciphertext({ signal });
  } finally {
    held.dispose();
  }
}

/** Reports one more of some values done. */
function counterOf(count: number, { onProgress }: EngineOptions): () => void {
  let done = 0;
  return () => onProgress?.(++done / count);
}

/** Lends an engine. */
async function withEngine(
  key: Step["key"],
  { onProgress: _, ...options }: EngineOptions,
  use: (engine: Engine) => Promise<void>,
): Promise<void> {
  const engine = await Engine.create(key, options);
  try {
    await use(engine);
  } finally {
    engine.dispose();
  }
}

/** Uses each of some places, not too many of them at a time. */
async function inParts(places: readonly number[], use: (place: number) => Promise<void>): Promise<void> {
  for (let first = 0; first < places.length; first += AT_ONCE) {
    await Promise.all(places.slice(first, first + AT_ONCE).map(use));
  }
}
