import { Heap } from "../kernel/heap.ts";
import { Kernel } from "../kernel/kernel.ts";
import { type KeySwitchShape, keySwitchRows, usualKeySwitch } from "../kernel/layout.ts";
import { loadKernel } from "../kernel/load.ts";
import { bigLweDimension, type ParameterSet } from "../parameters/parameter-set.ts";
import { Pace, type ProgressOptions } from "../progress.ts";
import { type MaskSeed, newMaskSeed } from "../random/mask-seed.ts";
import { sampleTuniform } from "../random/samplers.ts";
import { MaskStream } from "./mask-stream.ts";
import type { CompactSecretKey, SecretKey } from "./secret-key.ts";

/** Ciphertexts whose masks are expanded from a seed, so that only their bodies travel. */
export interface SeededBodies {
  /** What all masks are expanded from, in order. */
  readonly seed: MaskSeed;
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
  /** The key switch from a dedicated compact key; `null` if there is none. */
  readonly casting: SeededCastingKey | null;
}

/** A key switch from a dedicated compact key to one of those that are computed under. */
export interface CastingShape extends KeySwitchShape {
  /** The key that it leads to: the big one, or the small one with a blind rotation to follow. */
  readonly destination: "big" | "small";
}

/** A casting key, its bodies in the order of `SeededServerKey.keySwitch`. */
export interface SeededCastingKey extends SeededBodies, CastingShape {}

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

/** What a server key is made from. */
export interface EvaluationSecrets extends SecretKey {
  readonly compact?: CompactSecretKey | null;
  readonly oprf?: Uint8Array | null;
}

/** Parts of an evaluation key that an engine has no use for yet. */
export interface CarriedKeys {
  /** The bootstrap key of the small key that random generation has to itself. */
  readonly oprf: SeededBodies | null;
  /** Encryptions of zero for the drift technique. */
  readonly driftZeros: SeededBodies | null;
}

/**
 * Makes the evaluation key of a secret key: every bit of either key, encrypted under the other; of a dedicated compact
 * key, if there is one, under that which its ciphertexts are cast to; and of the small key that random generation has
 * to itself, if there is one, under the GLWE key. It works on a copy of the secrets, which it wipes.
 */
export async function generateServerKey(
  { parameters, lwe, glwe, compact, oprf }: EvaluationSecrets,
  options: ProgressOptions = {},
): Promise<SeededServerKey & CarriedKeys> {
  const secret = { parameters, lwe: lwe.slice(), glwe: glwe.slice() };
  const compactSecret = compact && { ...compact, key: compact.key.slice() };
  const oprfSecret = oprf?.slice();
  const heap = new Heap({ shared: false });
  try {
    const { polynomialSize } = parameters;
    const module = await loadKernel({ polynomialSize, deterministic: false, shared: false });
    const layout = Kernel.layout(parameters);
    const tables = heap.allocate(layout.tables);
    const kernel = new Kernel(module, heap.memory, tables, parameters, { writeTables: true });
    const pace = new Pace(options);
    const tool: KeyTool = { secret, heap, kernel, scratch: heap.allocate(layout.scratch(1)) };
    const { lweNoise, modulusSwitch } = parameters;
    const drift = typeof modulusSwitch === "object" ? modulusSwitch : null;
    const parts = 2 + [compactSecret, oprfSecret, drift].filter(Boolean).length;
    let begun = 0;
    /** Reports the progress of the next of the parts, which take about the same time. */
    const part = (): Report => {
      const index = begun++;
      return (fraction) => pace.done((index + fraction) / parts);
    };
    const shape = usualKeySwitch(parameters);
    const keySwitch = await generateKeySwitchKey(tool, secret.glwe, secret.lwe, lweNoise, shape, part());
    const bootstrap = await generateBootstrapKey(tool, secret.lwe, part());
    const casting = compactSecret ? await generateCastingKey(tool, compactSecret, part()) : null;
    const oprf = oprfSecret ? await generateBootstrapKey(tool, oprfSecret, part()) : null;
    const driftZeros = drift && (await generateZeros(tool, drift.zeros, part()));
    return { parameters, keySwitch, bootstrap, casting, oprf, driftZeros };
  } finally {
    for (const bytes of [secret.lwe, secret.glwe, compactSecret?.key, oprfSecret]) bytes?.fill(0);
    new Uint8Array(heap.memory.buffer).fill(0);
  }
}

/** What all parts of the generation work with. */
interface KeyTool {
  readonly secret: SecretKey;
  readonly heap: Heap;
  readonly kernel: Kernel;
  readonly scratch: number;
}

/** Takes the fraction of a part that is done, between small pieces of work. */
type Report = (fraction: number) => Promise<void>;

/** Copies bytes into the memory of the kernel, for good. */
function place(heap: Heap, bytes: Uint8Array): number {
  const address = heap.allocate(bytes.length);
  new Uint8Array(heap.memory.buffer, address, bytes.length).set(bytes);
  return address;
}

/** Encrypts each element of a key, at each gadget level, under another. */
async function generateKeySwitchKey(
  { heap, kernel, scratch }: KeyTool,
  from: Uint8Array,
  to: Uint8Array,
  bound: number,
  shape: KeySwitchShape,
  report: Report,
): Promise<SeededBodies> {
  const { baseLog, level } = shape;
  const seed = newMaskSeed();
  const bodies = new BigUint64Array(keySwitchRows(shape));
  const chunk = 256;
  const masks = new MaskStream(kernel, heap, seed, chunk * to.length);
  const key = place(heap, to);
  const products = heap.allocate(chunk * 8);
  for (let row = 0; row < bodies.length; row += chunk) {
    const rows = Math.min(chunk, bodies.length - row);
    kernel.lweDot(masks.next(rows * to.length), rows, to.length, key, products, scratch);
    const masked = new BigUint64Array(heap.memory.buffer, products, rows);
    const noise = new BigUint64Array(rows);
    sampleTuniform(bound, noise);
    for (let i = 0; i < rows; i++) {
      const bit = BigInt(from[Math.floor((row + i) / level)]);
      const message = bit * gadgetWeight(baseLog, level - ((row + i) % level));
      bodies[row + i] = masked[i] + noise[i] + message; // stores modulo 2^64
    }
    noise.fill(0n);
    await report((row + rows) / bodies.length);
  }
  return { seed, bodies };
}

/** Encrypts zeros under the small key. */
function generateZeros(tool: KeyTool, count: number, report: Report): Promise<SeededBodies> {
  const { lwe, parameters } = tool.secret;
  const shape = { inputDimension: count, baseLog: 1, level: 1 };
  return generateKeySwitchKey(tool, new Uint8Array(count), lwe, parameters.lweNoise, shape, report);
}

/** Encrypts a compact key under that which its ciphertexts are cast to, with the noise of that one. */
async function generateCastingKey(
  tool: KeyTool,
  { key, parameters: { lweDimension: inputDimension, casting } }: CompactSecretKey,
  report: Report,
): Promise<SeededCastingKey> {
  const { parameters, lwe, glwe } = tool.secret;
  const { destination, baseLog, level } = casting;
  const shape = { inputDimension, baseLog, level };
  const [to, bound] = destination === "small" ? [lwe, parameters.lweNoise] : [glwe, parameters.glweNoise];
  const bodies = await generateKeySwitchKey(tool, key, to, bound, shape, report);
  return { ...bodies, ...shape, destination };
}

/** Encrypts each bit of a small key as a GGSW ciphertext under the GLWE key. */
async function generateBootstrapKey(
  { secret, heap, kernel, scratch }: KeyTool,
  smallKey: Uint8Array,
  report: Report,
): Promise<SeededBodies> {
  const { parameters } = secret;
  const { lweDimension, glweDimension: k, polynomialSize: N, pbsLevel, pbsBaseLog, glweNoise } = parameters;
  const seed = newMaskSeed();
  const bodies = new BigUint64Array(bootstrapBodyCount(parameters));
  const masks = new MaskStream(kernel, heap, seed, k * N);
  const key = heap.allocate(kernel.layout.preparedBinaryKey);
  kernel.prepareBinaryKey(place(heap, secret.glwe), key);
  const bodyAddress = heap.allocate(kernel.layout.torusPolynomial);
  const body = new BigUint64Array(heap.memory.buffer, bodyAddress, N);
  let at = 0;
  for (let i = 0; i < lweDimension; i++) {
    const bit = BigInt(smallKey[i]);
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
    await report((i + 1) / lweDimension);
  }
  return { seed, bodies };
}
