/*
 * npm run bench:timing -- [samples]
 *
 * Whether the time of what clients do with secrets depends on them (after Reparaz, Balasch and Verbauwhede, "Dude, is my
 * code constant time?", ePrint 2016/1123): each line measures one computation with two secrets, in random order, and
 * shows by how much the medians differ, and Welch's t of both samples without their slowest tenth. From about 10 on,
 * times differ by more than chance; what is below shows nothing but that so many samples do not tell.
 */

import { ClientKey, FheUint64 } from "../src/index.ts";
import { bigLweDimension } from "../src/parameters/parameter-set.ts";
import { DEFAULT_PARAMETERS } from "../src/parameters/sets.ts";
import { decryptWords } from "../src/scheme/lwe/decrypt.ts";
import { encryptLwe } from "../src/scheme/lwe/lwe.ts";
import { encryptSeededLwe } from "../src/scheme/lwe/seeded-lwe.ts";
import { Workbench } from "../src/scheme/workbench.ts";

const [count = "4000", ...excess] = process.argv.slice(2);
const samples = Number(count);
if (excess.length > 0 || !Number.isInteger(samples) || samples < 100) {
  console.error("usage: npm run bench:timing -- [samples, at least 100]");
  process.exit(2);
}

/** One computation with each of two secrets. */
interface Comparison {
  readonly name: string;
  readonly first: () => unknown;
  readonly second: () => unknown;
}

const bench = await Workbench.for(DEFAULT_PARAMETERS.polynomialSize);
const n = bigLweDimension(DEFAULT_PARAMETERS);
const noise = DEFAULT_PARAMETERS.glweNoise;
const [zeros, ones] = [new Uint8Array(n), new Uint8Array(n).fill(1)];
const lwe = new BigUint64Array(n + 1);
encryptLwe(1n << 60n, zeros, noise, lwe);
const ciphertexts = new Array<BigUint64Array>(32).fill(lwe);
const key = await ClientKey.generate();
const most = 2n ** 64n - 1n;
const [least64, most64] = [0n, most].map((value) => FheUint64.encrypt(value, key));

const comparisons: Comparison[] = [
  {
    name: "encrypt a block; key of zeros, of ones",
    first: () => encryptLwe(1n << 60n, zeros, noise, lwe),
    second: () => encryptLwe(1n << 60n, ones, noise, lwe),
  },
  {
    name: "encrypt a block, compressed; the same keys",
    first: () => encryptSeededLwe(bench, [1n << 60n], zeros, noise),
    second: () => encryptSeededLwe(bench, [1n << 60n], ones, noise),
  },
  {
    name: "decrypt 32 blocks; the same keys",
    first: () => decryptWords(bench, ciphertexts, zeros),
    second: () => decryptWords(bench, ciphertexts, ones),
  },
  {
    name: "encrypt an FheUint64; 0, 2^64 - 1",
    first: () => FheUint64.encrypt(0n, key),
    second: () => FheUint64.encrypt(most, key),
  },
  {
    name: "decrypt an FheUint64; 0, 2^64 - 1",
    first: () => least64!.decrypt(key),
    second: () => most64!.decrypt(key),
  },
];

console.log("| computation; the two secrets | median | difference | t |\n| --- | --- | --- | --- |");
for (const { name, first, second } of comparisons) {
  const [a, b] = measure(first, second);
  const difference = (100 * (median(b) - median(a))) / median(a);
  console.log(
    `| ${name} | ${(median(a) * 1000).toFixed(1)} µs | ${difference.toFixed(2)} % | ${welch(a, b).toFixed(1)} |`,
  );
}

/** Milliseconds of each computation, ascending, without the slowest tenth. */
function measure(first: () => unknown, second: () => unknown): [number[], number[]] {
  for (let i = 0; i < 500; i++) [first, second][i % 2]!();
  const times: [number[], number[]] = [[], []];
  while (times[0].length < samples || times[1].length < samples) {
    const which = Math.random() < 0.5 ? 0 : 1;
    const compute = which === 0 ? first : second;
    const start = performance.now();
    compute();
    times[which].push(performance.now() - start);
  }
  return times.map((all) => all.sort((x, y) => x - y).slice(0, Math.floor(0.9 * all.length))) as [
    number[],
    number[],
  ];
}

function median(sorted: readonly number[]): number {
  return sorted[sorted.length >> 1]!;
}

function welch(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]): number => values.reduce((x, y) => x + y, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  /** The variance of the mean. */
  const variance = (values: readonly number[], m: number): number =>
    values.reduce((sum, value) => sum + (value - m) ** 2, 0) / values.length ** 2;
  return (meanB - meanA) / Math.sqrt(variance(a, meanA) + variance(b, meanB));
}
