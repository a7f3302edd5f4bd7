import { FheBool } from "tacet";
import { clearEngine } from "tacet/clear";
import { expect, test } from "vitest";
import { TYPE_NAMES, typeNamed } from "../../src/program/forms.ts";
import { type EncryptedType, list, program, runPlain, trivialCipher } from "../../src/program/index.ts";

test("there are all types of the library", () => {
  expect(TYPE_NAMES).toHaveLength(1 + 2 * 41 + 2);
  expect(new Set(TYPE_NAMES).size).toBe(TYPE_NAMES.length);
});

/** Values of a type, among them the first and the last one. */
function valuesOf(name: string): unknown[] {
  if (name === "FheBool") return [true, false];
  if (name === "FheAsciiString") return ["", "abc"];
  if (name === "FheUtf8String") return ["é", "日本"];
  const width = BigInt(name.replace(/^\D+/, ""));
  const values = name.startsWith("FheInt")
    ? [-(1n << (width - 1n)), (1n << (width - 1n)) - 1n]
    : [0n, (1n << width) - 1n];
  return values.map((value) => (width > 32n ? value : Number(value)));
}

test("values of all types come in, are computed with, and go out", async () => {
  using engine = await clearEngine();
  for (const name of TYPE_NAMES) {
    const type = typeNamed(name) as EncryptedType;
    const echo = program(
      "echo",
      { in: { x: type, l: list(type) }, out: { same: list(type), equal: FheBool, chosen: type } },
      ({ x, l }) => {
        const [first, second] = l as never as [
          { eq(other: unknown): { select(a: unknown, b: unknown): never } },
          never,
        ];
        return {
          same: [x, second],
          equal: first.eq(second) as never,
          chosen: first.eq(x).select(second, first),
        };
      },
    );
    const [a, b] = valuesOf(name);
    const cipher = trivialCipher(engine.info.parameters);
    const results = await runPlain(echo, { x: a, l: [a, b] } as never, engine, cipher);
    expect([name, results]).toEqual([name, { same: [a, b], equal: false, chosen: b }]);
  }
  expect(engine.info.ciphertexts).toBe(0);
});
