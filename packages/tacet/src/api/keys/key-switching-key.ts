import { ParameterError } from "../../errors.ts";
import { needingMemory } from "../../memory.ts";
import { describe, introduce, Opaque, PERMIT, type Permit } from "../../opaque.ts";
import { checkFlag, checkObject, checkOptions, type OptionNames } from "../../options.ts";
import type { CastingParameters } from "../../parameters/compact-sets.ts";
import type { ParameterSet } from "../../parameters/parameter-set.ts";
import { checkGadget } from "../../parameters/shapes.ts";
import { checkProgressOptions, type ProgressOptions } from "../../progress.ts";
import { switchFailureLog2 } from "../../scheme/noise.ts";
import { switchingKey } from "../../scheme/server-key/change-of-key.ts";
import type { ExpandedCastingKey, ExpandedKey } from "../../scheme/server-key/expanded-key.ts";
import {
  deserializeKeySwitchingKey,
  type SerializedKeySwitchingKey,
  serializeKeySwitchingKey,
} from "../../wire/keys/key-switching-key.ts";
import type { DeserializeOptions, ParameterOptions, SerializeOptions } from "../../wire/safe-serialize.ts";
import { checkBytes } from "../values/value.ts";
import { checkSameModuli, computingKeyOf, NO_PARTS } from "./change-of-key.ts";
import { type ClientKey, checkClientKey, secretOf } from "./client-key.ts";
import type { ExpandedServerKey } from "./expanded-server-key.ts";
import type { ServerKey } from "./server-key.ts";

/** How a key-switching key is made. */
export interface KeySwitchingOptions extends ProgressOptions, ParameterOptions {
  /**
   * The key switch: to the small key with the gadget of lookups unless given, after which errors are no more frequent than
   * those of lookups. (TFHE-rs: `ShortintKeySwitchingParameters`.)
   */
  readonly keySwitch?: CastingParameters | undefined;
}

/** For the rest of the library: what an engine takes from a key-switching key. */
export let switchOf: (key: KeySwitchingKey) => {
  readonly key: ExpandedKey & { readonly casting: ExpandedCastingKey };
  readonly tag: Uint8Array;
};

/**
 * Takes ciphertexts of a former client key to those of another, without either of them: an engine that is created with it
 * computes under the other, and its `keySwitch` takes ciphertexts of the former in. It holds the server key that it leads
 * to: 150 MB at the default parameters. (TFHE-rs: `KeySwitchingKey`.)
 */
export class KeySwitchingKey extends Opaque {
  readonly #key: SerializedKeySwitchingKey;

  private constructor(permit: Permit, key: SerializedKeySwitchingKey) {
    super(permit);
    this.#key = key;
  }

  static {
    introduce(KeySwitchingKey, {
      name: "KeySwitchingKey",
      noun: "a key",
      source:
        "KeySwitchingKey.from(former, clientKey, serverKey) makes one, KeySwitchingKey.deserialize(bytes) reads one",
    });
    switchOf = (key) => {
      const { casting, destination, tag } = key.#key;
      return { key: { ...NO_PARTS, ...destination, casting }, tag };
    };
  }

  /**
   * Makes the key that takes ciphertexts of `former` to `clientKey`, of which a server key has been made.
   *
   * @throws ParameterError for keys with other moduli, or of which ciphertexts would err more often than with 2^-128,
   *   without `allowInsecureParameters`; or if the server key is of other parameters; MismatchError if it is of another client key.
   * @throws DisposedError if a client key has been wiped, OutOfMemoryError, the signal's reason when cancelled.
   */
  static async from(
    former: ClientKey,
    clientKey: ClientKey,
    serverKey: ServerKey | ExpandedServerKey,
    options: KeySwitchingOptions = {},
  ): Promise<KeySwitchingKey> {
    const from = secretOf(checkClientKey(former));
    const to = secretOf(checkClientKey(clientKey));
    const keySwitch = checkKeySwitch(from.parameters, to.parameters, options);
    const destination = await computingKeyOf(serverKey, to, options);
    const casting = await needingMemory(() =>
      switchingKey(secretOf(former), secretOf(clientKey), keySwitch, options),
    );
    const tags = { formerTag: from.tag, tag: to.tag };
    return new KeySwitchingKey(PERMIT, { casting, destination, source: null, ...tags });
  }

  /**
   * Reads a key in the format of TFHE-rs's `KeySwitchingKey`.
   *
   * @throws DeserializationError if the bytes are not one, or one with parameters that Tacet lacks, or with insecure ones
   *   without `allowInsecureParameters`.
   */
  static deserialize(bytes: Uint8Array, options?: DeserializeOptions & ParameterOptions): KeySwitchingKey {
    return new KeySwitchingKey(PERMIT, deserializeKeySwitchingKey(checkBytes(bytes), options));
  }

  /** The parameters of the key that it leads to. */
  get parameters(): ParameterSet {
    return this.#key.destination.parameters;
  }

  /** A copy of the bytes that an application attached to the former client key; none unless it did. */
  get formerTag(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#key.formerTag);
  }

  /** A copy of the bytes that an application attached to the client key that it leads to; none unless it did. */
  get tag(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#key.tag);
  }

  /** The bytes of the key, as TFHE-rs's `safe_serialize` writes them. */
  serialize(options?: SerializeOptions): Uint8Array<ArrayBuffer> {
    return serializeKeySwitchingKey(this.#key, options);
  }
}

const NAMES: OptionNames<KeySwitchingOptions> = {
  keySwitch: true,
  allowInsecureParameters: true,
  onProgress: true,
  signal: true,
};

/** The most that a ciphertext may err when it is switched: log2 of the probability. */
const MOST_FAILURE_LOG2 = -128;

/** The parameters of the key switch between two sets. */
function checkKeySwitch(
  from: ParameterSet,
  to: ParameterSet,
  options: KeySwitchingOptions,
): CastingParameters {
  const { keySwitch, allowInsecureParameters = false } = checkOptions(checkProgressOptions(options), NAMES);
  checkFlag("allowInsecureParameters", allowInsecureParameters);
  checkSameModuli(from, to);
  const usual: CastingParameters = { baseLog: to.ksBaseLog, level: to.ksLevel, destination: "small" };
  const kind = "with a baseLog, a level and a destination";
  const { baseLog, level, destination } = checkObject(
    "keySwitch",
    kind,
    keySwitch === undefined ? usual : keySwitch,
  );
  if (destination !== "small" && destination !== "big") {
    throw new TypeError(`the destination of keySwitch is "small" or "big", not ${describe(destination)}`);
  }
  checkGadget("keySwitch", level, baseLog, destination === "small" ? 32 : 62);
  const parameters = { baseLog, level, destination };
  const failure = switchFailureLog2(from, to, parameters);
  if (failure > MOST_FAILURE_LOG2 && !allowInsecureParameters) {
    throw new ParameterError(
      `ciphertexts of ${from.name} would err with a probability of 2^${failure.toFixed(1)} when they are switched to ${to.name}; at most 2^${MOST_FAILURE_LOG2} is allowed`,
    );
  }
  return parameters;
}
