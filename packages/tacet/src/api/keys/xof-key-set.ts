import { ParameterError } from "../../errors.ts";
import { needingMemory } from "../../memory.ts";
import { introduce, Opaque, PERMIT, type Permit } from "../../opaque.ts";
import type { ParameterSet } from "../../parameters/parameter-set.ts";
import { throwIfAborted } from "../../realm.ts";
import { generateXofKeys, inOneStream } from "../../scheme/xof-key-set.ts";
import {
  deserializeCompressedKeySet,
  deserializeKeySet,
  type SerializedCompressedKeySet,
  type SerializedKeySet,
  serializeCompressedKeySet,
  serializeKeySet,
} from "../../wire/keys/xof-key-set.ts";
import type { DeserializeOptions, ParameterOptions, SerializeOptions } from "../../wire/safe-serialize.ts";
import { checkBytes, copyBytes } from "../values/value.ts";
import { type ClientKey, clientKeyOf } from "./client-key.ts";
import {
  type CompactPublicKey,
  type CompressedCompactPublicKey,
  compactKeyOf,
  compactPublicKey,
  compressedCompactKey,
} from "./compact-public-key.ts";
import { type ExpandedServerKey, expandedServerKey, expansionOf } from "./expanded-server-key.ts";
import { checkConfiguration } from "./generate-options.ts";
import type { ExpandKeyOptions } from "./key-parts.ts";
import { type ServerKey, serverKeyOf } from "./server-key.ts";
import { checkXofOptions, type XofOptions } from "./xof-options.ts";

/**
 * The public keys of a client in seeded form: a compact public key and a server key, both with masks from one seed. It is
 * as large as the two. (TFHE-rs: `CompressedXofKeySet`, after "Threshold (Fully) Homomorphic Encryption", ePrint
 * 2025/699.)
 */
export class CompressedXofKeySet extends Opaque {
  /** As it is written. */
  readonly #set: SerializedCompressedKeySet;
  /** The keys with their masks where the set has them, and both with its tag. */
  readonly #keys: Omit<SerializedCompressedKeySet, "seed">;

  private constructor(permit: Permit, set: SerializedCompressedKeySet) {
    super(permit);
    this.#set = set;
    const { tag } = set.serverKey;
    const { publicKey, serverKey } = inOneStream(set.seed, set);
    this.#keys = { publicKey: { ...publicKey, tag }, serverKey };
  }

  static {
    introduce(CompressedXofKeySet, {
      name: "CompressedXofKeySet",
      noun: "a key set",
      source: "CompressedXofKeySet.generate() makes one, CompressedXofKeySet.deserialize(bytes) reads one",
    });
  }

  /**
   * Makes a client key with its public keys, all from one seed: the same seed and options give the same keys again, and
   * the bytes of TFHE-rs's `CompressedXofKeySet::generate` for the same configuration.
   *
   * @throws ParameterError as `ClientKey.generate`, and without a `compactKey`, or if its dimension is none that Tacet makes
   *   compact keys of.
   * @throws TypeError or RangeError for a seed or another option that is out of bounds.
   * @throws the signal's reason when cancelled, OutOfMemoryError.
   */
  static async generate(
    options: XofOptions,
  ): Promise<{ readonly clientKey: ClientKey; readonly keySet: CompressedXofKeySet }> {
    const { generation, general } = checkXofOptions(options);
    const configuration = checkConfiguration(general);
    const { compactKey } = configuration;
    if (compactKey === null) {
      throw new ParameterError("a key set needs a compactKey, such as one of PARAM_PKE_TO_SMALL_…");
    }
    const tag = general.tag === undefined ? new Uint8Array(0) : copyBytes(general.tag);
    try {
      throwIfAborted(general.signal);
      const { signal, onProgress } = general;
      const how = { ...generation, signal, onProgress };
      const made = await needingMemory(() => generateXofKeys(configuration, compactKey, how));
      const { secrets, seed, publicKey, serverKey } = made;
      const set = { seed, publicKey: { ...publicKey, tag }, serverKey: { ...serverKey, tag } };
      return { clientKey: clientKeyOf({ ...secrets, tag }), keySet: new CompressedXofKeySet(PERMIT, set) };
    } finally {
      generation.seed.fill(0);
    }
  }

  /**
   * Reads a key set in TFHE-rs's format.
   *
   * @throws DeserializationError if the bytes are not one, or one with parameters or parts that Tacet lacks, or
   *   with insecure parameters without `allowInsecureParameters`.
   */
  static deserialize(
    bytes: Uint8Array,
    options?: DeserializeOptions & ParameterOptions,
  ): CompressedXofKeySet {
    return new CompressedXofKeySet(PERMIT, deserializeCompressedKeySet(checkBytes(bytes), options));
  }

  get parameters(): ParameterSet {
    return this.#keys.serverKey.parameters;
  }

  /** A copy of the bytes that an application attached to the client key; none unless it did. */
  get tag(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#keys.serverKey.tag);
  }

  /** The key that encrypts. */
  get publicKey(): CompressedCompactPublicKey {
    return compressedCompactKey(this.#keys.publicKey);
  }

  /** The key that computes; engines take it as it is. */
  get serverKey(): ServerKey {
    return serverKeyOf(this.#keys.serverKey);
  }

  /**
   * Both keys in the form that TFHE-rs's clients and servers compute with.
   *
   * @throws as `ServerKey.expand`; ParameterError if the dimension of the compact key is none that Tacet has.
   */
  async expand(options: ExpandKeyOptions = {}): Promise<XofKeySet> {
    const serverKey = await this.serverKey.expand(options);
    const publicKey = await this.publicKey.decompress();
    return keySetOf({ publicKey: compactKeyOf(publicKey), serverKey: expansionOf(serverKey) });
  }

  /**
   * The bytes of the key set, as TFHE-rs's `safe_serialize` writes them.
   *
   * @throws RangeError for a version of TFHE-rs that has no room for all parts of the keys.
   */
  serialize(options?: SerializeOptions): Uint8Array<ArrayBuffer> {
    return serializeCompressedKeySet(this.#set, options);
  }
}

let keySetOf: (set: SerializedKeySet) => XofKeySet;

/** The keys of a `CompressedXofKeySet` with their masks. (TFHE-rs: `XofKeySet`.) */
export class XofKeySet extends Opaque {
  readonly #set: SerializedKeySet;

  private constructor(permit: Permit, set: SerializedKeySet) {
    super(permit);
    this.#set = set;
  }

  static {
    introduce(XofKeySet, {
      name: "XofKeySet",
      noun: "a key set",
      source: "keySet.expand() makes one of a CompressedXofKeySet, XofKeySet.deserialize(bytes) reads one",
    });
    keySetOf = (set) => new XofKeySet(PERMIT, set);
  }

  /** Reads a key set in TFHE-rs's format. @throws as `CompressedXofKeySet.deserialize`. */
  static deserialize(bytes: Uint8Array, options?: DeserializeOptions & ParameterOptions): XofKeySet {
    return new XofKeySet(PERMIT, deserializeKeySet(checkBytes(bytes), options));
  }

  get parameters(): ParameterSet {
    return this.#set.serverKey.parameters;
  }

  /** A copy of the bytes that an application attached to the client key; none unless it did. */
  get tag(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#set.serverKey.tag);
  }

  /** The key that encrypts. */
  get publicKey(): CompactPublicKey {
    return compactPublicKey({ ...this.#set.publicKey, tag: this.#set.serverKey.tag });
  }

  /** The key that computes. */
  get serverKey(): ExpandedServerKey {
    return expandedServerKey(this.#set.serverKey);
  }

  /**
   * The bytes of the key set, as TFHE-rs's `safe_serialize` writes them.
   *
   * @throws RangeError for a version of TFHE-rs that has no room for all parts of the keys.
   */
  serialize(options?: SerializeOptions): Uint8Array<ArrayBuffer> {
    return serializeKeySet(this.#set, options);
  }
}
