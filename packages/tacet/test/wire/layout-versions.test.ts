import { describe, expect, test } from "vitest";
import { ClientKey, type ParameterSet, ServerKey } from "../../src/index.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 } from "../../src/parameters/sets.ts";
import { bytesOf, INSECURE } from "./vectors.ts";

/* Keys in the layouts of TFHE-rs 1.7 and of 1.8, which has one part more. */

const parameters: ParameterSet = INSECURE_TOY_MESSAGE_2_CARRY_2;

/** The keys of a client, and how each is read. */
async function keysOf(options: { readonly transciphering?: "same" }) {
  const clientKey = await ClientKey.generate({ parameters, seed: 1n, ...options, ...INSECURE });
  const serverKey = await ServerKey.from(clientKey);
  return { clientKey, serverKey, expandedKey: await serverKey.expand() };
}

describe("without a transciphering key", () => {
  test("keys have 1.7's layout, and 1.8's if asked to", async () => {
    for (const key of Object.values(await keysOf({}))) {
      const [usual, before, now] = [{}, { version: "1.7" } as const, { version: "1.8" } as const].map(
        (options) => key.serialize(options),
      );
      expect(Buffer.compare(usual, before)).toBe(0);
      expect(now.length).toBe(usual.length + 1); // the option that is none
      const again = (key.constructor as unknown as typeof ServerKey).deserialize(now, INSECURE);
      expect(Buffer.compare(again.serialize(), usual)).toBe(0);
      expect(Buffer.compare(again.serialize({ version: "1.8" }), now)).toBe(0);
    }
  });

  test("those that 1.7 and 1.8 made of a seed are the same", () => {
    const [before, now] = ["1.7", "1.8"].map((version) =>
      ClientKey.deserialize(bytesOf({ version, file: "plain/client-key.bin" }), INSECURE),
    );
    expect(Buffer.compare(now.serialize(), before.serialize())).toBe(0);
  });
});

describe("with a transciphering key", () => {
  test("keys have 1.8's layout, and cannot have 1.7's", async () => {
    for (const key of Object.values(await keysOf({ transciphering: "same" }))) {
      expect(Buffer.compare(key.serialize(), key.serialize({ version: "1.8" }))).toBe(0);
      expect(() => key.serialize({ version: "1.7" })).toThrow(
        new RangeError("TFHE-rs 1.7 knows no transciphering key, which the value has; 1.8 does"),
      );
    }
  });

  test("of its own dimension, that must be known to be secure, or allowed, and not above the small key's", async () => {
    const generate = (lweDimension: number, options = {}) =>
      ClientKey.generate({ transciphering: { lweDimension }, ...options });
    await expect(generate(599)).rejects.toThrow(
      /dimension 599 is not known to be secure; expected 918 or 600/,
    );
    await expect(generate(919, INSECURE)).rejects.toThrow(/is 919; expected 1 to 918/);
    await expect(generate(0, INSECURE)).rejects.toThrow(/is 0; expected 1 to 918/);
    const key = await generate(599, INSECURE);
    expect(() => ClientKey.deserialize(key.serialize())).toThrow(/dimension 599 is not known to be secure/);
    expect(ClientKey.deserialize((await generate(600)).serialize()).parameters).toBe(key.parameters);
  });
});
