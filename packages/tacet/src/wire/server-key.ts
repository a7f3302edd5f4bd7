import { blockCapacity, type ParameterSet } from "../parameters/parameter-set.ts";
import {
  bootstrapBodyCount,
  keySwitchBodyCount,
  type SeededBodies,
  type SeededCastingKey,
  type SeededServerKey,
} from "../scheme/server-key.ts";
import { bootstrapKey, classic, type WireDrift } from "./bootstrap-key.ts";
import { castingKey, fromWireCasting, toWireCasting } from "./casting-key.ts";
import { type Codec, type Fail, type Format, mapped, optional, struct, versioned } from "./codec.ts";
import {
  checkCompressionKeys,
  compressionKey,
  decompressionKey,
  type SeededCompressionKey,
  type SeededDecompressionKey,
} from "./compression-keys.ts";
import {
  count,
  type ModulusSwitch,
  nativeModulus,
  pbsOrder,
  seededBootstrapKey,
  seededKeySwitchKey,
  standardPattern,
  taggedBytes,
  type WireBootstrapKey,
  type WireKeySwitchKey,
} from "./core.ts";
import {
  checkNoiseSquashingKeys,
  noiseSquashingCompressionKey,
  noiseSquashingKey,
  type SeededNoiseSquashingCompressionKey,
  type SeededNoiseSquashingKey,
} from "./noise-squashing-keys.ts";
import { checkSecurity, matchParameters } from "./parameters.ts";
import {
  checkReRandomizationKey,
  formerReRandomizationKey,
  type ReRandomizationKey,
  reRandomizationKey,
} from "./re-randomization.ts";
import {
  type DeserializeOptions,
  type KeyOptions,
  safeDeserialize,
  safeSerialize,
  standalone,
} from "./safe-serialize.ts";

/** What TFHE-rs's `CompressedServerKey` holds. */
export interface SerializedServerKey extends SeededServerKey {
  /**
   * Encryptions of zero under the small key for the drift technique, which keys of TFHE-rs 1.0 to 1.3 have; `null` if
   * there are none. Tacet carries them along.
   */
  readonly driftZeros: SeededBodies | null;
  /** The bootstrap key of the small key that random generation has to itself; `null` if there is none. */
  readonly oprf: SeededBodies | null;
  /** Keys for what Tacet does not do, which it carries along; `null` if there are none. */
  readonly extras: ServerKeyExtras | null;
  /** Bytes that an application attached. */
  readonly tag: Uint8Array;
}

/** Parts of a server key that Tacet has no use for, each `null` if there is none. */
export interface ServerKeyExtras {
  readonly compression: SeededCompressionKey | null;
  readonly decompression: SeededDecompressionKey | null;
  readonly noiseSquashing: SeededNoiseSquashingKey | null;
  readonly noiseSquashingCompression: SeededNoiseSquashingCompressionKey | null;
  readonly reRandomization: ReRandomizationKey | null;
}

const NO_EXTRAS: ServerKeyExtras = {
  compression: null,
  decompression: null,
  noiseSquashing: null,
  noiseSquashingCompression: null,
  reRandomization: null,
};

/** `CompressedStandardAtomicPatternServerKey`. */
const standardKeys = versioned(
  0,
  struct({ keySwitch: seededKeySwitchKey, bootstrap: bootstrapKey, pbsOrder }),
);

const limits = { messageModulus: count, carryModulus: count, maxDegree: count, maxNoiseLevel: count };

/** `shortint::CompressedServerKey`. */
const shortintKey = versioned(3, struct({ keys: versioned(0, standardPattern(standardKeys)), ...limits }), {
  2: mapped(
    struct({
      keySwitch: seededKeySwitchKey,
      bootstrap: bootstrapKey,
      ...limits,
      modulus: nativeModulus,
      pbsOrder,
    }),
    ({ keySwitch, bootstrap, modulus: _modulus, pbsOrder, ...limits }) => ({
      keys: { keySwitch, bootstrap, pbsOrder },
      ...limits,
    }),
    ({ keys, ...limits }) => ({ ...keys, ...limits, modulus: null }),
  ),
});

/** `CompressedOprfServerKey` of `integer` around that of `shortint`. */
const oprfKey = versioned(0, versioned(0, versioned(0, classic(seededBootstrapKey))));

const integerFields = {
  key: versioned(2, shortintKey),
  casting: optional(castingKey),
  compression: optional(compressionKey),
  decompression: optional(decompressionKey),
  noiseSquashing: optional(noiseSquashingKey),
  noiseSquashingCompression: optional(noiseSquashingCompressionKey),
  reRandomization: optional(reRandomizationKey),
  oprf: optional(oprfKey),
};

type IntegerKey = {
  [Field in keyof typeof integerFields]: ReturnType<(typeof integerFields)[Field]["read"]>;
};

const lacking = (missing: Partial<IntegerKey>, fields = integerFields): Codec<IntegerKey> =>
  struct<IntegerKey>(fields, missing);

const BEFORE_7 = { oprf: null };
const BEFORE_5 = { ...BEFORE_7, reRandomization: null };
const BEFORE_4 = { ...BEFORE_5, noiseSquashingCompression: null };
const BEFORE_3 = { ...BEFORE_4, noiseSquashing: null };

/** `IntegerCompressedServerKey`. */
const integerKey: Codec<IntegerKey> = versioned(7, struct<IntegerKey>(integerFields), {
  6: lacking(BEFORE_7),
  5: lacking(BEFORE_7, { ...integerFields, reRandomization: optional(formerReRandomizationKey) }),
  4: lacking(BEFORE_5),
  3: lacking(BEFORE_4),
  2: lacking(BEFORE_3),
});

/** `CompressedServerKey`. */
const layout = versioned(2, struct({ key: integerKey, tag: taggedBytes }));

type Layout = typeof layout extends Codec<infer T> ? T : never;

function fromLayout(
  { key: { key, casting, oprf, ...extras }, tag }: Layout,
  fail: Fail,
  format: Format,
): SerializedServerKey {
  const { keySwitch, bootstrap } = key.keys;
  const drift = typeof bootstrap.modulusSwitch === "string" ? null : bootstrap.modulusSwitch;
  const parameters = matchParameters(
    {
      messageModulus: key.messageModulus,
      carryModulus: key.carryModulus,
      maxNoiseLevel: key.maxNoiseLevel,
      lweDimension: keySwitch.outputLweSize - 1,
      ksBaseLog: keySwitch.baseLog,
      ksLevel: keySwitch.level,
      ...bootstrapValues(bootstrap.key),
      modulusSwitch: modulusSwitchOf(bootstrap.modulusSwitch),
    },
    fail,
    format,
  );
  const expect = (what: string, found: number, expected: number): void => {
    if (found !== expected) fail(`${what} is ${found}; the parameters say ${expected}`);
  };
  expect("maximum degree", key.maxDegree, maxDegree(parameters));
  expect("length of the key-switching key", keySwitch.bodies.length, keySwitchBodyCount(parameters));
  expect("length of the bootstrap key", bootstrap.key.bodies.length, bootstrapBodyCount(parameters));
  if (drift !== null) expect("size of the drift zeros", drift.zeros.lweSize - 1, parameters.lweDimension);
  if (oprf !== null) {
    const values = bootstrapValues(oprf);
    for (const [field, value] of Object.entries(values)) {
      expect(`${field} of the OPRF key`, value, parameters[field as keyof typeof values]);
    }
    expect("length of the OPRF key", oprf.bodies.length, bootstrapBodyCount(parameters));
  }
  const castingKey = casting && fromWireCasting(casting, parameters, fail);
  checkExtras(extras, castingKey, parameters, fail);
  return {
    parameters,
    keySwitch: { seed: keySwitch.seed, bodies: keySwitch.bodies },
    bootstrap: { seed: bootstrap.key.seed, bodies: bootstrap.key.bodies },
    casting: castingKey,
    driftZeros: drift && { seed: drift.zeros.seed, bodies: drift.zeros.bodies },
    oprf: oprf && { seed: oprf.seed, bodies: oprf.bodies },
    extras: Object.values(extras).some((part) => part !== null) ? extras : null,
    tag,
  };
}

function checkExtras(
  extras: ServerKeyExtras,
  casting: SeededCastingKey | null,
  parameters: ParameterSet,
  fail: Fail,
): void {
  const { compression, decompression, noiseSquashing, noiseSquashingCompression, reRandomization } = extras;
  checkCompressionKeys(compression, decompression, parameters, fail);
  checkNoiseSquashingKeys(noiseSquashing, noiseSquashingCompression, parameters, fail);
  if (reRandomization !== null) checkReRandomizationKey(reRandomization, casting, parameters, fail);
}

const modulusSwitchOf = (found: ModulusSwitch<WireDrift>): ParameterSet["modulusSwitch"] => {
  if (typeof found === "string") return found;
  const { zeros, ...bounds } = found;
  return { zeros: zeros.bodies.length, ...bounds };
};

function toLayout(key: SerializedServerKey): Layout {
  const { parameters, keySwitch, bootstrap, casting, driftZeros, oprf, extras, tag } = key;
  return {
    key: {
      key: {
        keys: {
          keySwitch: toKeySwitchLayout(keySwitch, parameters),
          bootstrap: {
            key: toBootstrapLayout(bootstrap, parameters),
            modulusSwitch: toModulusSwitchLayout(parameters, driftZeros),
          },
          pbsOrder: null,
        },
        messageModulus: parameters.messageModulus,
        carryModulus: parameters.carryModulus,
        maxDegree: maxDegree(parameters),
        maxNoiseLevel: parameters.maxNoiseLevel,
      },
      casting: casting && toWireCasting(casting, parameters),
      ...(extras ?? NO_EXTRAS),
      oprf: oprf && toBootstrapLayout(oprf, parameters),
    },
    tag,
  };
}

function toModulusSwitchLayout(
  { modulusSwitch, lweDimension }: ParameterSet,
  driftZeros: SeededBodies | null,
): ModulusSwitch<WireDrift> {
  if (typeof modulusSwitch === "string") return modulusSwitch;
  if (driftZeros === null) throw new TypeError("no encryptions of zero for the drift technique");
  return { ...modulusSwitch, zeros: { ...driftZeros, lweSize: lweDimension + 1, modulus: null } };
}

const toKeySwitchLayout = ({ seed, bodies }: SeededBodies, parameters: ParameterSet): WireKeySwitchKey => ({
  bodies,
  baseLog: parameters.ksBaseLog,
  level: parameters.ksLevel,
  outputLweSize: parameters.lweDimension + 1,
  seed,
  modulus: null,
});

const toBootstrapLayout = ({ seed, bodies }: SeededBodies, parameters: ParameterSet): WireBootstrapKey => ({
  bodies,
  glweSize: parameters.glweDimension + 1,
  polynomialSize: parameters.polynomialSize,
  baseLog: parameters.pbsBaseLog,
  level: parameters.pbsLevel,
  seed,
  modulus: null,
});

const bootstrapValues = (key: WireBootstrapKey) => ({
  glweDimension: key.glweSize - 1,
  polynomialSize: key.polynomialSize,
  pbsBaseLog: key.baseLog,
  pbsLevel: key.level,
});

/** The largest degree of a block that leaves room for the carry of its neighbour. */
export const maxDegree = (parameters: ParameterSet): number =>
  blockCapacity(parameters) - parameters.carryModulus;

const serverKey: Codec<SerializedServerKey> = standalone(
  "high_level_api::CompressedServerKey",
  mapped(layout, fromLayout, toLayout),
);

/** The bytes of a seeded server key in TFHE-rs 1.7's format. */
export function serializeServerKey(key: SerializedServerKey): Uint8Array<ArrayBuffer> {
  return safeSerialize(serverKey, key);
}

/**
 * Reads a compressed server key in the format of TFHE-rs 1.0 to 1.7.
 *
 * @throws DeserializationError if the bytes are not one, or one with parts or parameters that Tacet lacks.
 * @throws ParameterError if its parameters are insecure and `allowInsecureParameters` is not set.
 */
export function deserializeServerKey(
  input: Uint8Array,
  options: DeserializeOptions & KeyOptions = {},
): SerializedServerKey {
  const key = safeDeserialize(serverKey, input, options);
  checkSecurity(key.parameters, options);
  return key;
}
