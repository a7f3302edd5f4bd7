import { Heap } from "../kernel/heap.ts";
import { Kernel } from "../kernel/kernel.ts";
import { loadKernel } from "../kernel/load.ts";
import { bigLweDimension, type ParameterSet } from "../parameters/parameter-set.ts";
import { Pace, type ProgressOptions } from "../progress.ts";
import { sampleTuniform } from "../random/samplers.ts";
import { MaskStream } from "./mask-stream.ts";
import type { SecretKey } from "./secret-key.ts";

/** Ciphertexts whose masks are expanded from a seed, so that only their bodies travel. */
export interface SeededBodies {
  /** The 16-byte AES-128 key whose counter-mode stream gives all masks, in order, from its first byte. */
  readonly seed: Uint8Array<ArrayBuffer>;
  /** The bodies, in units of 2^-64. */
  readonly bodies: BigUint64Array<ArrayBuffer>;
}

/**
 * The public evaluation key in its seeded form, as it travels: TFHE-rs's `CompressedServerKey`.
 *
 * `keySwitch` holds an LWE body for each element of the big key and each gadget level; `bootstrap` holds body
 * polynomials: one GGSW for each element of the small key, in it the levels, in each of them k + 1 rows. In both
 * the last level, the one of least weight, comes first.
 */
export interface SeededServerKey {
  readonly parameters: ParameterSet;
  readonly keySwitch: SeededBodies;
  readonly bootstrap: SeededBodies;
}

/** Number of bodies of a seeded key-switching key: k·N·level. */
export function keySwitchBodyCount(parameters: ParameterSet): number {
  return bigLweDimension(parameters) * parameters.ksLevel;
}

/** Number of body coefficients of a seeded bootstrap key: n·level·(k + 1)·N. */
export function bootstrapBodyCount(parameters: ParameterSet): number {
  return (
    parameters.lweDimension * parameters.pbsLevel * (parameters.glweDimension + 1) * parameters.polynomialSize
  );
}

/** The weight 2^64 / base^level of a gadget level, counted from 1. */
function gadgetWeight(baseLog: number, level: number): bigint {
  return 1n << BigInt(64 - baseLog * level);
}

/**
 * Makes the evaluation key of a secret key: every bit of either key, encrypted under the other. It works on a copy
 * of the secret, which it wipes.
 */
export async function generateServerKey(
  { parameters, lwe, glwe }: SecretKey,
  options: ProgressOptions = {},
): Promise<SeededServerKey> {
  const secret = { parameters, lwe: lwe.slice(), glwe: glwe.slice() };
  const heap = new Heap({ shared: false });
  try {
    const { polynomialSize } = parameters;
    const module = await loadKernel({ polynomialSize, deterministic: false, shared: false });
    const layout = Kernel.layout(parameters);
    const tables = heap.allocate(layout.tables);
    const kernel = new Kernel(module, heap.memory, tables, parameters, { writeTables: true });
    const pace = new Pace(options);
    const tool: KeyTool = { secret, heap, kernel, scratch: heap.allocate(layout.scratch(1)), pace };
    const keySwitch = await generateKeySwitchKey(tool);
    const bootstrap = await generateBootstrapKey(tool);
    return { parameters, keySwitch, bootstrap };
  } finally {
    for (const bytes of [secret.lwe, secret.glwe, new Uint8Array(heap.memory.buffer)]) bytes.fill(0);
  }
}

/** What both halves of the generation work with. */
interface KeyTool {
  readonly secret: SecretKey;
  readonly heap: Heap;
  readonly kernel: Kernel;
  readonly scratch: number;
  readonly pace: Pace;
}

/** Share of the key-switching key in the time that a server key takes. */
const KEY_SWITCH_SHARE = 0.5;

function newSeed(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(16));
}

/** Copies bytes into the memory of the kernel, for good. */
function place(heap: Heap, bytes: Uint8Array): number {
  const address = heap.allocate(bytes.length);
  new Uint8Array(heap.memory.buffer, address, bytes.length).set(bytes);
  return address;
}

/** Encrypts each element of the big key, at each level, under the small key. */
async function generateKeySwitchKey({ secret, heap, kernel, scratch, pace }: KeyTool): Promise<SeededBodies> {
  const { parameters } = secret;
  const { lweDimension, ksLevel, ksBaseLog, lweNoise } = parameters;
  const seed = newSeed();
  const bodies = new BigUint64Array(keySwitchBodyCount(parameters));
  const chunk = 256;
  const masks = new MaskStream(kernel, heap, seed, chunk * lweDimension);
  const key = place(heap, secret.lwe);
  const products = heap.allocate(chunk * 8);
  for (let row = 0; row < bodies.length; row += chunk) {
    const rows = Math.min(chunk, bodies.length - row);
    kernel.lweDot(masks.next(rows * lweDimension), rows, lweDimension, key, products, scratch);
    const masked = new BigUint64Array(heap.memory.buffer, products, rows);
    const noise = new BigUint64Array(rows);
    sampleTuniform(lweNoise, noise);
    for (let i = 0; i < rows; i++) {
      const bit = BigInt(secret.glwe[Math.floor((row + i) / ksLevel)]);
      const message = bit * gadgetWeight(ksBaseLog, ksLevel - ((row + i) % ksLevel));
      bodies[row + i] = masked[i] + noise[i] + message; // stores modulo 2^64
    }
    noise.fill(0n);
    await pace.done((KEY_SWITCH_SHARE * (row + rows)) / bodies.length);
  }
  return { seed, bodies };
}

/** Encrypts each bit of the small key as a GGSW ciphertext under the GLWE key. */
async function generateBootstrapKey({ secret, heap, kernel, scratch, pace }: KeyTool): Promise<SeededBodies> {
  const { parameters } = secret;
  const { lweDimension, glweDimension: k, polynomialSize: N, pbsLevel, pbsBaseLog, glweNoise } = parameters;
  const seed = newSeed();
  const bodies = new BigUint64Array(bootstrapBodyCount(parameters));
  const masks = new MaskStream(kernel, heap, seed, k * N);
  const key = heap.allocate(kernel.layout.preparedBinaryKey);
  kernel.prepareBinaryKey(place(heap, secret.glwe), key);
  const bodyAddress = heap.allocate(kernel.layout.torusPolynomial);
  const body = new BigUint64Array(heap.memory.buffer, bodyAddress, N);
  let at = 0;
  for (let i = 0; i < lweDimension; i++) {
    const bit = BigInt(secret.lwe[i]);
    for (let level = pbsLevel; level >= 1; level--) {
      const message = bit * gadgetWeight(pbsBaseLog, level);
      for (let row = 0; row <= k; row++, at += N) {
        sampleTuniform(glweNoise, body);
        const maskAddress = masks.next(k * N);
        // Row p encrypts −m·g·S_p: the product with m·g taken off mask polynomial p gives just that.
        if (row < k) new BigUint64Array(heap.memory.buffer, maskAddress + row * N * 8, 1)[0] -= message;
        else body[0] += message;
        kernel.binaryProduct(maskAddress, key, bodyAddress, scratch);
        bodies.set(body, at);
      }
    }
    await pace.done(KEY_SWITCH_SHARE + ((1 - KEY_SWITCH_SHARE) * (i + 1)) / lweDimension);
  }
  return { seed, bodies };
}
