import binaryen from "binaryen";
import { geometryOf } from "../src/kernel/geometry.ts";
import type { KernelVariant } from "../src/kernel/variant.ts";
import * as aes from "./aes.ts";
import { FunctionBuilder } from "./assembler.ts";
import * as bootstrap from "./bootstrap.ts";
import * as exact from "./exact.ts";
import * as product from "./external-product.ts";
import * as lwe from "./lwe.ts";
import { prefetch } from "./prefetch.ts";
import * as transform from "./transform.ts";

/** Assembles a variant of the kernel. It imports `env.memory` (shared) and `env.tables`. */
export function assembleModule({ polynomialSize, flavour, paired }: KernelVariant): Uint8Array {
  const g = geometryOf(polynomialSize);
  const functions: string[] = [];
  const define = (name: string, params: readonly string[], write: (f: FunctionBuilder) => void): void => {
    const f = new FunctionBuilder(name, params, { fused: flavour === "fma", paired });
    f.let("i32", "(global.get $tables)", "tables");
    write(f);
    functions.push(f.toString());
  };
  define("prefetch", ["address", "bytes"], prefetch);

  define("forwardFirst", ["buffer"], (f) => transform.forwardFirst(f, g));
  define("forwardMiddle", ["quarter", "index"], (f) => transform.forwardMiddle(f, g));
  define("forwardLast", ["quarter", "index"], (f) => transform.forwardLast(f, g));
  define("forwardRest", ["buffer"], (f) => transform.forwardRest(f, g));
  define("inverseFirst", ["quarter", "index"], (f) => transform.inverseFirst(f, g));
  define("inverseMiddle", ["quarter", "index"], (f) => transform.inverseMiddle(f, g));
  define("inverseRest", ["buffer"], (f) => transform.inverseRest(f, g));
  define("inverseLast", ["buffer"], (f) => transform.inverseLast(f, g));

  define("rotateForward", ["accumulator", "rotation", "buffer", "shift"], (f) =>
    bootstrap.rotateForward(f, g, { single: true }));
  define("rotateForwardLevel", ["accumulator", "rotation", "buffer", "shift"], (f) =>
    bootstrap.rotateForward(f, g, { single: false }));
  define("multiplyQuarter", ["quarter", "index", "key"], (f) => product.multiplyQuarter(f, g));
  define("multiply", ["buffer", "key"], (f) => product.multiply(f, g));
  for (const [name, place] of [
    ["multiplyFirst", { first: true, last: false }],
    ["multiplyMore", { first: false, last: false }],
    ["multiplyLast", { first: false, last: true }],
  ] as const) {
    define(name, ["quarter", "index", "key", "product"], (f) => product.multiplyInto(f, g, place));
  }
  define("multiplyMatrix", ["buffers", "inputs", "key", "products", "pairs"], (f) =>
    product.multiplyMatrix(f, g));
  define("accumulate", ["buffer", "accumulator"], (f) => bootstrap.accumulate(f, g));
  define("writeGuards", ["accumulator"], (f) => bootstrap.writeGuards(f, g));
  const gadget = ["pairs", "levels", "baseLog"];
  define("simpleStep", ["accumulator", "rotation", "key", "scratch", "baseLog"], bootstrap.simpleStep);
  define("generalStep", ["accumulator", "rotation", "key", "scratch", ...gadget], (f) =>
    bootstrap.generalStep(f, g));
  const batch = [
    "count",
    "steps",
    "switched",
    "switchedStride",
    "accumulators",
    "key",
    "keyStride",
    "scratch",
  ];
  define("blindRotate", [...batch, ...gadget], (f) => bootstrap.blindRotate(f, g));
  define("initializeAccumulator", ["table", "rotation", "accumulator", "k"], (f) =>
    bootstrap.initializeAccumulator(f, g));
  define("sampleExtract", ["accumulator", "index", "out", "k"], (f) => bootstrap.sampleExtract(f, g));

  define("loadLimbs", ["polynomial", "buffer", "word"], (f) => exact.loadLimbs(f, g));
  define("addLimbs", ["buffer", "polynomial", "word"], (f) => exact.addLimbs(f, g));
  define("loadBits", ["bits", "buffer"], (f) => exact.loadBits(f, g));
  define("loadTorus", ["lower", "upper", "buffer"], (f) => exact.loadTorus(f, g));
  define("multiplySpectra", ["buffer", "factor"], (f) => exact.multiplySpectra(f, g));
  define("storeKeyHalf", ["buffer", "key", "stride"], (f) => exact.storeKeyHalf(f, g));
  define("prepareBinaryKey", ["bits", "buffer"], exact.prepareBinaryKey);
  define("binaryProduct", ["polynomial", "prepared", "out", "buffer"], (f) => exact.binaryProduct(f, g));
  define("transformKeyHalf", ["lower", "upper", "key", "stride", "buffer"], exact.transformKeyHalf);

  define("lweDot", ["masks", "rows", "dimension", "bits", "out", "scratch"], lwe.lweDot);
  define("linearCombination", ["out", "terms", "count", "constant:i64", "size"], lwe.linearCombination);
  define("decompose", ["source", "count", "baseLog", "levels", "digits"], lwe.decompose);
  for (const ciphertexts of [1, 2] as const) {
    define(
      `switchColumns${ciphertexts}`,
      ["digits", "rows", "chunk", "out", "digitStride", "outStride"],
      (f) => lwe.switchColumns(f, ciphertexts),
    );
  }
  define("keySwitch", [
    "count",
    "input",
    "inputDimension",
    "key",
    "output",
    "dimension",
    "baseLog",
    "levels",
    "scratch",
  ], lwe.keySwitch);
  define("roundKeySwitchKey", ["source", "firstRow", "count", "size", "rows", "key"], lwe.roundKeySwitchKey);
  define("modulusSwitch", ["ciphertext", "dimension", "log"], lwe.modulusSwitch);

  define("aesSlice", ["low:i64", "high:i64", "state"], aes.aesSlice);
  define("aesSubBytes", ["state"], aes.aesSubBytes);
  define("aesMixColumns", ["state", "key"], aes.aesMixColumns);
  define("aesWriteBlocks", ["state", "key", "out"], aes.aesWriteBlocks);
  define("aesExpandKey", ["key", "roundKeys"], aes.aesExpandKey);
  define("aesCtr", ["roundKeys", "low:i64", "high:i64", "out", "blocks"], aes.aesCtr);

  const text = `(module
    (import "env" "memory" (memory 1 65536 shared))
    (import "env" "tables" (global $tables i32))
    ${functions.join("\n")})`;
  const module = binaryen.parseText(text);
  const { Features: feature } = binaryen;
  const simd = feature.SIMD128 | (flavour === "fma" ? feature.RelaxedSIMD : 0);
  const bulk = feature.BulkMemory | feature.BulkMemoryOpt;
  module.setFeatures(simd | bulk | feature.Atomics | feature.SignExt | feature.NontrappingFPToInt);
  if (!module.validate()) throw new Error(`the kernel for N = ${polynomialSize} does not validate`);
  const bytes = module.emitBinary();
  module.dispose();
  return bytes;
}
