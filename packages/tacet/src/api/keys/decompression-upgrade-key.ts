import { ParameterError } from "../../errors.ts";
import { needingMemory } from "../../memory.ts";
import { introduce, Opaque, PERMIT, type Permit } from "../../opaque.ts";
import { checkFlag, checkOptions, type OptionNames } from "../../options.ts";
import {
  COMP_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  COMPRESSION_SETS,
  type CompressionParameters,
  validateCompression,
} from "../../parameters/compression.ts";
import { checkProgressOptions, type ProgressOptions } from "../../progress.ts";
import { unpackingKey } from "../../scheme/server-key/change-of-key.ts";
import type { ParameterOptions } from "../../wire/safe-serialize.ts";
import { checkSameModuli, computingKeyOf } from "./change-of-key.ts";
import { type ClientKey, checkClientKey, secretOf } from "./client-key.ts";
import { type ExpandedServerKey, expandedServerKey } from "./expanded-server-key.ts";
import { givenSet } from "./generate-options.ts";
import type { ServerKey } from "./server-key.ts";

/** How a key that takes lists to another key is made. */
export interface DecompressionUpgradeOptions extends ProgressOptions, ParameterOptions {
  /**
   * How lists are taken out; `COMP_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128` unless given. The gadget of the bootstrap
   * counts, and nothing else.
   */
  readonly compression?: CompressionParameters | undefined;
}

/** How lists are taken out. */
function checkCompression(options: DecompressionUpgradeOptions): CompressionParameters {
  const {
    compression = COMP_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
    allowInsecureParameters = false,
  } = checkOptions(checkProgressOptions(options), UPGRADE_NAMES);
  checkFlag("allowInsecureParameters", allowInsecureParameters);
  return givenSet("compression", compression, allowInsecureParameters, COMPRESSION_SETS, validateCompression);
}

const UPGRADE_NAMES: OptionNames<DecompressionUpgradeOptions> = {
  compression: true,
  allowInsecureParameters: true,
  onProgress: true,
  signal: true,
};

/**
 * Takes what is in the lists (`CompressedCiphertextList`) of a former client key to another: an engine that is created with
 * its `serverKey` computes under the other key, and `expand` and `loadFrom` of the engine take values of the former lists
 * in. (TFHE-rs: `DecompressionUpgradeKey`.)
 */
export class DecompressionUpgradeKey extends Opaque {
  readonly #key: { readonly serverKey: ExpandedServerKey; readonly formerTag: Uint8Array };

  private constructor(permit: Permit, serverKey: ExpandedServerKey, formerTag: Uint8Array) {
    super(permit);
    this.#key = { serverKey, formerTag };
  }

  static {
    introduce(DecompressionUpgradeKey, {
      name: "DecompressionUpgradeKey",
      noun: "a key",
      source: "DecompressionUpgradeKey.from(former, clientKey, serverKey) makes one",
      written: "serverKey.serialize() gives its bytes",
    });
  }

  /**
   * Makes the key that takes the lists of `former` to `clientKey`, of which a server key has been made.
   *
   * @throws ParameterError if `former` has no key of lists, for keys with other moduli, or if the server key is of other
   *   parameters; MismatchError if it is of another client key.
   * @throws DisposedError if a client key has been wiped, OutOfMemoryError, the signal's reason when cancelled.
   */
  static async from(
    former: ClientKey,
    clientKey: ClientKey,
    serverKey: ServerKey | ExpandedServerKey,
    options: DecompressionUpgradeOptions = {},
  ): Promise<DecompressionUpgradeKey> {
    const { compression: lists, parameters: from, tag: formerTag } = secretOf(checkClientKey(former));
    const to = secretOf(checkClientKey(clientKey));
    const { bootstrapBaseLog, bootstrapLevel } = checkCompression(options);
    checkSameModuli(from, to.parameters);
    if (lists === null) throw new ParameterError("the former client key has no compression, and so no lists");
    const destination = await computingKeyOf(serverKey, to, options);
    const key = { key: lists.key, parameters: { ...lists.parameters, bootstrapBaseLog, bootstrapLevel } };
    const decompression = await needingMemory(() => unpackingKey(key, secretOf(clientKey), options));
    const expanded = expandedServerKey({ ...destination, decompression, tag: to.tag });
    return new DecompressionUpgradeKey(PERMIT, expanded, formerTag);
  }

  /** A server key of the other key, whose lists are those of the former. */
  get serverKey(): ExpandedServerKey {
    return this.#key.serverKey;
  }

  /** A copy of the bytes that an application attached to the former client key; none unless it did. */
  get formerTag(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#key.formerTag);
  }

  /** A copy of the bytes that an application attached to the client key that it leads to; none unless it did. */
  get tag(): Uint8Array<ArrayBuffer> {
    return this.#key.serverKey.tag;
  }
}
