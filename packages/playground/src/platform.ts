/** A module with one instruction on vectors of 128 bits: what does not accept it cannot run the library's kernels. */
const VECTOR_MODULE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98,
  11,
]);

/** Whether this browser can compute here, and is recent enough for all else on the page. */
export function isSupported(): boolean {
  const vectors = typeof WebAssembly === "object" && WebAssembly.validate(VECTOR_MODULE);
  // What the page is made of, from module workers to `toSorted`, came to every browser before these colours did.
  return vectors && CSS.supports("color", "light-dark(red, red)");
}
