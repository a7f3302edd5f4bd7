import { needingMemory } from "../../memory.ts";
import { introduce, Opaque, PERMIT, type Permit } from "../../opaque.ts";
import type { ParameterSet } from "../../parameters/parameter-set.ts";
import type { ProgressOptions } from "../../progress.ts";
import { expandServerKey } from "../../scheme/server-key/expand-server-key.ts";
import { generateServerKey } from "../../scheme/server-key/server-key.ts";
import {
  deserializeServerKey,
  type SerializedServerKey,
  serializedServerKey,
  serializeServerKey,
} from "../../wire/keys/server-key.ts";
import type { DeserializeOptions, ParameterOptions, SerializeOptions } from "../../wire/safe-serialize.ts";
import { checkBytes } from "../values/value.ts";
import { type ClientKey, checkClientKey, secretOf } from "./client-key.ts";
import { type ExpandedServerKey, expandedServerKey } from "./expanded-server-key.ts";
import { type ExpandKeyOptions, withParts } from "./key-parts.ts";

/** For the rest of the library: what a server key holds, and the key that holds it. */
export let evaluationKeyOf: (key: ServerKey) => SerializedServerKey;
export let serverKeyOf: (key: SerializedServerKey) => ServerKey;

/**
 * The public evaluation key: with it an engine computes on ciphertexts of the client key that it was made from,
 * and learns nothing. It is kept in seeded form: 30 MB at the default parameters, in memory and on the wire; 60 MB if
 * the client key has an `oprfKey`, as those of TFHE-rs's default configuration do, and 531 MB with every part of its meta
 * parameter sets.
 */
export class ServerKey extends Opaque {
  readonly #key: SerializedServerKey;

  private constructor(permit: Permit, key: SerializedServerKey) {
    super(permit);
    this.#key = key;
  }

  static {
    introduce(ServerKey, {
      name: "ServerKey",
      noun: "a key",
      source: "ServerKey.from(clientKey) makes one, ServerKey.deserialize(bytes) reads one",
    });
    evaluationKeyOf = (key) => key.#key;
    serverKeyOf = (key) => new ServerKey(PERMIT, key);
  }

  /**
   * Makes the evaluation key of a client key, with the keys that all of its parts call for, and its tag.
   *
   * @throws the signal's reason when cancelled, DisposedError if the client key has been wiped, OutOfMemoryError.
   */
  static async from(clientKey: ClientKey, options: ProgressOptions = {}): Promise<ServerKey> {
    const secret = secretOf(checkClientKey(clientKey));
    const { tag } = clientKey;
    const key = await needingMemory(() => generateServerKey(secret, options));
    return new ServerKey(PERMIT, serializedServerKey(key, tag));
  }

  /**
   * Reads a key in the format of TFHE-rs's `CompressedServerKey`.
   *
   * @throws DeserializationError if the bytes are not one, or one with parameters or parts that Tacet lacks, or
   *   with insecure parameters without `allowInsecureParameters`.
   */
  static deserialize(bytes: Uint8Array, options?: DeserializeOptions & ParameterOptions): ServerKey {
    return new ServerKey(PERMIT, deserializeServerKey(checkBytes(bytes), options));
  }

  get parameters(): ParameterSet {
    return this.#key.parameters;
  }

  /** A copy of the bytes that an application attached to the client key; none unless it did. */
  get tag(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#key.tag);
  }

  /**
   * The key in the form that TFHE-rs's servers compute with. It is the same bits on every machine.
   *
   * @throws ParameterError for parts that the key lacks, OutOfMemoryError where the platform has no arrays of its size, the
   *   signal's reason when cancelled.
   */
  async expand(options: ExpandKeyOptions = {}): Promise<ExpandedServerKey> {
    const wanted = withParts(this.#key, options);
    const key = await needingMemory(() => expandServerKey(wanted, options));
    return expandedServerKey({ ...key, tag: wanted.tag });
  }

  /**
   * The bytes of the key, as TFHE-rs's `safe_serialize` writes a `CompressedServerKey`.
   *
   * @throws RangeError for a version of TFHE-rs that has no room for all parts of the key.
   */
  serialize(options?: SerializeOptions): Uint8Array<ArrayBuffer> {
    return serializeServerKey(this.#key, options);
  }
}
