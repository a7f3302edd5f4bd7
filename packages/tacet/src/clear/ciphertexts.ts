import type { BlockCiphertext, SwitchedCiphertext } from "../engine/ciphertext.ts";
import { MismatchError } from "../errors.ts";
import type { BlockForm } from "../graph/block.ts";
import { bigLweDimension, blockCapacity, type ParameterSet } from "../parameters/parameter-set.ts";
import { decode, encode, isTrivialLwe } from "../scheme/lwe/encoding.ts";

/* Ciphertexts that hide nothing: their masks are 0, so that their bodies are what anybody reads. */

/** Why what is encrypted is not taken in, and what would be. */
const REFUSED =
  "a clear engine has no key, and computes only on what hides nothing: on what encryptTrivial gives in place of encrypt, " +
  "and on results of clear engines; ";

/** The error for something else that is given to a clear engine. */
export function refusal(what: string): MismatchError {
  return new MismatchError(`${REFUSED}${what}`);
}

/**
 * The value of a ciphertext. Of what a seed gives, whose value depends on a key, it is what a key of ones would find.
 *
 * @throws MismatchError for one that hides something.
 */
export function clearValue(
  ciphertext: BlockCiphertext | SwitchedCiphertext,
  form: BlockForm,
  parameters: ParameterSet,
): number {
  if ("lwe" in ciphertext) {
    const { lwe } = ciphertext;
    if (!isTrivialLwe(lwe)) throw refusal("this ciphertext is encrypted");
    return decode(lwe[lwe.length - 1], parameters);
  }
  const { elements, degree } = ciphertext;
  const modulus = 2 * parameters.polynomialSize;
  if (form === "random") {
    const phase = elements.reduce((sum, element) => (sum + element) % modulus, 0);
    return Math.floor((phase * (degree + 1)) / modulus);
  }
  if (elements.subarray(0, -1).some((element) => element !== 0)) {
    throw refusal(form === "stored" ? "this list is encrypted" : "this compressed ciphertext is encrypted");
  }
  const step = stepOf(parameters);
  return Math.floor(elements[elements.length - 1] / step + 0.5) % blockCapacity(parameters);
}

/** The ciphertext of a value, as it would be under the big key. */
export function trivialLwe(value: number, parameters: ParameterSet): BigUint64Array {
  const lwe = new BigUint64Array(bigLweDimension(parameters) + 1);
  lwe[lwe.length - 1] = encode(value, parameters);
  return lwe;
}

/** The same as it would be after the modulus switch. */
export function trivialSwitched(value: number, parameters: ParameterSet): Uint32Array {
  const elements = new Uint32Array(parameters.lweDimension + 1);
  elements[elements.length - 1] = value * stepOf(parameters);
  return elements;
}

/** The distance of neighbouring values of a block among the integers modulo 2N. */
function stepOf(parameters: ParameterSet): number {
  return parameters.polynomialSize / blockCapacity(parameters);
}
