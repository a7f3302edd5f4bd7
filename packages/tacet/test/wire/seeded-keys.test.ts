import { describe, expect, it } from "vitest";
import { deserializeClientKey } from "../../src/wire/keys/client-key.ts";
import { deserializeServerKey } from "../../src/wire/keys/server-key.ts";
import { LIMIT, tfhe } from "./peer.ts";
import { glwePhase, lwePhase, rowMask } from "./plain-lwe.ts";

/*
 * The order of levels, rows and polynomials only shows in keys that have several of each, which the default
 * parameters do not have. So the peer makes keys of a set of its own, too small to be secure.
 */
const n = 12;
const k = 2;
const N = 256;
const noise = 10;
const bootstrap = { baseLog: 6, level: 3 };
const keySwitch = { baseLog: 5, level: 2 };

const parameters = tfhe.Shortint.new_parameters(
  n,
  k,
  N,
  tfhe.Shortint.try_new_t_uniform(noise),
  tfhe.Shortint.try_new_t_uniform(noise),
  bootstrap.baseLog,
  bootstrap.level,
  keySwitch.baseLog,
  keySwitch.level,
  4n,
  4n,
  5n,
  -1,
  64,
  tfhe.ShortintEncryptionKeyChoice.Big,
);
const peerKey = tfhe.TfheClientKey.generate(
  tfhe.TfheConfigBuilder.with_custom_parameters(parameters).build(),
);

const insecure = { allowInsecureParameters: true };
const { glwe, lwe } = deserializeClientKey(peerKey.safe_serialize(LIMIT), insecure);
const serverBytes = tfhe.TfheCompressedServerKey.new(peerKey).safe_serialize(LIMIT);
const { keySwitch: keySwitchKey, bootstrap: bootstrapKey } = deserializeServerKey(serverBytes, insecure);

/** The noise of a sample that should encrypt `plaintext`, at most 2^noise. */
function expectNoise(phase: bigint, plaintext: bigint): void {
  const error = BigInt.asIntN(64, phase - plaintext);
  expect(error < 0n ? -error : error).toBeLessThanOrEqual(1n << BigInt(noise));
}

describe("keys with several levels and polynomials", () => {
  it("key-switch: element by element, in each the last level first", () => {
    expect(keySwitchKey.bodies.length).toBe(k * N * keySwitch.level);
    keySwitchKey.bodies.forEach((body, row) => {
      const level = keySwitch.level - (row % keySwitch.level);
      const bit = BigInt(glwe[Math.floor(row / keySwitch.level)]);
      const mask = rowMask(keySwitchKey.seed, row, n);
      expectNoise(lwePhase(mask, body, lwe), bit << BigInt(64 - keySwitch.baseLog * level));
    });
  });

  it("bootstrap: bit by bit, in each the last level first, in each row by row", () => {
    const { bodies, seed } = bootstrapKey;
    expect(bodies.length).toBe(n * bootstrap.level * (k + 1) * N);
    for (let at = 0; at < bodies.length / N; at++) {
      const row = at % (k + 1);
      const level = bootstrap.level - (Math.floor(at / (k + 1)) % bootstrap.level);
      const bit = BigInt(lwe[Math.floor(at / (k + 1) / bootstrap.level)]);
      const message = bit << BigInt(64 - bootstrap.baseLog * level);
      const mask = rowMask(seed, at, k * N);
      const body = bodies.subarray(at * N, (at + 1) * N);
      for (const t of [0, 1, 100, N - 1]) {
        const plaintext = row < k ? -message * BigInt(glwe[row * N + t]) : t === 0 ? message : 0n;
        expectNoise(glwePhase(mask, body, glwe, N, t), plaintext);
      }
    }
  });
});
