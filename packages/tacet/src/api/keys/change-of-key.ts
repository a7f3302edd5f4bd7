import { MismatchError, ParameterError } from "../../errors.ts";
import { describe } from "../../opaque.ts";
import type { ParameterSet } from "../../parameters/parameter-set.ts";
import type { ProgressOptions } from "../../progress.ts";
import { decryptLwe } from "../../scheme/lwe/lwe.ts";
import type { SecretKey } from "../../scheme/secret-key/secret-key.ts";
import type { ExpandedKey } from "../../scheme/server-key/expanded-key.ts";
import { ExpandedServerKey, expansionOf } from "./expanded-server-key.ts";
import { ServerKey } from "./server-key.ts";

/* What keys that lead from one client key to another have in common. */

/** What an expanded key may have beside what computes. */
export const NO_PARTS = {
  casting: null,
  oprf: null,
  compression: null,
  decompression: null,
  transciphering: null,
  reRandomization: null,
  noiseSquashing: null,
  noiseSquashingCompression: null,
} as const;

/** @throws ParameterError for parameter sets whose blocks hold different integers. */
export function checkSameModuli(from: ParameterSet, to: ParameterSet): void {
  if (from.messageModulus === to.messageModulus && from.carryModulus === to.carryModulus) return;
  throw new ParameterError(`${from.name} has other message and carry moduli than ${to.name}`);
}

/**
 * What computes of a server key of a client key.
 *
 * @throws TypeError if it is none, ParameterError if it is of other parameters, MismatchError if it is of another client
 *   key.
 */
export async function computingKeyOf(
  serverKey: ServerKey | ExpandedServerKey,
  secret: Pick<SecretKey, "parameters" | "lwe" | "glwe">,
  { signal }: ProgressOptions,
): Promise<ExpandedKey> {
  const { name } = secret.parameters;
  if (!(serverKey instanceof ServerKey || serverKey instanceof ExpandedServerKey)) {
    throw new TypeError(`expected a ServerKey, not ${describe(serverKey)}`);
  }
  if (serverKey.parameters.name !== name) {
    throw new ParameterError(
      `the server key is of ${serverKey.parameters.name}, and the client key of ${name}`,
    );
  }
  const expanded = serverKey instanceof ServerKey ? await serverKey.expand({ parts: [], signal }) : serverKey;
  const key = expansionOf(expanded);
  checkSecret(key, secret);
  return { ...key, ...NO_PARTS };
}

/** Rows of a key switch of which a key of another secret has one in eight like its own. */
const ROWS = 32;
/** An eighth of the torus about 0. */
const NEAR = 1n << 60n;

/** @throws MismatchError unless the key switch is between the keys of a secret: its rows for bits that are 0 are noise. */
function checkSecret(
  { keySwitch }: ExpandedKey,
  { parameters, lwe, glwe }: Pick<SecretKey, "parameters" | "lwe" | "glwe">,
): void {
  const size = parameters.lweDimension + 1;
  const zeros = Array.from(glwe.keys()).filter((i) => glwe[i] === 0);
  for (const i of zeros.slice(0, ROWS)) {
    const row = i * parameters.ksLevel * size;
    const phase = BigInt.asIntN(64, decryptLwe(keySwitch.subarray(row, row + size), lwe));
    if (phase < NEAR && phase > -NEAR) continue;
    throw new MismatchError(
      "the server key is of another client key than the one that is led to: ServerKey.from(clientKey) makes its own",
    );
  }
}
