import { Kernel } from "./kernel.ts";
import type { KernelParameters } from "./layout.ts";

/**
 * Checks a freshly compiled module against answers that are known exactly: one blind rotation by a noiseless
 * encryption of 1 with an empty mask, whose result is the accumulator times a power of X, and one exact product.
 * A compiler that miscompiles a kernel hardly gets both right. The rotation is repeated for as long as
 * `warmUpMilliseconds` says, so that an engine that compiles a second time what runs often is checked on that.
 */
export function answersRight(
  module: WebAssembly.Module,
  polynomialSize: number,
  shared: boolean,
  warmUpMilliseconds: number,
): boolean {
  const N = polynomialSize;
  const parameters: KernelParameters = {
    lweDimension: 1,
    glweDimension: 1,
    polynomialSize,
    pbsBaseLog: 23,
    pbsLevel: 1,
    ksBaseLog: 4,
    ksLevel: 4,
  };
  const layout = Kernel.layout(parameters);
  let end = 64;
  const allocate = (bytes: number): number => {
    const address = end;
    end = Math.ceil((end + bytes) / 64) * 64;
    return address;
  };
  const tables = allocate(layout.tables);
  const ggsw = allocate(layout.ggsw);
  const key = allocate(layout.fourierGgsw);
  const table = allocate(layout.torusPolynomial);
  const switched = allocate(layout.smallLwe);
  const accumulator = allocate(layout.accumulator);
  const scratch = allocate(layout.scratch(1));
  const bits = allocate(N);
  const prepared = allocate(layout.preparedBinaryKey);
  const out = allocate(layout.bigLwe);
  const pages = Math.ceil(end / 65536);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
  const request = { module, flavour: "plain", polynomialSize, shared } as const;
  const kernel = new Kernel(request, memory, tables, parameters, { writeTables: true });
  const u64 = (address: number, length: number): BigUint64Array =>
    new BigUint64Array(memory.buffer, address, length);

  // A pattern without zeros or symmetries, in the upper bits, above the rounding of the decomposition.
  const pattern = (j: number): bigint => BigInt(((j * 2654435761 + 12345) >>> 8) & 0x3fffff) << 41n;
  const values = u64(table, N);
  for (let j = 0; j < N; j++) values[j] = pattern(j);
  const rows = u64(ggsw, 4 * N);
  rows[0] = 1n << 41n;
  rows[3 * N] = 1n << 41n;
  kernel.toFourier(ggsw, key, scratch);
  // X^a with an odd a, from the start position X^−b.
  const [a, b] = [N + 77, 130];
  new Uint32Array(memory.buffer, switched, 2).set([a, b]);
  const warm = performance.now() + warmUpMilliseconds;
  do {
    kernel.initializeAccumulator(table, switched, accumulator);
    kernel.blindRotate(1, switched, accumulator, key, scratch);
  } while (performance.now() < warm);
  const coefficient = (j: number): bigint => {
    const source = (((j + b - a) % (2 * N)) + 2 * N) % (2 * N);
    return source < N ? pattern(source) : -pattern(source - N);
  };
  const close = (x: bigint, y: bigint): boolean => {
    const error = BigInt.asIntN(64, x - y);
    return error < 1n << 40n && error > -(1n << 40n);
  };
  for (const index of [0, 1, N / 8, N / 2 + 3, N - 1]) {
    kernel.sampleExtract(accumulator, index, out);
    if (!close(u64(out, N + 1)[N]!, coefficient(index))) return false;
  }

  // Powers of X as the binary polynomial: (1 + X^3)·pattern, with all 64 bits in use.
  new Uint8Array(memory.buffer, bits, 4).set([1, 0, 0, 1]);
  kernel.prepareBinaryKey(bits, prepared);
  for (let j = 0; j < N; j++) values[j] = BigInt.asUintN(64, pattern(j) * 0x9e3779b97f4a7c15n);
  const product = u64(out, N).fill(0n);
  kernel.binaryProduct(table, prepared, out, scratch);
  return product.every((value, j) => {
    const turned = j < 3 ? -values[j - 3 + N]! : values[j - 3]!;
    return value === BigInt.asUintN(64, values[j]! + turned);
  });
}
