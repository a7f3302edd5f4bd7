import {
  ClientKey,
  type CompressionParameters,
  PARAM_PKE_TO_SMALL_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV2,
} from "tacet";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 } from "../../../tacet/src/parameters/sets.ts";

/** Packs results at toy parameters; see the library's own tests. */
const COMPRESSION: CompressionParameters = {
  ...{ name: "INSECURE_TOY_COMPRESSION", insecure: true, bootstrapLevel: 2, bootstrapBaseLog: 15 },
  ...{ packingLevel: 3, packingBaseLog: 4, noise: 20, polynomialSize: 256, glweDimension: 2 },
  ...{ ciphertextsPerGlwe: 20, storedBits: 11 },
};

const COMPACT = {
  ...PARAM_PKE_TO_SMALL_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV2,
  ...{ name: "INSECURE_TOY_COMPACT", lweDimension: 256, insecure: true },
  casting: { baseLog: 24, level: 1, destination: "big" },
} as const;

/** A client key that hides nothing, and bootstraps in microseconds; with lists of inputs and of results. */
export function toyClientKey(): Promise<ClientKey> {
  return ClientKey.generate({
    parameters: INSECURE_TOY_MESSAGE_2_CARRY_2,
    allowInsecureParameters: true,
    compression: COMPRESSION,
    compactKey: COMPACT,
  });
}
