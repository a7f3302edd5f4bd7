import { describe, expect, test } from "vitest";
import { secretOf } from "../../src/api/keys/client-key.ts";
import {
  ClientKey,
  COMP_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128 as compression,
  V1_8_META_PARAM_CPU_2_2_KS_PBS_PKE_TO_SMALL_ZKV2_TUNIFORM_2M128 as everything,
  type GenerateOptions,
  NOISE_SQUASHING_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128 as noiseSquashing,
  NOISE_SQUASHING_COMP_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128 as noiseSquashingCompression,
  PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128 as other,
  ParameterError,
} from "../../src/index.ts";

const toBig = { baseLog: 24, level: 1, destination: "big" } as const;
const insecure = { allowInsecureParameters: true };

describe("parts of client keys that cannot be made are refused:", () => {
  test.each<[string, GenerateOptions, RegExp]>([
    ["compression of another noise", { compression: { ...compression, noise: 42 } }, /not a published/],
    [
      "more ciphertexts than fit",
      { compression: { ...compression, ciphertextsPerGlwe: 257 }, ...insecure },
      /packs 257 ciphertexts into polynomials of 256/,
    ],
    ["no bits", { compression: { ...compression, storedBits: 0 }, ...insecure }, /coefficients of 0 bits/],
    ["no levels", { compression: { ...compression, packingLevel: 0 }, ...insecure }, /0 levels of 4 bits/],
    [
      "noise squashing for other blocks",
      { parameters: other, noiseSquashing },
      /other message and carry moduli/,
    ],
    [
      "noise squashing of a gadget too fine",
      { noiseSquashing: { ...noiseSquashing, level: 6 }, ...insecure },
      /6 levels of 24 bits/,
    ],
    ["squashed packing alone", { noiseSquashingCompression }, /of no use without noiseSquashing/],
    ["re-randomisation without its key", { reRandomization: toBig }, /compact key, of which there is none/],
    [
      "re-randomisation under the small key",
      { compactKey: everything.compactKey, reRandomization: { ...toBig, destination: "small" } },
      /under the small key/,
    ],
  ])("%s", async (_, options, message) => {
    const made = ClientKey.generate(options);
    await expect(made).rejects.toThrow(ParameterError);
    await expect(made).rejects.toThrow(message);
  });
});

test("sets are what their values say, whatever they are called", async () => {
  const named = { ...compression, name: "mine", insecure: true };
  const { compression: found } = secretOf(await ClientKey.generate({ compression: named }));
  expect(found?.parameters).toBe(compression);
});

test("a key that is disposed of wipes the secrets of all of its parts", async () => {
  const clientKey = await ClientKey.generate({ ...everything, tag: Uint8Array.of(1) });
  const { lwe, glwe, oprf, ...parts } = secretOf(clientKey);
  const { compact, compression, noiseSquashing, noiseSquashingCompression, transciphering } = parts;
  const keyed = [compact, compression, noiseSquashing, noiseSquashingCompression, transciphering];
  const secrets = [lwe, glwe, oprf!, ...keyed.map((part) => part!.key)];
  for (const secret of secrets) expect(secret).toContain(1);
  clientKey.dispose();
  for (const secret of secrets) expect(secret).not.toContain(1);
});
