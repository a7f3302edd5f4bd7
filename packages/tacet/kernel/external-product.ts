import type { Geometry } from "../src/kernel/geometry.ts";
import {
  add32,
  type Complex,
  type Expression,
  type FunctionBuilder,
  get,
  i32,
  mul32,
  type Vector,
} from "./assembler.ts";
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
function blockProduct(
  f: FunctionBuilder,
  x: Complex,
  address: Expression,
  offsets: readonly number[],
): Complex {
  const places = offsets.map((offset) => 128 * (offset >> 5) + (offset & 16));
  const part = (i: number): Vector =>
    f.load(
      address,
      places.map((place) => place + 32 * i),
    );
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
  overLastPass(f, g, () => {
    const w = pairTwiddles(f, get("twiddle"));
    const x = lastPassForward(f, g, w);
    const products = map4((i) => blockProduct(f, x[i]!, get("key"), spectrumOffsets(f, i)));
    storeSpectrum(f, g, get("point"), inverseButterfly(f, products, w));
    f.increment("key", 512);
  });
}

/** multiply(buffer, key): the product with a one-block GGSW, between the first pass forward and the last one back. */
export function multiply(f: FunctionBuilder, g: Geometry): void {
  overQuarters(f, g, () => {
    const quarter = [get("quarter"), get("index")];
    f.call("forwardMiddle", ...quarter);
    f.call("multiplyQuarter", ...quarter, get("key"));
    f.call("inverseMiddle", ...quarter);
    f.increment("key", g.quarterOfBlock);
  });
}

/**
 * multiplyFirst/More/Last(quarter, index, key, product): the product of a spectrum with one block of a GGSW level. All but
 * the first are added to what is there; the last one is followed by the first inverse pass.
 */
export function multiplyInto(
  f: FunctionBuilder,
  g: Geometry,
  place: { first: boolean; last: boolean },
): void {
  overLastPass(f, g, () => {
    const products = map4((i) => {
      const x = loadSpectrumPoint(f, g, get("point"), i);
      const product = blockProduct(f, x, get("key"), spectrumOffsets(f, i));
      return place.first ? product : f.complexAdd(product, loadSpectrumPoint(f, g, get("product"), i));
    });
    const y = place.last ? inverseButterfly(f, products, pairTwiddles(f, get("twiddle"))) : products;
    storeSpectrum(f, g, get("product"), y);
    f.increment("key", 512);
    f.increment("product", 128);
  });
}

/**
 * multiplyMatrix(buffers, inputs, key, products, pairs): the product with a GGSW ciphertext of several blocks, between
 * the first pass forward and the last one back. Blocks come input by input, one for each of `pairs` products. There are
 * at least two inputs: one is for `multiply`.
 */
export function multiplyMatrix(f: FunctionBuilder, g: Geometry): void {
  for (const name of ["index", "input", "output", "quarter", "product"]) f.local("i32", name);
  /** Loops over so many buffers, with the address of the current quarter of each. */
  const over = (count: string, number: string, buffers: string, address: string, body: () => void): void => {
    f.set(address, add32(get(buffers), mul32(get("index"), g.quarterStride)));
    f.forRange(number, i32(0), get(count), 1, () => {
      body();
      f.increment(address, g.transform);
    });
  };
  const overProducts = (body: () => void): void => over("pairs", "output", "products", "product", body);
  const multiplyBy = (name: string): void =>
    f.call(name, get("quarter"), get("index"), get("key"), get("product"));
  const first = `(i32.eqz ${get("input")})`;
  const last = `(i32.eq ${add32(get("input"), 1)} ${get("inputs")})`;
  f.forRange("index", i32(0), i32(4), 1, () => {
    over("inputs", "input", "buffers", "quarter", () => {
      for (const passes of ["forwardMiddle", "forwardLast"]) f.call(passes, get("quarter"), get("index"));
      overProducts(() => {
        f.when(first, () => multiplyBy("multiplyFirst"));
        f.when(last, () => multiplyBy("multiplyLast"));
        f.when(`(i32.eqz (i32.or ${first} ${last}))`, () => multiplyBy("multiplyMore"));
        f.increment("key", g.quarterOfBlock);
      });
    });
    overProducts(() => f.call("inverseMiddle", get("product"), get("index")));
  });
}
