import type { ParameterSet } from "../parameters/parameter-set.ts";
import type { ProgressOptions } from "../progress.ts";
import { generateServerKey } from "../scheme/server-key.ts";
import type { DeserializeOptions } from "../wire/safe-serialize.ts";
import { deserializeServerKey, type SerializedServerKey, serializeServerKey } from "../wire/server-key.ts";
import { type ClientKey, checkClientKey, type ParameterOptions, secretOf } from "./client-key.ts";
import { checkBytes } from "./value.ts";

/** For the rest of the library: what a server key holds. */
export let evaluationKeyOf: (key: ServerKey) => SerializedServerKey;

/**
 * The public evaluation key: with it an engine computes on ciphertexts of the client key that it was made from,
 * and learns nothing. It is kept in seeded form: 30 MB at the default parameters, in memory and on the wire.
 */
export class ServerKey {
  readonly #key: SerializedServerKey;

  private constructor(key: SerializedServerKey) {
    this.#key = key;
  }

  static {
    evaluationKeyOf = (key) => key.#key;
  }

  /**
   * Makes the evaluation key of a client key.
   *
   * @throws the signal's reason when cancelled, DisposedError if the client key has been wiped.
   */
  static async from(clientKey: ClientKey, options: ProgressOptions = {}): Promise<ServerKey> {
    const key = await generateServerKey(secretOf(checkClientKey(clientKey)), options);
    return new ServerKey({ ...key, oprf: null, tag: new Uint8Array(0) });
  }

  /**
   * Reads a key in the format of TFHE-rs's `CompressedServerKey`.
   *
   * @throws DeserializationError if the bytes are not one, or one with parameters or parts that Tacet lacks.
   * @throws ParameterError if its parameters are insecure, without `allowInsecureParameters`.
   */
  static deserialize(bytes: Uint8Array, options?: DeserializeOptions & ParameterOptions): ServerKey {
    return new ServerKey(deserializeServerKey(checkBytes(bytes), options));
  }

  get parameters(): ParameterSet {
    return this.#key.parameters;
  }

  /** The bytes of the key, as TFHE-rs's `safe_serialize` writes a `CompressedServerKey`. */
  serialize(): Uint8Array<ArrayBuffer> {
    return serializeServerKey(this.#key);
  }
}
