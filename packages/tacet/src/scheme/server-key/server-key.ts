import type { Heap } from "../../kernel/heap.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { type KeySwitchShape, keySwitchRows, usualKeySwitch } from "../../kernel/layout.ts";
import { openKernel } from "../../kernel/open.ts";
import { Pace, type ProgressOptions } from "../../progress.ts";
import { newMaskSeed } from "../../random/mask-seed.ts";
import { sampleTuniform } from "../../random/samplers.ts";
import { MaskStream } from "../lwe/mask-stream.ts";
import type { CompactSecretKey, SecretKey } from "../secret-key/secret-key.ts";
import {
  type CarriedKeys,
  ggswBodyCount,
  type SeededBodies,
  type SeededCastingKey,
  type SeededServerKey,
} from "./seeded-key.ts";

/** The weight 2^64 / base^level of a gadget level, counted from 1. */
function gadgetWeight(baseLog: number, level: number): bigint {
  return 1n << BigInt(64 - baseLog * level);
}

/** What a server key is made from. */
export interface EvaluationSecrets extends SecretKey {
  readonly compact?: CompactSecretKey | null;
  readonly oprf?: Uint8Array | null;
  readonly transciphering?: { readonly key: Uint8Array } | null;
}

/**
 * Makes the evaluation key of a secret key: every bit of either key, encrypted under the other; of a dedicated compact
 * key, if there is one, under that which its ciphertexts are cast to; and of the small key that random generation has
 * to itself, if there is one, and of that of transciphering, under the GLWE key. It works on a copy of the secrets, which it wipes.
 */
export async function generateServerKey(
  { parameters, lwe, glwe, compact = null, oprf = null, transciphering = null }: EvaluationSecrets,
  options: ProgressOptions = {},
): Promise<SeededServerKey & CarriedKeys> {
  const copies = {
    parameters,
    lwe: lwe.slice(),
    glwe: glwe.slice(),
    compact: compact && { ...compact, key: compact.key.slice() },
    oprf: oprf?.slice() ?? null,
    transciphering: transciphering && { key: transciphering.key.slice() },
  };
  try {
    return await generateParts(copies, options);
  } finally {
    const { compact, oprf, transciphering } = copies;
    for (const key of [copies.lwe, copies.glwe, compact?.key, oprf, transciphering?.key]) key?.fill(0);
  }
}

/** Makes the parts in a memory that is wiped afterwards. */
async function generateParts(
  { parameters, lwe, glwe, compact, oprf, transciphering }: EvaluationSecrets,
  options: ProgressOptions,
): Promise<SeededServerKey & CarriedKeys> {
  const { heap, kernel } = await openKernel(parameters, { deterministic: false, shared: false });
  try {
    const pace = new Pace(options);
    const scratch = heap.allocate(kernel.layout.scratch(1));
    const tool: KeyTool = { secret: { parameters, lwe, glwe }, heap, kernel, scratch };
    const { lweNoise, modulusSwitch } = parameters;
    const drift = typeof modulusSwitch === "object" ? modulusSwitch : null;
    const parts = 2 + [compact, oprf, transciphering, drift].filter(Boolean).length;
    let begun = 0;
    /** Reports the progress of the next of the parts, which take about the same time. */
    const part = (): Report => {
      const index = begun++;
      return (fraction) => pace.done((index + fraction) / parts);
    };
    return {
      parameters,
      keySwitch: await generateKeySwitchKey(tool, glwe, lwe, lweNoise, usualKeySwitch(parameters), part()),
      bootstrap: await generateBootstrapKey(tool, lwe, part()),
      casting: compact ? await generateCastingKey(tool, compact, part()) : null,
      oprf: oprf ? await generateBootstrapKey(tool, oprf, part()) : null,
      transciphering: transciphering ? await generateBootstrapKey(tool, transciphering.key, part()) : null,
      driftZeros: drift && (await generateZeros(tool, drift.zeros, part())),
    };
  } finally {
    await heap.release(); // which wipes it
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
  const { glweDimension: k, polynomialSize: N, pbsLevel, pbsBaseLog, glweNoise } = parameters;
  const seed = newMaskSeed();
  const bodies = new BigUint64Array(smallKey.length * ggswBodyCount(parameters));
  const masks = new MaskStream(kernel, heap, seed, k * N);
  const key = heap.allocate(kernel.layout.preparedBinaryKey);
  kernel.prepareBinaryKey(place(heap, secret.glwe), key);
  const bodyAddress = heap.allocate(kernel.layout.torusPolynomial);
  const body = new BigUint64Array(heap.memory.buffer, bodyAddress, N);
  let at = 0;
  for (let i = 0; i < smallKey.length; i++) {
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
    await report((i + 1) / smallKey.length);
  }
  return { seed, bodies };
}
