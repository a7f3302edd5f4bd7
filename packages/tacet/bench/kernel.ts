import { Kernel } from "../src/kernel/kernel.ts";
import { loadKernel } from "../src/kernel/load.ts";
import { writeTables } from "../src/kernel/tables.ts";
import { DEFAULT_PARAMETERS } from "../src/parameters/sets.ts";
import { Pace } from "../src/progress.ts";

// Times of the kernel at the default parameters, on one thread: the median and the minimum of many runs. Keys and
// ciphertexts are random, which costs the same as real ones. `deterministic` as an argument takes the plain flavour.

const parameters = DEFAULT_PARAMETERS;
const deterministic = process.argv.includes("deterministic");
const layout = Kernel.layout(parameters);
const batches = [1, 4, 8];
const largest = Math.max(...batches);

let end = 64;
const allocate = (bytes: number): number => {
  const address = end;
  end = Math.ceil((end + bytes) / 64) * 64;
  return address;
};
const tables = allocate(layout.tables);
const scratch = allocate(layout.scratch(largest));
const bootstrapKey = allocate(layout.bootstrapKey);
const keySwitchKey = allocate(layout.keySwitchKey);
const ciphertexts = allocate(largest * layout.bigLwe);
const switched = allocate(largest * layout.smallLwe);
const accumulators = allocate(largest * layout.accumulator);
const table = allocate(layout.torusPolynomial);
const ggsw = allocate(layout.ggsw);
const bits = allocate(parameters.glweDimension * parameters.polynomialSize);
const prepared = allocate(layout.preparedBinaryKey);
const roundKeys = allocate(layout.roundKeys);
const aesBlocks = 65536;
const stream = allocate(16 * aesBlocks);
const pages = Math.ceil(end / 65536);

const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
const module = await loadKernel({ polynomialSize: parameters.polynomialSize, deterministic, shared: true });
await writeTables(memory, tables, parameters, new Pace({}));
const kernel = new Kernel(module, memory, tables, parameters);

/** Fills with bytes of the kernel's own generator. */
let counter = 0n;
const randomize = (address: number, bytes: number): void => {
  kernel.aesCtr(roundKeys, counter, address, Math.floor(bytes / 16));
  counter += BigInt(Math.floor(bytes / 16));
};
kernel.aesExpandKey(ciphertexts, roundKeys);
for (const [address, bytes] of [
  [ciphertexts, largest * layout.bigLwe],
  [keySwitchKey, layout.keySwitchKey],
  [ggsw, layout.ggsw],
  [table, layout.torusPolynomial],
] as const) {
  randomize(address, bytes);
}
const bitBytes = new Uint8Array(memory.buffer, bits, parameters.glweDimension * parameters.polynomialSize);
randomize(bits, bitBytes.length);
bitBytes.forEach((byte, i) => void (bitBytes[i] = byte & 1));
for (let i = 0; i < parameters.lweDimension; i++) {
  kernel.toFourier(ggsw, bootstrapKey + i * layout.fourierGgsw, scratch);
}

/** Runs for a second; `per` is how many of the thing that is measured one run does, `unit` is its unit in ms. */
function measure(name: string, per: number, unit: "ms" | "µs", run: () => void): void {
  const times: number[] = [];
  const warm = performance.now() + 500;
  while (performance.now() < warm) run();
  const stop = performance.now() + 1500;
  do {
    const start = performance.now();
    run();
    times.push(performance.now() - start);
  } while (performance.now() < stop);
  times.sort((a, b) => a - b);
  const scale = (unit === "µs" ? 1000 : 1) / per;
  const show = (time: number): string => `${(time * scale).toFixed(3).padStart(9)} ${unit}`;
  console.log(`${name.padEnd(52)} median ${show(times[times.length >> 1]!)}   minimum ${show(times[0]!)}`);
}

const repeat = (count: number, run: () => void) => (): void => {
  for (let i = 0; i < count; i++) run();
};

/** The passes of the transform, which the typed face does not show. */
const passes = new WebAssembly.Instance(module.module, { env: { memory, tables } }).exports as Record<
  "forwardFirst" | "forwardRest",
  (buffer: number) => void
>;

console.log(`${parameters.name}, ${module.flavour} flavour, ${process.version}`);
measure("AES-128 counter mode, one KiB", aesBlocks / 64, "µs", () =>
  kernel.aesCtr(roundKeys, counter, stream, aesBlocks),
);
const transform = (): void => {
  passes.forwardFirst(scratch);
  passes.forwardRest(scratch);
};
new Uint8Array(memory.buffer, scratch, layout.scratch(1)).fill(0);
measure("forward transform of two polynomials", 100, "µs", repeat(100, transform));
measure("exact product by a binary polynomial", 50, "µs", () => {
  kernel.prepareBinaryKey(bits, prepared);
  repeat(50, () => kernel.binaryProduct(table, prepared, ggsw, scratch))();
});
measure(
  "GGSW to the Fourier domain",
  20,
  "µs",
  repeat(20, () => kernel.toFourier(ggsw, bootstrapKey, scratch)),
);
measure("linear combination of one ciphertext", 100, "µs", () => {
  const terms = roundKeys;
  new Uint32Array(memory.buffer, terms, 2).set([ciphertexts, 3]);
  repeat(100, () => kernel.linearCombination(ciphertexts, terms, 1, 5n, layout.bigLwe / 8))();
});
for (const batch of batches) {
  measure(`key switch, each of a batch of ${batch}`, batch, "ms", () =>
    kernel.keySwitch(batch, ciphertexts, keySwitchKey, switched, scratch),
  );
}
measure("modulus switch, each of a batch of 8", largest, "µs", () => kernel.modulusSwitch(largest, switched));

// Switching again and again has left nothing of the masks.
const rotations = new Uint32Array(memory.buffer, switched, (largest * layout.smallLwe) / 4);
randomize(switched, rotations.byteLength);
rotations.forEach((word, i) => void (rotations[i] = word & (2 * parameters.polynomialSize - 1)));
for (let i = 0; i < largest; i++) {
  kernel.initializeAccumulator(table, switched + i * layout.smallLwe, accumulators + i * layout.accumulator);
}
for (const batch of batches) {
  const run = (): void => kernel.blindRotate(batch, switched, accumulators, bootstrapKey, scratch);
  measure(`blind rotation, each of a batch of ${batch}`, batch, "ms", run);
  measure("  one step of it", batch * parameters.lweDimension, "µs", run);
}
measure(
  "sample extraction",
  100,
  "µs",
  repeat(100, () => kernel.sampleExtract(accumulators, 0, ciphertexts)),
);
