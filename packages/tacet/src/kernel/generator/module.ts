import type { Pace } from "../../progress.ts";
import { type Geometry, geometryOf } from "../geometry.ts";
import type { KernelVariant } from "../variant.ts";
import * as aes from "./aes.ts";
import { FunctionBuilder } from "./assembler.ts";
import * as bootstrap from "./bootstrap.ts";
import { type EncodedFunction, encodeModule } from "./encoding.ts";
import * as exact from "./exact.ts";
import * as product from "./external-product.ts";
import * as lwe from "./lwe.ts";
import * as multiplexer from "./multiplexer.ts";
import { prefetch } from "./prefetch.ts";
import * as transform from "./transform.ts";

/** The functions of the kernel, in the order of their numbers. All are exported. */
const functions: Readonly<Record<string, (f: FunctionBuilder, g: Geometry) => void>> = {
  prefetch,

  forwardFirst: transform.forwardFirst,
  forwardMiddle: transform.forwardMiddle,
  forwardLast: transform.forwardLast,
  forwardRest: transform.forwardRest,
  inverseFirst: transform.inverseFirst,
  inverseMiddle: transform.inverseMiddle,
  inverseRest: transform.inverseRest,
  inverseLast: transform.inverseLast,

  rotateForward: bootstrap.rotateForward("single"),
  rotateForwardLevel: bootstrap.rotateForward("several"),
  multiplyQuarter: product.multiplyQuarter,
  multiply: product.multiply,
  multiplyFirst: product.multiplyInto("first"),
  multiplyMore: product.multiplyInto("more"),
  multiplyLast: product.multiplyInto("last"),
  multiplyMatrix: product.multiplyMatrix,
  accumulate: bootstrap.accumulate,
  writeGuards: bootstrap.writeGuards,
  simpleStep: bootstrap.simpleStep,
  generalStep: bootstrap.generalStep,
  blindRotate: bootstrap.blindRotate,
  initializeAccumulator: bootstrap.initializeAccumulator,
  sampleExtract: bootstrap.sampleExtract,

  decomposeDifference: multiplexer.decomposeDifference,
  placeSum: multiplexer.placeSum,
  multiplex: multiplexer.multiplex,
  loadAccumulator: multiplexer.loadAccumulator,
  storeAccumulator: multiplexer.storeAccumulator,
  addMonomial: multiplexer.addMonomial,

  loadLimbs: exact.loadLimbs,
  addLimbs: exact.addLimbs,
  loadBits: exact.loadBits,
  loadTorus: exact.loadTorus,
  multiplySpectra: exact.multiplySpectra,
  storeKeyHalf: exact.storeKeyHalf,
  prepareBinaryKey: exact.prepareBinaryKey,
  binaryProduct: exact.binaryProduct,
  prepareDigits: exact.prepareDigits,
  prepareLimbs: exact.prepareLimbs,
  addProduct: exact.addProduct,
  addProducts: exact.addProducts,
  addRounded: exact.addRounded,
  transformKeyHalf: exact.transformKeyHalf,

  lweDot: lwe.lweDot,
  linearCombination: lwe.linearCombination,
  decompose: lwe.decompose(false),
  decomposeRounded: lwe.decompose(true),
  switchColumns1: lwe.switchColumns(1),
  switchColumns2: lwe.switchColumns(2),
  keySwitch: lwe.keySwitch,
  roundKeySwitchKey: lwe.roundKeySwitchKey,
  modulusSwitch: lwe.modulusSwitch,

  aesSlice: aes.aesSlice,
  aesSubBytes: aes.aesSubBytes,
  aesMixColumns: aes.aesMixColumns,
  aesWriteBlocks: aes.aesWriteBlocks,
  aesExpandKey: aes.aesExpandKey,
  aesCtr: aes.aesCtr,
};

/** Writes a variant of the kernel, which imports `env.memory`, shared or not, and `env.tables`. */
export async function generateModule(
  { polynomialSize, flavour, paired }: KernelVariant,
  shared: boolean,
  pace: Pace,
): Promise<Uint8Array<ArrayBuffer>> {
  const geometry = geometryOf(polynomialSize);
  const conventions = { fused: flavour === "fma", paired, names: Object.keys(functions) };
  const finished: EncodedFunction[] = [];
  for (const [name, write] of Object.entries(functions)) {
    const f = new FunctionBuilder(name, conventions);
    write(f, geometry);
    finished.push(f.finish());
    await pace.done(0);
  }
  return encodeModule({ initial: 1, maximum: 65536, shared }, finished);
}
