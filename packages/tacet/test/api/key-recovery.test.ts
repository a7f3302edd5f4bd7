import { expect, test } from "vitest";
import { secretOf } from "../../src/api/keys/client-key.ts";
import { conformingBlocks, contentOf } from "../../src/api/values/ciphertext.ts";
import { ciphertextOf } from "../../src/api/values/value-type.ts";
import { ClientKey, FheUint8, FheUint2048 } from "../../src/index.ts";
import { bigLweDimension } from "../../src/parameters/parameter-set.ts";
import { decode, encode } from "../../src/scheme/lwe/encoding.ts";
import { decryptLwe } from "../../src/scheme/lwe/lwe.ts";

// What docs/security.md warns of: whoever is shown what crafted ciphertexts decrypt to has the key.
test("one crafted result decrypts to the secret key itself, which then reads everything", async () => {
  const clientKey = await ClientKey.generate();
  const { parameters } = clientKey;
  const dimension = bigLweDimension(parameters);

  const crafted = Array.from({ length: dimension / 2 }, (_, i) => {
    const lwe = new BigUint64Array(dimension + 1);
    lwe[2 * i] = -encode(1, parameters);
    lwe[2 * i + 1] = -encode(2, parameters);
    return { lwe, degree: 3, noiseLevel: 1 };
  });
  const sent = ciphertextOf(contentOf("FheUint2048", crafted, parameters)).serialize();
  const shown = FheUint2048.deserialize(sent).decrypt(clientKey);

  const bits = Uint8Array.from({ length: dimension }, (_, i) => Number((shown >> BigInt(i)) & 1n));
  expect(bits).toEqual(new Uint8Array(secretOf(clientKey).glwe));
  const [lowest] = conformingBlocks(FheUint8.encrypt(3, clientKey), parameters);
  expect(decode(decryptLwe(lowest!.lwe, bits), parameters)).toBe(3);
});
