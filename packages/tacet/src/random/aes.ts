/*
 * AES-128 (FIPS 197) by table lookup. Its timing depends on the key, so it is for public seeds only.
 * A column of the state is one word whose lowest byte is row 0.
 */

/** Size of a block, and of a key. */
export const AES_BLOCK_BYTES = 16;

/** What a byte of row 0 adds to its column: SubBytes and MixColumns in one. Rows 1 to 3 are rotations of it. */
const ROUND = new Uint32Array(256);
const SBOX = new Uint8Array(256);

/** Multiplication by x in GF(2^8) modulo x^8 + x^4 + x^3 + x + 1. */
const double = (byte: number): number => ((byte << 1) ^ ((byte >> 7) * 0x11b)) & 0xff;

/** Fills the tables by walking GF(2^8) as powers of the generator 3 beside those of its inverse. */
function buildTables(): void {
  let power = 1;
  let inverse = 1;
  do {
    power ^= double(power);
    for (const shift of [1, 2, 4]) inverse ^= inverse << shift;
    inverse &= 0xff;
    if (inverse & 0x80) inverse ^= 0x09;
    const spread = inverse * 0x101;
    SBOX[power] = 0x63 ^ inverse ^ (spread >> 7) ^ (spread >> 6) ^ (spread >> 5) ^ (spread >> 4);
  } while (power !== 1);
  SBOX[0] = 0x63;
  for (let i = 0; i < 256; i++) {
    const s = SBOX[i];
    ROUND[i] = double(s) | (s << 8) | (s << 16) | ((double(s) ^ s) << 24);
  }
}
buildTables();

const rotateLeft = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));

const substitute = (word: number): number =>
  SBOX[word & 255] |
  (SBOX[(word >>> 8) & 255] << 8) |
  (SBOX[(word >>> 16) & 255] << 16) |
  (SBOX[word >>> 24] << 24);

/** One column of the next state: row r of it comes from the r-th argument (ShiftRows). */
const mix = (a: number, b: number, c: number, d: number): number =>
  ROUND[a & 255] ^
  rotateLeft(ROUND[(b >>> 8) & 255], 8) ^
  rotateLeft(ROUND[(c >>> 16) & 255], 16) ^
  rotateLeft(ROUND[d >>> 24], 24);

/** The same in the last round, which has no MixColumns. */
const mixLast = (a: number, b: number, c: number, d: number): number =>
  substitute((a & 0xff) | (b & 0xff00) | (c & 0xff0000) | (d & 0xff000000));

/** Expands a key of 16 bytes into the 44 words of the eleven round keys (FIPS 197, section 5.2). */
export function expandAesKey(key: Uint8Array): Uint32Array {
  if (key.length !== AES_BLOCK_BYTES) throw new RangeError(`AES-128 key of ${key.length} bytes; expected 16`);
  const words = new Uint32Array(44);
  const view = new DataView(key.buffer, key.byteOffset, 16);
  for (let i = 0; i < 4; i++) words[i] = view.getUint32(4 * i, true);
  let constant = 1;
  for (let i = 4; i < 44; i += 4) {
    words[i] = words[i - 4] ^ substitute(rotateLeft(words[i - 1], 24)) ^ constant;
    for (let j = i + 1; j < i + 4; j++) words[j] = words[j - 4] ^ words[j - 1];
    constant = double(constant);
  }
  return words;
}

/** Encrypts a block, four columns, in place (FIPS 197, section 5.1). */
export function encryptAesBlock(keys: Uint32Array, block: Uint32Array): void {
  let a = block[0] ^ keys[0];
  let b = block[1] ^ keys[1];
  let c = block[2] ^ keys[2];
  let d = block[3] ^ keys[3];
  for (let i = 4; i < 40; i += 4) {
    const e = mix(a, b, c, d) ^ keys[i];
    const f = mix(b, c, d, a) ^ keys[i + 1];
    const g = mix(c, d, a, b) ^ keys[i + 2];
    d = mix(d, a, b, c) ^ keys[i + 3];
    a = e;
    b = f;
    c = g;
  }
  block[0] = mixLast(a, b, c, d) ^ keys[40];
  block[1] = mixLast(b, c, d, a) ^ keys[41];
  block[2] = mixLast(c, d, a, b) ^ keys[42];
  block[3] = mixLast(d, a, b, c) ^ keys[43];
}
