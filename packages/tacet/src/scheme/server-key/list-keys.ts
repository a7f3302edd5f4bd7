import { ParameterError } from "../../errors.ts";
import type { Heap } from "../../kernel/heap.ts";
import type { KernelParameters } from "../../kernel/layout.ts";
import { addKernel, type OpenKernel } from "../../kernel/open.ts";
import { bigLweDimension, type ParameterSet } from "../../parameters/parameter-set.ts";
import { checkPackingShape, type PackingKey, packingKeyBytes } from "../packing.ts";
import {
  bootstrapElements,
  type ExpandedCompressionKey,
  type ExpandedDecompressionKey,
  ggswElements,
} from "./expanded-key.ts";
import { glwesOf, type KeyTool, loadGgsws } from "./key-source.ts";
import type { CompressionKey, DecompressionKey } from "./seeded-key.ts";

/* The keys with which an engine packs results into lists of a few bits each, and unpacks them. */

/** A packing key in the memory of an engine, and how lists are packed with it. */
export interface LoadedPackingKey extends PackingKey, PackingShape {}

/** A decompression key in the memory of an engine: all that a kernel for it takes. */
export interface LoadedUnpackingKey {
  /** GGSW ciphertexts in the Fourier domain, of the bits of the key that lists are under. */
  readonly address: number;
  /** Address of the kernel's tables. */
  readonly tables: number;
  /** Those of the engine, but for the dimension of the key that is bootstrapped from, and the gadget. */
  readonly parameters: KernelParameters;
  readonly ciphertextsPerGlwe: number;
}

/** How lists are packed. */
export interface ListShape {
  readonly ciphertextsPerGlwe: number;
  /** Bits that elements are rounded to. */
  readonly storedBits: number;
}

/** How lists are packed, and into what. */
export interface PackingShape extends ListShape {
  readonly glweDimension: number;
  readonly polynomialSize: number;
}

/** What is known of a key of lists. */
export interface ListKeyShape {
  /** k·N: its number of elements. */
  readonly elements: number;
  readonly ciphertextsPerGlwe: number;
  /** How it packs; `null` for one that only unpacks. */
  readonly packing: { readonly polynomialSize: number; readonly storedBits: number } | null;
}

/** Kernels on the memory of an engine, for keys that are under other parameters than its own. */
export interface ListKernels {
  /** Of the ring of the GLWE key that lists are under. */
  readonly packing: OpenKernel | null;
  /** Of the bootstrap from that key. */
  readonly unpacking: OpenKernel | null;
  /** Why there is none for a key that there is: it is of parameters that no kernel is for. */
  readonly refused: { readonly packing?: ParameterError; readonly unpacking?: ParameterError };
}

export const NO_LIST_KERNELS: ListKernels = Object.freeze({
  packing: null,
  unpacking: null,
  refused: {},
});

/** The parts of a server key, in either form, that are for lists. */
interface ListKeys {
  readonly parameters: ParameterSet;
  readonly compression: CompressionKey | ExpandedCompressionKey | null;
  readonly decompression: DecompressionKey | ExpandedDecompressionKey | null;
}

/** Elements may be rounded to as many bits at most. */
const MOST_STORED_BITS = 31;
/** The finest gadget of a kernel's bootstrap key. */
const FINEST_GADGET = 52;

/**
 * The kernels for the keys of lists that a server key has.
 *
 * @throws OutOfMemoryError, UnsupportedPlatformError.
 */
export async function openListKernels(
  { parameters, compression, decompression }: ListKeys,
  heap: Heap,
  request: { readonly deterministic: boolean; readonly shared: boolean },
): Promise<ListKernels> {
  const packing = compression && unlessRefused(() => packingParameters(compression));
  const unpacking = decompression && unlessRefused(() => unpackingParameters(decompression, parameters));
  const refused = {
    ...(packing instanceof ParameterError && { packing }),
    ...(unpacking instanceof ParameterError && { unpacking }),
  };
  const open = async (found: KernelParameters | ParameterError | null): Promise<OpenKernel | null> =>
    found === null || found instanceof ParameterError ? null : addKernel(heap, found, request);
  return { packing: await open(packing), unpacking: await open(unpacking), refused };
}

/** What a key's parameters are, or why they are none. */
function unlessRefused(parameters: () => KernelParameters): KernelParameters | ParameterError {
  try {
    return parameters();
  } catch (error) {
    if (error instanceof ParameterError) return error;
    throw error;
  }
}

/** What kernels want to know of a key that does nothing of the sort. */
const UNUSED = { lweDimension: 1, pbsBaseLog: 1, pbsLevel: 1, ksBaseLog: 1, ksLevel: 1 };

function packingParameters({
  packing,
  storedBits,
}: CompressionKey | ExpandedCompressionKey): KernelParameters {
  const { glweSize, polynomialSize } = packing;
  checkPackingShape(polynomialSize, packing);
  if (storedBits > MOST_STORED_BITS) {
    throw new ParameterError(
      `lists keep ${storedBits} bits of an element; expected at most ${MOST_STORED_BITS}`,
    );
  }
  return { ...UNUSED, glweDimension: glweSize - 1, polynomialSize };
}

function unpackingParameters(
  { bootstrap: { key } }: DecompressionKey | ExpandedDecompressionKey,
  { glweDimension, polynomialSize }: ParameterSet,
): KernelParameters {
  const one = { ...UNUSED, glweDimension, polynomialSize, pbsBaseLog: key.baseLog, pbsLevel: key.level };
  if (key.baseLog * key.level > FINEST_GADGET) {
    throw new ParameterError(
      `a decompression key of ${key.level} levels of ${key.baseLog} bits; expected at most ${FINEST_GADGET} together`,
    );
  }
  return { ...one, lweDimension: bootstrapElements(key) / ggswElements(one) };
}

/** Loads the keys that there are kernels for. */
export async function loadListKeys(
  { parameters, compression, decompression }: ListKeys,
  { packing, unpacking }: ListKernels,
  heap: Heap,
  advance: KeyTool["advance"],
): Promise<{ packing: LoadedPackingKey | null; unpacking: LoadedUnpackingKey | null }> {
  return {
    packing: compression && packing && (await loadPackingKey(compression, packing, parameters, advance)),
    unpacking:
      decompression && unpacking && (await loadUnpackingKey(decompression, unpacking, heap, advance)),
  };
}

async function loadPackingKey(
  { packing, ciphertextsPerGlwe, storedBits }: CompressionKey | ExpandedCompressionKey,
  { heap, kernel }: OpenKernel,
  parameters: ParameterSet,
  advance: KeyTool["advance"],
): Promise<LoadedPackingKey> {
  const { glweSize, polynomialSize, baseLog, level } = packing;
  const shape = { inputDimension: bigLweDimension(parameters), baseLog, level };
  const bytes = packingKeyBytes(kernel, shape);
  const address = heap.allocate(bytes);
  const source = glwesOf(packing, { heap, kernel, advance });
  const size = glweSize * polynomialSize;
  for (let at = 0; at < bytes; at += 8 * size) {
    source.next(address + at);
    await advance(size);
  }
  source.free();
  const ring = { glweDimension: glweSize - 1, polynomialSize };
  return { ...shape, ...ring, address, ciphertextsPerGlwe, storedBits };
}

async function loadUnpackingKey(
  { bootstrap: { key }, ciphertextsPerGlwe }: DecompressionKey | ExpandedDecompressionKey,
  { kernel, tables }: OpenKernel,
  heap: Heap,
  advance: KeyTool["advance"],
): Promise<LoadedUnpackingKey> {
  const { parameters, layout } = kernel;
  const address = heap.allocate(layout.bootstrapKey);
  await loadGgsws("values" in key ? key.values : key, address, { heap, kernel, advance });
  return { address, tables, parameters, ciphertextsPerGlwe };
}
