import type { ParameterSet } from "../parameters/parameter-set.ts";
import {
  castSize,
  type ExpandedCastingKey,
  type ExpandedServerKey,
  type FourierBootstrapKey,
  fourierElements,
  keySwitchElements,
} from "../scheme/expanded-key.ts";
import { classic } from "./bootstrap-key.ts";
import {
  absent,
  type Codec,
  constant,
  type Fail,
  type Format,
  mapped,
  nothing,
  optional,
  struct,
  versioned,
} from "./codec.ts";
import {
  count,
  keySwitchKey,
  lweCiphertextList,
  type ModulusSwitch,
  modulusSwitch,
  nativeModulus,
  optionalDrift,
  pbsOrder,
  real,
  standardPattern,
  taggedBytes,
  type WireExpandedKeySwitchKey,
  type WireLweList,
} from "./core.ts";
import { fourierBootstrapKey, type WireFourierKey } from "./fourier-key.ts";
import { checkSecurity, keyChoice, matchParameters } from "./parameters.ts";
import { i8 } from "./primitives.ts";
import {
  type DeserializeOptions,
  type KeyOptions,
  safeDeserialize,
  safeSerialize,
  standalone,
} from "./safe-serialize.ts";
import { maxDegree } from "./server-key.ts";

/** What TFHE-rs's `ServerKey` holds. */
export interface SerializedExpandedKey extends ExpandedServerKey {
  /** Bytes that an application attached. */
  readonly tag: Uint8Array;
}

/** `ModulusSwitchNoiseReductionKey`. */
interface WireDrift {
  zeros: WireLweList;
  bound: number;
  sigmaFactor: number;
  inputVariance: number;
}

const driftFields = struct<WireDrift>({
  zeros: lweCiphertextList,
  bound: real,
  sigmaFactor: real,
  inputVariance: real,
});

const driftKey: Codec<WireDrift> = versioned(1, driftFields, { 0: driftFields });

interface WireBootstrap {
  key: WireFourierKey;
  modulusSwitch: ModulusSwitch<WireDrift>;
}

const bootstrapFields = { key: fourierBootstrapKey, modulusSwitch: modulusSwitch(driftKey) };

/** `SerializableShortintBootstrappingKey`. */
const bootstrapKey: Codec<WireBootstrap> = versioned(2, classic(struct<WireBootstrap>(bootstrapFields)), {
  1: classic(struct<WireBootstrap>({ ...bootstrapFields, modulusSwitch: optionalDrift(driftKey) })),
  0: classic(struct<WireBootstrap>(bootstrapFields, { modulusSwitch: "standard" })),
});

/** `StandardAtomicPatternServerKey`. */
const standardKeys = versioned(0, struct({ keySwitch: keySwitchKey, bootstrap: bootstrapKey, pbsOrder }));

const limits = {
  messageModulus: count,
  carryModulus: count,
  maxDegree: count,
  maxNoiseLevel: count,
  modulus: nativeModulus,
};

/** `shortint::ServerKey`. */
const shortintKey = versioned(2, struct({ keys: versioned(0, standardPattern(standardKeys)), ...limits }), {
  1: mapped(
    struct({ keySwitch: keySwitchKey, bootstrap: bootstrapKey, ...limits, pbsOrder }),
    ({ keySwitch, bootstrap, pbsOrder, ...limits }) => ({
      keys: { keySwitch, bootstrap, pbsOrder },
      ...limits,
    }),
    ({ keys, ...limits }) => ({ ...keys, ...limits }),
  ),
});

interface WireCasting {
  key: WireExpandedKeySwitchKey;
  rightShift: null;
  destination: "big" | "small";
  destinationPattern: null;
}

const castingFields = {
  key: keySwitchKey,
  rightShift: constant(i8, 0),
  destination: keyChoice,
  destinationPattern: versioned(0, standardPattern(nothing)),
};

/** `KeySwitchingKeyMaterial` of `integer` around that of `shortint`. */
const castingKey: Codec<WireCasting> = versioned(
  0,
  versioned(1, struct<WireCasting>(castingFields), {
    0: struct<WireCasting>(castingFields, { destinationPattern: null }),
  }),
);

/** `OprfServerKey` of `integer` around that of `shortint`. */
const oprfKey = versioned(0, versioned(0, versioned(0, classic(fourierBootstrapKey))));

const integerFields = {
  key: versioned(1, shortintKey),
  casting: optional(castingKey),
  compressionKey: absent,
  decompressionKey: absent,
  noiseSquashingKey: absent,
  noiseSquashingCompressionKey: absent,
  reRandomizationKey: absent,
  oprf: optional(oprfKey),
};

type IntegerKey = {
  [Field in keyof typeof integerFields]: ReturnType<(typeof integerFields)[Field]["read"]>;
};

const lacking = (missing: Partial<IntegerKey>): Codec<IntegerKey> =>
  struct<IntegerKey>(integerFields, missing);

const BEFORE_9 = { oprf: null };
const BEFORE_7 = { ...BEFORE_9, reRandomizationKey: null };
const BEFORE_6 = { ...BEFORE_7, noiseSquashingCompressionKey: null };
const BEFORE_5 = { ...BEFORE_6, noiseSquashingKey: null };

/** `IntegerServerKey`. Versions 7 and 8 differ in a key only that is refused. */
const integerKey: Codec<IntegerKey> = versioned(9, struct<IntegerKey>(integerFields), {
  8: lacking(BEFORE_9),
  7: lacking(BEFORE_9),
  6: lacking(BEFORE_7),
  5: lacking(BEFORE_6),
  4: lacking(BEFORE_5),
});

/** `ServerKey`. */
const layout = versioned(3, struct({ key: integerKey, tag: taggedBytes }));

type Layout = typeof layout extends Codec<infer T> ? T : never;

function fromLayout(
  { key: { key, casting, oprf }, tag }: Layout,
  fail: Fail,
  format: Format,
): SerializedExpandedKey {
  const { keySwitch, bootstrap } = key.keys;
  const { lweDimension, ...bootstrapValues } = valuesOf(bootstrap.key);
  const parameters = matchParameters(
    {
      messageModulus: key.messageModulus,
      carryModulus: key.carryModulus,
      maxNoiseLevel: key.maxNoiseLevel,
      lweDimension,
      ksBaseLog: keySwitch.baseLog,
      ksLevel: keySwitch.level,
      ...bootstrapValues,
      modulusSwitch: modulusSwitchOf(bootstrap.modulusSwitch),
    },
    fail,
    format,
  );
  const expect = (what: string, found: number, expected: number): void => {
    if (found !== expected) fail(`${what} is ${found}; the parameters say ${expected}`);
  };
  const expectBootstrap = (what: string, wire: WireFourierKey): FourierBootstrapKey => {
    for (const [field, value] of Object.entries(valuesOf(wire))) {
      expect(`${field} of the ${what}`, value, parameters[field as keyof ReturnType<typeof valuesOf>]);
    }
    const { values } = wire.polynomials;
    expect(`length of the ${what}`, values.length, fourierElements(parameters));
    return values;
  };
  expect("maximum degree", key.maxDegree, maxDegree(parameters));
  expect("size of the key-switching key's ciphertexts", keySwitch.outputLweSize, lweDimension + 1);
  expect("length of the key-switching key", keySwitch.data.length, keySwitchElements(parameters));
  return {
    parameters,
    keySwitch: keySwitch.data,
    bootstrap: expectBootstrap("bootstrap key", bootstrap.key),
    casting: casting && fromCastingLayout(casting, parameters, fail),
    driftZeros: driftZerosOf(bootstrap.modulusSwitch, lweDimension + 1, fail),
    oprf: oprf && expectBootstrap("OPRF key", oprf),
    tag,
  };
}

const valuesOf = ({ polynomials, lweDimension, glweSize, baseLog, level }: WireFourierKey) => ({
  lweDimension,
  glweDimension: glweSize - 1,
  polynomialSize: polynomials.polynomialSize,
  pbsBaseLog: baseLog,
  pbsLevel: level,
});

function modulusSwitchOf(found: ModulusSwitch<WireDrift>): ParameterSet["modulusSwitch"] {
  if (typeof found === "string") return found;
  const { zeros, ...bounds } = found;
  return { zeros: zeros.data.length / zeros.lweSize, ...bounds };
}

function driftZerosOf(
  found: ModulusSwitch<WireDrift>,
  size: number,
  fail: Fail,
): BigUint64Array<ArrayBuffer> | null {
  if (typeof found === "string") return null;
  const { data, lweSize } = found.zeros;
  if (lweSize !== size || data.length % size !== 0) {
    fail(`drift zeros of ${data.length} elements in ciphertexts of ${lweSize}; the parameters say ${size}`);
  }
  return data;
}

function fromCastingLayout(
  { key, destination }: WireCasting,
  parameters: ParameterSet,
  fail: Fail,
): ExpandedCastingKey {
  const { data, baseLog, level, outputLweSize } = key;
  const size = castSize(parameters, destination);
  if (outputLweSize !== size) {
    fail(
      `casting key to LWE ciphertexts of ${outputLweSize} elements; the ${destination} key's have ${size}`,
    );
  }
  if (level < 1 || baseLog < 1 || level * baseLog > 63)
    fail(`casting key with ${level} levels of ${baseLog} bits`);
  const inputDimension = data.length / size / level;
  if (!Number.isInteger(inputDimension) || inputDimension < 1 || inputDimension > 65536) {
    fail(`casting key of ${data.length / size} rows in ${level} levels`);
  }
  return { rows: data, baseLog, level, inputDimension, destination };
}

function toLayout({
  parameters,
  keySwitch,
  bootstrap,
  casting,
  driftZeros,
  oprf,
  tag,
}: SerializedExpandedKey): Layout {
  const { lweDimension, ksBaseLog, ksLevel, messageModulus, carryModulus, maxNoiseLevel } = parameters;
  return {
    key: {
      key: {
        keys: {
          keySwitch: {
            data: keySwitch,
            baseLog: ksBaseLog,
            level: ksLevel,
            outputLweSize: lweDimension + 1,
            modulus: null,
          },
          bootstrap: {
            key: toFourierLayout(bootstrap, parameters),
            modulusSwitch: toModulusSwitchLayout(parameters, driftZeros),
          },
          pbsOrder: null,
        },
        messageModulus,
        carryModulus,
        maxDegree: maxDegree(parameters),
        maxNoiseLevel,
        modulus: null,
      },
      casting: casting && toCastingLayout(casting, parameters),
      compressionKey: null,
      decompressionKey: null,
      noiseSquashingKey: null,
      noiseSquashingCompressionKey: null,
      reRandomizationKey: null,
      oprf: oprf && toFourierLayout(oprf, parameters),
    },
    tag,
  };
}

const toFourierLayout = (values: FourierBootstrapKey, parameters: ParameterSet): WireFourierKey => ({
  polynomials: { polynomialSize: parameters.polynomialSize, values },
  lweDimension: parameters.lweDimension,
  glweSize: parameters.glweDimension + 1,
  baseLog: parameters.pbsBaseLog,
  level: parameters.pbsLevel,
});

function toModulusSwitchLayout(
  { modulusSwitch, lweDimension }: ParameterSet,
  driftZeros: BigUint64Array<ArrayBuffer> | null,
): ModulusSwitch<WireDrift> {
  if (typeof modulusSwitch === "string") return modulusSwitch;
  if (driftZeros === null) throw new TypeError("no encryptions of zero for the drift technique");
  return { ...modulusSwitch, zeros: { data: driftZeros, lweSize: lweDimension + 1, modulus: null } };
}

const toCastingLayout = (
  { rows, baseLog, level, destination }: ExpandedCastingKey,
  parameters: ParameterSet,
): WireCasting => {
  const outputLweSize = castSize(parameters, destination);
  const key = { data: rows, baseLog, level, outputLweSize, modulus: null };
  return { key, rightShift: null, destination, destinationPattern: null };
};

const expandedKey: Codec<SerializedExpandedKey> = standalone(
  "high_level_api::ServerKey",
  mapped(layout, fromLayout, toLayout),
);

/** The bytes of an expanded server key in TFHE-rs 1.7's format. */
export function serializeExpandedKey(key: SerializedExpandedKey): Uint8Array<ArrayBuffer> {
  return safeSerialize(expandedKey, key);
}

/**
 * Reads an expanded server key in the format of TFHE-rs 1.0 to 1.7.
 *
 * @throws DeserializationError if the bytes are not one, or one with parts or parameters that Tacet lacks.
 * @throws ParameterError if its parameters are insecure and `allowInsecureParameters` is not set.
 */
export function deserializeExpandedKey(
  input: Uint8Array,
  options: DeserializeOptions & KeyOptions = {},
): SerializedExpandedKey {
  const key = safeDeserialize(expandedKey, input, options);
  checkSecurity(key.parameters, options);
  return key;
}
