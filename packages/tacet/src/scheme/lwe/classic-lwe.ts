import {
  type ClassicParameters,
  encryptionNoise,
  type TorusBits,
} from "../../parameters/classic-parameters.ts";
import { MaskGenerator } from "../../random/mask-generator.ts";
import { type MaskSeed, newMaskSeed } from "../../random/mask-seed.ts";
import { sampleBinary, sampleGaussian, sampleTuniform, sampleUniform } from "../../random/samplers.ts";
import { decryptLwe } from "./lwe.ts";

/*
 * LWE over the discretised torus of 32 or 64 bits, with noise of either distribution, under either key of a client.
 */

/** Elements of the torus of 32 or of 64 bits: a ciphertext's mask, then its body. */
export type TorusArray = Uint32Array<ArrayBuffer> | BigUint64Array<ArrayBuffer>;

/** The two keys of a client, one of which ciphertexts rest under. */
export interface ClassicSecretKey {
  /** The small LWE key: n bytes of 0 or 1. */
  readonly lwe: Uint8Array;
  /** The GLWE key: k·N bytes of 0 or 1. */
  readonly glwe: Uint8Array;
  readonly parameters: ClassicParameters;
}

const encryptionKeyOf = ({ lwe, glwe, parameters }: ClassicSecretKey): Uint8Array =>
  parameters.encryptionKey === "big" ? glwe : lwe;

/** Encrypts a torus element: writes mask and body. */
export function encryptClassic(plaintext: bigint, ciphertext: TorusArray, secret: ClassicSecretKey): void {
  sampleUniform(ciphertext);
  encryptUnderMask(plaintext, ciphertext, secret);
}

/** The same with a mask that is expanded from a new seed, which is returned. */
export function encryptSeededClassic(
  plaintext: bigint,
  ciphertext: TorusArray,
  secret: ClassicSecretKey,
): MaskSeed {
  const seed = newMaskSeed();
  expandMask(seed, ciphertext);
  encryptUnderMask(plaintext, ciphertext, secret);
  return seed;
}

/** Writes the body Σ a_i·s_i + plaintext + e of a ciphertext behind its mask. */
function encryptUnderMask(plaintext: bigint, ciphertext: TorusArray, secret: ClassicSecretKey): void {
  const last = ciphertext.length - 1;
  const noise = sampleNoise(secret.parameters, ciphertext instanceof Uint32Array ? 32 : 64);
  // The phase of a ciphertext whose body is zero is −Σ a_i·s_i.
  setElement(ciphertext, last, 0n);
  setElement(ciphertext, last, plaintext + noise - decryptPhase(ciphertext, secret));
}

/** The phase of a ciphertext: its plaintext plus noise, from 0 to 2^bits − 1. */
export function decryptPhase(ciphertext: TorusArray, secret: ClassicSecretKey): bigint {
  const key = encryptionKeyOf(secret);
  if (ciphertext instanceof BigUint64Array) return decryptLwe(ciphertext, key);
  let phase = ciphertext[key.length]; // exact: within 2^53 of zero for up to 2^21 terms
  for (let i = 0; i < key.length; i++) phase -= ciphertext[i] * key[i];
  return BigInt.asUintN(32, BigInt(phase));
}

/** Stores an integer modulo 2^bits. */
function setElement(out: TorusArray, index: number, value: bigint): void {
  if (out instanceof BigUint64Array) out[index] = value;
  else out[index] = Number(BigInt.asUintN(32, value));
}

/** Noise of a fresh ciphertext, in units of the discretised torus. */
function sampleNoise(parameters: ClassicParameters, bits: TorusBits): bigint {
  const noise = encryptionNoise(parameters);
  if (noise.kind === "Gaussian") return sampleGaussian(noise.standardDeviation * 2 ** bits);
  const sample = new BigUint64Array(1);
  sampleTuniform(noise.bound, sample);
  return BigInt.asIntN(64, sample[0]);
}

/** Fills an array with the mask elements that a seed stands for. */
export function expandMask(seed: MaskSeed, out: TorusArray): void {
  const stream = new BigUint64Array(Math.ceil(out.byteLength / 8));
  new MaskGenerator(seed).fill(stream);
  new Uint8Array(out.buffer, out.byteOffset, out.byteLength).set(
    new Uint8Array(stream.buffer, 0, out.byteLength),
  );
}

/**
 * Encrypts with a public key that is a list of encryptions of zero: a random subset of them, summed, plus the plaintext
 * (Regev, "On lattices, learning with errors, random linear codes, and cryptography", section 5).
 *
 * @param zeros the encryptions, mask and body, one after the other.
 * @param out receives mask and body.
 */
export function encryptWithZeros(plaintext: bigint, zeros: TorusArray, out: TorusArray): void {
  const chosen = new Uint8Array(zeros.length / out.length);
  sampleBinary(chosen);
  // By words of 32 bits, whose sums stay exact in doubles; neither branches nor addresses depend on the choice.
  const words = new Uint32Array(zeros.buffer, zeros.byteOffset, zeros.byteLength / 4);
  const columns = words.length / chosen.length;
  const sums = new Float64Array(columns);
  for (let row = 0, at = 0; row < chosen.length; row++, at += columns) {
    const bit = chosen[row];
    for (let i = 0; i < columns; i++) sums[i] += words[at + i] * bit;
  }
  chosen.fill(0);
  const wordsEach = columns / out.length;
  for (let i = 0; i < out.length; i++) {
    const high = wordsEach === 2 ? BigInt(sums[2 * i + 1]) << 32n : 0n;
    const added = i === out.length - 1 ? plaintext : 0n;
    setElement(out, i, BigInt(sums[wordsEach * i]) + high + added);
  }
}
