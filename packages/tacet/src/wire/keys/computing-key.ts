import type { ParameterSet } from "../../parameters/parameter-set.ts";
import {
  type ExpandedKey,
  type FourierBootstrapKey,
  fourierElements,
  ggswElements,
  keySwitchElements,
} from "../../scheme/server-key/expanded-key.ts";
import { type Codec, type Fail, mapped, struct, versioned } from "../bincode/codec.ts";
import type { Format } from "../bincode/reader.ts";
import { expectEqual } from "../core/checks.ts";
import {
  count,
  type ModulusSwitch,
  modulusSwitch,
  nativeModulus,
  optionalDrift,
  pbsOrder,
  standardPattern,
} from "../core/core.ts";
import { matchParameters } from "../core/parameters.ts";
import { core64, type WireExpandedKeySwitchKey, type WireLweList } from "../core/torus.ts";
import {
  classicBootstrap,
  expandedDriftKey,
  fromWireModulusSwitch,
  toWireModulusSwitch,
  type WireBootstrap,
  type WireDrift,
} from "./bootstrap-key.ts";
import { fourierBootstrapKey, type WireFourierKey } from "./fourier-key.ts";
import { maxDegree } from "./server-key.ts";

/** What TFHE-rs's `shortint::ServerKey` holds: what computes, of all that an expanded server key may have. */
export type ComputingKey = Pick<ExpandedKey, "parameters" | "keySwitch" | "bootstrap" | "driftZeros">;

/** `SerializableShortintBootstrappingKey`. */
export const expandedBootstrapKey: Codec<WireBootstrap<WireFourierKey, WireLweList>> = versioned(
  2,
  classicBootstrap(fourierBootstrapKey, modulusSwitch(expandedDriftKey)),
  {
    1: classicBootstrap(fourierBootstrapKey, optionalDrift(expandedDriftKey)),
  },
);

/** `StandardAtomicPatternServerKey`. */
const standardKeys = versioned(
  0,
  struct({ keySwitch: core64.keySwitchKey, bootstrap: expandedBootstrapKey, pbsOrder }),
);

const limits = {
  messageModulus: count,
  carryModulus: count,
  maxDegree: count,
  maxNoiseLevel: count,
  modulus: nativeModulus,
};

/** `shortint::ServerKey`, as it is written. */
export interface WireComputingKey {
  keys: {
    keySwitch: WireExpandedKeySwitchKey;
    bootstrap: WireBootstrap<WireFourierKey, WireLweList>;
    pbsOrder: null;
  };
  messageModulus: number;
  carryModulus: number;
  maxDegree: number;
  maxNoiseLevel: number;
  modulus: null;
}

/** `shortint::ServerKey`. */
export const computingKey: Codec<WireComputingKey> = versioned(
  2,
  struct({ keys: versioned(0, standardPattern(standardKeys)), ...limits }),
  {
    1: mapped(
      struct({ keySwitch: core64.keySwitchKey, bootstrap: expandedBootstrapKey, ...limits, pbsOrder }),
      ({ keySwitch, bootstrap, pbsOrder, ...limits }) => ({
        keys: { keySwitch, bootstrap, pbsOrder },
        ...limits,
      }),
      ({ keys, ...limits }) => ({ ...keys, ...limits }),
    ),
  },
);

/** A computing key that has been read, if its parts go together. */
export function fromComputingKey(key: WireComputingKey, fail: Fail, format: Format): ComputingKey {
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
      modulusSwitch: fromWireModulusSwitch(
        bootstrap.modulusSwitch,
        ({ data, lweSize }) => data.length / lweSize,
      ),
    },
    fail,
    format,
  );
  const { data, outputLweSize } = keySwitch;
  expectEqual("maximum degree", key.maxDegree, maxDegree(parameters), fail);
  expectEqual("size of the key-switching key's ciphertexts", outputLweSize, lweDimension + 1, fail);
  expectEqual("length of the key-switching key", data.length, keySwitchElements(parameters), fail);
  return {
    parameters,
    keySwitch: data,
    bootstrap: checkFourierKey("bootstrap key", bootstrap.key, parameters, fail),
    driftZeros: driftZerosOf(bootstrap.modulusSwitch, lweDimension + 1, fail),
  };
}

/** The values of a bootstrap key, if it is one of a parameter set. */
export function checkFourierKey(
  what: string,
  wire: WireFourierKey,
  parameters: ParameterSet,
  fail: Fail,
): FourierBootstrapKey {
  const values = valuesOf(wire);
  for (const field of Object.keys(values) as (keyof typeof values)[]) {
    expectEqual(`${field} of the ${what}`, values[field], parameters[field], fail);
  }
  const coefficients = wire.polynomials.values;
  expectEqual(`length of the ${what}`, coefficients.length, fourierElements(parameters), fail);
  return coefficients;
}

/** The reverse of `fromComputingKey`. */
export function toComputingKey({
  parameters,
  keySwitch,
  bootstrap,
  driftZeros,
}: ComputingKey): WireComputingKey {
  const { lweDimension, ksBaseLog, ksLevel, messageModulus, carryModulus, maxNoiseLevel } = parameters;
  const zeros = driftZeros && { data: driftZeros, lweSize: lweDimension + 1, modulus: null };
  return {
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
        modulusSwitch: toWireModulusSwitch(parameters, zeros),
      },
      pbsOrder: null,
    },
    messageModulus,
    carryModulus,
    maxDegree: maxDegree(parameters),
    maxNoiseLevel,
    modulus: null,
  };
}

const valuesOf = ({ polynomials, lweDimension, glweSize, baseLog, level }: WireFourierKey) => ({
  lweDimension,
  glweDimension: glweSize - 1,
  polynomialSize: polynomials.polynomialSize,
  pbsBaseLog: baseLog,
  pbsLevel: level,
});

function driftZerosOf(
  found: ModulusSwitch<WireDrift<WireLweList>>,
  size: number,
  fail: Fail,
): BigUint64Array<ArrayBuffer> | null {
  if (typeof found === "string") return null;
  const { data, lweSize } = found.zeros;
  expectEqual("size of the drift zeros", lweSize, size, fail);
  if (data.length % size !== 0) fail(`${data.length} elements of drift zeros of ${size} each`);
  return data;
}

/** The reverse of `checkFourierKey`, for a key of any input dimension. */
export const toFourierLayout = (values: FourierBootstrapKey, parameters: ParameterSet): WireFourierKey => ({
  polynomials: { polynomialSize: parameters.polynomialSize, values },
  lweDimension: values.length / ggswElements(parameters),
  glweSize: parameters.glweDimension + 1,
  baseLog: parameters.pbsBaseLog,
  level: parameters.pbsLevel,
});
