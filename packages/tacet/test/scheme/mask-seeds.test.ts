import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ClientKey, Engine, FheUint8, ServerKey } from "../../src/index.ts";
import { MaskGenerator } from "../../src/random/mask-generator.ts";
import type { MaskSeed } from "../../src/random/mask-seed.ts";
import type { SeededBodies } from "../../src/scheme/server-key/seeded-key.ts";
import { deserializeClientKey } from "../../src/wire/keys/client-key.ts";
import { deserializeServerKey, serializeServerKey } from "../../src/wire/keys/server-key.ts";

const insecure = { allowInsecureParameters: true };

const vector = (file: string): Uint8Array =>
  readFileSync(new URL(`../vectors/1.7/plain/${file}.bin`, import.meta.url));

/**
 * The same ciphertexts under masks from another seed. `multiply` adds the product of a row's mask with the secret key to
 * the row's bodies.
 */
function reseed(
  { seed: former, bodies }: SeededBodies,
  seed: MaskSeed,
  maskSize: number,
  bodySize: number,
  multiply: (mask: BigUint64Array, bodies: BigUint64Array) => void,
): SeededBodies {
  const [before, after] = [new MaskGenerator(former), new MaskGenerator(seed)];
  const result = bodies.slice();
  const [mask, difference] = [new BigUint64Array(maskSize), new BigUint64Array(maskSize)];
  for (let row = 0; row < bodies.length / bodySize; row++) {
    before.fill(mask, row * maskSize);
    after.fill(difference, row * maskSize);
    for (let i = 0; i < maskSize; i++) difference[i] -= mask[i];
    multiply(difference, result.subarray(row * bodySize, (row + 1) * bodySize));
  }
  return { seed, bodies: result };
}

test.each<MaskSeed>([
  { kind: "ctr", bytes: new Uint8Array(16).fill(9), start: 1 },
  { kind: "xof", bytes: new Uint8Array(40).fill(9), start: 0 },
  { kind: "xof", bytes: new Uint8Array(29).fill(9), start: 16013 },
])("an engine computes with masks from $kind seeds that start at byte $start", async (seed) => {
  const key = deserializeServerKey(vector("compressed-server-key"), insecure);
  const { lwe, glwe } = deserializeClientKey(vector("client-key"), insecure);
  const { lweDimension: n, polynomialSize: N } = key.parameters;
  const keySwitch = reseed(key.keySwitch, seed, n, 1, (mask, body) => {
    for (let i = 0; i < n; i++) if (lwe[i] === 1) body[0] += mask[i];
  });
  const bootstrap = reseed(key.bootstrap, seed, N, N, (mask, body) => {
    for (let i = 0; i < N; i++) {
      if (glwe[i] === 0) continue;
      for (let j = 0; j < N - i; j++) body[i + j] += mask[j];
      for (let j = N - i; j < N; j++) body[i + j - N] -= mask[j];
    }
  });
  const bytes = serializeServerKey({ ...key, keySwitch, bootstrap });
  const clientKey = ClientKey.deserialize(vector("client-key"), insecure);
  using engine = await Engine.create(ServerKey.deserialize(bytes, insecure), { threads: 1 });
  const [a, b] = [13, 11].map((value) => engine.load(FheUint8.encrypt(value, clientKey)));
  expect(FheUint8.deserialize(await a.mul(b).serialize()).decrypt(clientKey)).toBe(143);
});
