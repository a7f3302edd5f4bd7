import { describe, expect, test } from "vitest";
import { bigLweDimension } from "../../src/parameters/parameter-set.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 } from "../../src/parameters/sets.ts";
import { decode, encode } from "../../src/scheme/lwe/encoding.ts";
import { decryptLwe } from "../../src/scheme/lwe/lwe.ts";
import {
  encryptUnderPublicKey,
  expandPublicKey,
  generatePublicKey,
  zeroCount,
} from "../../src/scheme/public-key/public-key.ts";
import { generateSecretKey } from "../../src/scheme/secret-key/secret-key.ts";
import { Workbench } from "../../src/scheme/workbench.ts";

const parameters = INSECURE_TOY_MESSAGE_2_CARRY_2;
const secret = generateSecretKey(parameters);
const bench = await Workbench.for(parameters.polynomialSize);
const seeded = await generatePublicKey(bench, secret);
const expanded = await expandPublicKey(bench, seeded);
const n = bigLweDimension(parameters);

const bound = 2n ** BigInt(parameters.glweNoise);

test("the key is made of fresh encryptions of zero", () => {
  expect(expanded.zeros.length).toBe(zeroCount(parameters) * (n + 1));
  for (let row = 0; row < zeroCount(parameters); row++) {
    const noise = BigInt.asIntN(64, decryptLwe(expanded.zeros.subarray(row * (n + 1)), secret.glwe));
    if (noise > bound || noise < -bound) expect.fail(`noise ${noise} of encryption ${row}`);
  }
});

describe.each([
  ["seeded", seeded],
  ["expanded", expanded],
])("%s", (_, key) => {
  test("encrypts all values of a block", async () => {
    const messages = Array.from({ length: 16 }, (_, i) => i);
    const ciphertexts = await encryptUnderPublicKey(bench, key, messages);
    const found = ciphertexts.map((lwe) => decode(decryptLwe(lwe, secret.glwe), parameters));
    expect(found).toEqual(messages);
  });

  test("adds up about half of the encryptions of zero, another half each time", async () => {
    const ciphertexts = await encryptUnderPublicKey(bench, key, [5, 5, 5, 5, 5, 5, 5, 5]);
    const noises = ciphertexts.map((lwe) =>
      Number(BigInt.asIntN(64, decryptLwe(lwe, secret.glwe) - encode(5, parameters))),
    );
    expect(new Set(noises).size).toBe(8);
    const deviation = Math.sqrt((zeroCount(parameters) / 2 / 6) * (2 ** (2 * parameters.glweNoise + 1) + 1));
    for (const noise of noises) expect(Math.abs(noise)).toBeLessThan(6 * deviation);
    expect(Math.max(...noises.map(Math.abs))).toBeGreaterThan(deviation / 4);
    const [a, b] = ciphertexts;
    expect(a.filter((element, i) => element === b[i])).toHaveLength(0);
  });

  test("encrypts nothing", async () => {
    expect(await encryptUnderPublicKey(bench, key, [])).toEqual([]);
  });

  test("can be cancelled, and gives its memory back", async () => {
    const before = bench.heap.usedBytes;
    const controller = new AbortController();
    const options = { signal: controller.signal, onProgress: () => controller.abort(new Error("enough")) };
    await expect(encryptUnderPublicKey(bench, key, new Array(400).fill(1), options)).rejects.toThrow(
      "enough",
    );
    expect(bench.heap.usedBytes).toBe(before);
  });
});

test("several encryptions can go on at a time, with other work between", async () => {
  const all = await Promise.all(
    [1, 2, 3].map((value) =>
      encryptUnderPublicKey(bench, value === 2 ? expanded : seeded, new Array(40).fill(value)),
    ),
  );
  all.forEach((ciphertexts, i) => {
    for (const lwe of ciphertexts) expect(decode(decryptLwe(lwe, secret.glwe), parameters)).toBe(i + 1);
  });
});
