import type { Geometry } from "../geometry.ts";
import type { Complex, FunctionBuilder, Halves, Vector } from "./assembler.ts";
import { type I32, i32, type Local } from "./instructions.ts";
import {
  inverseButterfly,
  lastPassForward,
  loadSpectrumPoint,
  map4,
  overLastPass,
  overQuarters,
  pairTwiddles,
  spectrumOffsets,
  storeSpectrum,
} from "./transform.ts";

// The external product in the Fourier domain: a row of spectra of gadget digits times a GGSW ciphertext, a matrix of
// 2 by 2 blocks, each of which takes a lane pair of digits to a lane pair of the product. It begins after the first
// forward pass and ends before the last inverse pass, which belong to rotation and accumulation (bootstrap.ts).

/**
 * x·k1 + swapped x·k2: the product of a lane pair of digits with a 2 by 2 block of a GGSW level. `offsets` are those of
 * the halves of x in a spectrum, of which 32 bytes, two points, meet 128 of the key: real and imaginary parts of k1, then
 * of k2.
 */
function blockProduct(f: FunctionBuilder, x: Complex, address: I32, [lower, upper]: Halves<number>): Complex {
  const place = (offset: number): number => 128 * (offset >> 5) + (offset & 16);
  const part = (i: number): Vector => f.load(address, [place(lower) + 32 * i, place(upper) + 32 * i]);
  const k1: Complex = { re: part(0), im: part(1) };
  const straight = f.complexMul(x, k1);
  const k2: Complex = { re: part(2), im: part(3) };
  const y: Complex = { re: f.swapLanes(x.re), im: f.swapLanes(x.im) };
  return {
    re: f.multiplySubtract(y.im, k2.im, f.multiplyAdd(y.re, k2.re, straight.re)),
    im: f.multiplyAdd(y.im, k2.re, f.multiplyAdd(y.re, k2.im, straight.im)),
  };
}

/** multiplyQuarter(quarter, index, key): last forward pass, product with a one-block GGSW, first inverse pass. */
export function multiplyQuarter(f: FunctionBuilder, g: Geometry): void {
  const [quarter, index, key] = f.params("i32");
  overLastPass(f, g, quarter, index, (point, twiddle) => {
    const w = pairTwiddles(f, twiddle);
    const x = lastPassForward(f, g, point, w);
    const products = map4((i) => blockProduct(f, x[i]!, key, spectrumOffsets(f, i)));
    storeSpectrum(f, g, point, inverseButterfly(f, products, w));
    f.increment(key, 512);
  });
}

/** multiply(buffer, key): the product with a one-block GGSW, between the first pass forward and the last one back. */
export function multiply(f: FunctionBuilder, g: Geometry): void {
  const [buffer, key] = f.params("i32");
  overQuarters(f, g, buffer, (quarter, index) => {
    f.call("forwardMiddle", quarter, index);
    f.call("multiplyQuarter", quarter, index, key);
    f.call("inverseMiddle", quarter, index);
    f.increment(key, g.quarterOfBlock);
  });
}

/**
 * multiplyFirst/More/Last(quarter, index, key, product): the product of a spectrum with one block of a GGSW level. All but
 * the first are added to what is there; the last one is followed by the first inverse pass.
 */
export const multiplyInto =
  (place: "first" | "more" | "last") =>
  (f: FunctionBuilder, g: Geometry): void => {
    const [quarter, index, key, product] = f.params("i32");
    overLastPass(f, g, quarter, index, (point, twiddle) => {
      const products = map4((i) => {
        const x = loadSpectrumPoint(f, g, point, i);
        const ofBlock = blockProduct(f, x, key, spectrumOffsets(f, i));
        return place === "first" ? ofBlock : f.complexAdd(ofBlock, loadSpectrumPoint(f, g, product, i));
      });
      const y = place === "last" ? inverseButterfly(f, products, pairTwiddles(f, twiddle)) : products;
      storeSpectrum(f, g, product, y);
      f.increment(key, 512);
      f.increment(product, 128);
    });
  };

/**
 * multiplyMatrix(buffers, inputs, key, products, pairs): the product with a GGSW ciphertext of several blocks, between
 * the first pass forward and the last one back. Blocks come input by input, one for each of `pairs` products. There are
 * at least two inputs: one is for `multiply`.
 */
export function multiplyMatrix(f: FunctionBuilder, g: Geometry): void {
  const [buffers, inputs, key, products, pairs] = f.params("i32");
  const [index, input, output, quarter, product] = f.locals("i32");
  /** Counts to `count` with the address of the current quarter of each of so many buffers. */
  const over = (
    counter: Local<"i32">,
    count: Local<"i32">,
    first: Local<"i32">,
    address: Local<"i32">,
    body: () => void,
  ): void => {
    f.set(address, i32.add(first, i32.mul(index, g.quarterStride)));
    f.forRange(counter, 0, count, 1, () => {
      body();
      f.increment(address, g.transform);
    });
  };
  const overProducts = (body: () => void): void => over(output, pairs, products, product, body);
  const multiplyBy = (name: string): void => f.call(name, quarter, index, key, product);
  const first = i32.eqz(input);
  const last = i32.eq(i32.add(input, 1), inputs);
  f.forRange(index, 0, 4, 1, () => {
    over(input, inputs, buffers, quarter, () => {
      for (const passes of ["forwardMiddle", "forwardLast"]) f.call(passes, quarter, index);
      overProducts(() => {
        f.when(first, () => multiplyBy("multiplyFirst"));
        f.when(last, () => multiplyBy("multiplyLast"));
        f.when(i32.eqz(i32.or(first, last)), () => multiplyBy("multiplyMore"));
        f.increment(key, g.quarterOfBlock);
      });
    });
    overProducts(() => f.call("inverseMiddle", product, index));
  });
}
