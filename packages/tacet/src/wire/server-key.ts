import { blockCapacity, type ParameterSet } from "../parameters/parameter-set.ts";
import {
  bootstrapBodyCount,
  keySwitchBodyCount,
  type SeededBodies,
  type SeededServerKey,
} from "../scheme/server-key.ts";
import { absent, type Codec, type Fail, mapped, optional, struct, variant, versioned } from "./codec.ts";
import {
  centredMeanModulusSwitch,
  count,
  pbsOrder,
  seededBootstrapKey,
  seededKeySwitchKey,
  standardPattern,
  taggedBytes,
  type WireBootstrapKey,
  type WireKeySwitchKey,
} from "./core.ts";
import { checkSecurity, type KeyOptions, matchParameters } from "./parameters.ts";
import { type DeserializeOptions, safeDeserialize, safeSerialize, standalone } from "./safe-serialize.ts";

/** What TFHE-rs's `CompressedServerKey` holds. */
export interface SerializedServerKey extends SeededServerKey {
  /** The bootstrap key of the small key that random generation has to itself; `null` if there is none. */
  readonly oprf: SeededBodies | null;
  /** Bytes that an application attached. */
  readonly tag: Uint8Array;
}

const bootstrapKinds = ["classic bootstrap key", "multi-bit bootstrap key"];

/** `CompressedStandardAtomicPatternServerKey`. */
const standardKeys = versioned(
  0,
  struct({
    keySwitch: seededKeySwitchKey,
    bootstrap: versioned(
      3,
      variant(
        bootstrapKinds,
        0,
        struct({ key: seededBootstrapKey, modulusSwitch: centredMeanModulusSwitch }),
      ),
    ),
    pbsOrder,
  }),
);

/** `shortint::CompressedServerKey`. */
const shortintKey = versioned(
  3,
  struct({
    keys: versioned(0, standardPattern(standardKeys)),
    messageModulus: count,
    carryModulus: count,
    maxDegree: count,
    maxNoiseLevel: count,
  }),
);

/** `CompressedOprfServerKey` of `integer` around that of `shortint`. */
const oprfKey = versioned(0, versioned(0, versioned(0, variant(bootstrapKinds, 0, seededBootstrapKey))));

/** `CompressedServerKey`, `IntegerCompressedServerKey` and `integer::CompressedServerKey`, from the outside in. */
const layout = versioned(
  2,
  struct({
    key: versioned(
      7,
      struct({
        key: versioned(2, shortintKey),
        compactKeySwitchingKey: absent,
        compressionKey: absent,
        decompressionKey: absent,
        noiseSquashingKey: absent,
        noiseSquashingCompressionKey: absent,
        reRandomizationKey: absent,
        oprf: optional(oprfKey),
      }),
    ),
    tag: taggedBytes,
  }),
);

type Layout = typeof layout extends Codec<infer T> ? T : never;

function fromLayout({ key: { key, oprf }, tag }: Layout, fail: Fail): SerializedServerKey {
  const { keySwitch, bootstrap } = key.keys;
  const parameters = matchParameters(
    {
      messageModulus: key.messageModulus,
      carryModulus: key.carryModulus,
      maxNoiseLevel: key.maxNoiseLevel,
      lweDimension: keySwitch.outputLweSize - 1,
      ksBaseLog: keySwitch.baseLog,
      ksLevel: keySwitch.level,
      ...bootstrapValues(bootstrap.key),
    },
    fail,
  );
  const expect = (what: string, found: number, expected: number): void => {
    if (found !== expected) fail(`${what} is ${found}; the parameters say ${expected}`);
  };
  expect("maximum degree", key.maxDegree, maxDegree(parameters));
  expect("length of the key-switching key", keySwitch.bodies.length, keySwitchBodyCount(parameters));
  expect("length of the bootstrap key", bootstrap.key.bodies.length, bootstrapBodyCount(parameters));
  if (oprf !== null) {
    const values = bootstrapValues(oprf);
    for (const [field, value] of Object.entries(values)) {
      expect(`${field} of the OPRF key`, value, parameters[field as keyof typeof values]);
    }
    expect("length of the OPRF key", oprf.bodies.length, bootstrapBodyCount(parameters));
  }
  return {
    parameters,
    keySwitch: { seed: keySwitch.seed, bodies: keySwitch.bodies },
    bootstrap: { seed: bootstrap.key.seed, bodies: bootstrap.key.bodies },
    oprf: oprf && { seed: oprf.seed, bodies: oprf.bodies },
    tag,
  };
}

function toLayout({ parameters, keySwitch, bootstrap, oprf, tag }: SerializedServerKey): Layout {
  return {
    key: {
      key: {
        keys: {
          keySwitch: toKeySwitchLayout(keySwitch, parameters),
          bootstrap: { key: toBootstrapLayout(bootstrap, parameters), modulusSwitch: null },
          pbsOrder: null,
        },
        messageModulus: parameters.messageModulus,
        carryModulus: parameters.carryModulus,
        maxDegree: maxDegree(parameters),
        maxNoiseLevel: parameters.maxNoiseLevel,
      },
      compactKeySwitchingKey: null,
      compressionKey: null,
      decompressionKey: null,
      noiseSquashingKey: null,
      noiseSquashingCompressionKey: null,
      reRandomizationKey: null,
      oprf: oprf && toBootstrapLayout(oprf, parameters),
    },
    tag,
  };
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
const maxDegree = (parameters: ParameterSet): number => blockCapacity(parameters) - parameters.carryModulus;

const serverKey: Codec<SerializedServerKey> = standalone(
  "high_level_api::CompressedServerKey",
  mapped(layout, fromLayout, toLayout),
);

/** The bytes of a seeded server key in TFHE-rs 1.7's format. */
export function serializeServerKey(key: SerializedServerKey): Uint8Array<ArrayBuffer> {
  return safeSerialize(serverKey, key);
}

/**
 * Reads a compressed server key in TFHE-rs 1.7's format.
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
