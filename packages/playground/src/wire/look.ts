/** Zeros in a row that chance does not give: what is encrypted has a byte of noise in every eight. */
const ZEROS = 256;
/** Bytes without so many zeros that only an encrypted block has: what lies between trivial ones is shorter by far. */
const NOISE = 1024;

/**
 * The part of a ciphertext that is trivial, which is to say not encrypted: 0 if nothing is, 1 if everything is. The mask
 * of a trivial block is a long run of zeros, and its value is in the open.
 */
export function trivialPart(bytes: Uint8Array): number {
  let [trivial, encrypted] = [0, 0];
  let begin = 0; // of what lies between two long runs of zeros
  let zeros = 0;
  for (let i = 0; i <= bytes.length; i++) {
    if (bytes[i] === 0) {
      zeros++;
      continue;
    }
    const long = zeros >= ZEROS;
    if (long) trivial += zeros;
    if (long || i === bytes.length) {
      const between = i - begin - (long ? zeros : 0);
      if (between >= NOISE) encrypted += between;
      begin = i;
    }
    zeros = 0;
  }
  return trivial === 0 ? 0 : trivial / (trivial + encrypted);
}
