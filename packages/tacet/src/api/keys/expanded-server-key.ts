import { introduce, Opaque, PERMIT, type Permit } from "../../opaque.ts";
import type { ParameterSet } from "../../parameters/parameter-set.ts";
import {
  deserializeExpandedKey,
  type SerializedExpandedKey,
  serializeExpandedKey,
} from "../../wire/keys/expanded-server-key.ts";
import type { DeserializeOptions, ParameterOptions, SerializeOptions } from "../../wire/safe-serialize.ts";
import { checkBytes } from "../values/value.ts";

/** For the rest of the library: what an expanded key holds, and the key that holds it. */
export let expansionOf: (key: ExpandedServerKey) => SerializedExpandedKey;
export let expandedServerKey: (expansion: SerializedExpandedKey) => ExpandedServerKey;

/**
 * The public evaluation key in the form that TFHE-rs's servers compute with, and may store: 120 MB at the default
 * parameters (180 MB if the client key has an `oprfKey`, 2.2 GB with every part of TFHE-rs's meta parameter sets), three to
 * four times a `ServerKey`. Engines load both in
 * about the same time.
 */
export class ExpandedServerKey extends Opaque {
  readonly #key: SerializedExpandedKey;

  private constructor(permit: Permit, key: SerializedExpandedKey) {
    super(permit);
    this.#key = key;
  }

  static {
    introduce(ExpandedServerKey, {
      name: "ExpandedServerKey",
      noun: "a key",
      source: "serverKey.expand() makes one, ExpandedServerKey.deserialize(bytes) reads one",
    });
    expansionOf = (key) => key.#key;
    expandedServerKey = (expansion) => new ExpandedServerKey(PERMIT, expansion);
  }

  /**
   * Reads a key in the format of TFHE-rs's `ServerKey`.
   *
   * @throws DeserializationError if the bytes are not one, or one with parameters or parts that Tacet lacks, or
   *   with insecure parameters without `allowInsecureParameters`.
   */
  static deserialize(bytes: Uint8Array, options?: DeserializeOptions & ParameterOptions): ExpandedServerKey {
    return new ExpandedServerKey(PERMIT, deserializeExpandedKey(checkBytes(bytes), options));
  }

  get parameters(): ParameterSet {
    return this.#key.parameters;
  }

  /** A copy of the bytes that an application attached to the client key; none unless it did. */
  get tag(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#key.tag);
  }

  /**
   * The bytes of the key, as TFHE-rs's `safe_serialize` writes a `ServerKey`.
   *
   * @throws RangeError for a version of TFHE-rs that has no room for all parts of the key.
   */
  serialize(options?: SerializeOptions): Uint8Array<ArrayBuffer> {
    return serializeExpandedKey(this.#key, options);
  }
}
