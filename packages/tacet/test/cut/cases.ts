import * as tacet from "../../src/index.ts";
import {
  type Ciphertext,
  type ClientKey,
  type Engine,
  FheAsciiString,
  FheBool,
  FheInt16,
  type FheUint8,
  FheUint12,
  FheUint16,
  FheUint32,
  FheUint64,
  type Handle,
} from "../../src/index.ts";

export type AnyHandle = Handle<Ciphertext>;

/** A program on some values, which every engine loads for itself. */
export interface Case {
  readonly values: (clientKey: ClientKey) => Ciphertext[];
  // biome-ignore lint/suspicious/noExplicitAny: each case knows what types its values have
  compute: (inputs: any[], engine: Engine) => AnyHandle[];
  readonly results: readonly (number | bigint | boolean | string)[];
  readonly types: readonly {
    deserialize(bytes: Uint8Array, options?: object): { decrypt(key: ClientKey): unknown };
  }[];
  readonly checked?: boolean;
}

export const CASES: Record<string, Case> = {
  "a product of 64 bits": {
    values: (clientKey) => [
      FheUint64.encrypt(0x123456789abcdefn, clientKey),
      FheUint64.encrypt(0xfedcba987654321n, clientKey),
    ],
    compute: ([a, b]) => [a.mul(b)],
    results: [BigInt.asUintN(64, 0x123456789abcdefn * 0xfedcba987654321n)],
    types: [FheUint64],
  },
  "a quotient and a remainder": {
    values: (clientKey) => [FheUint16.encrypt(54321, clientKey), FheUint16.encrypt(123, clientKey)],
    compute: ([a, b]) => a.divRem(b),
    results: [441, 78],
    types: [FheUint16, FheUint16],
  },
  "a sum of minima": {
    values: (clientKey) =>
      [1000, ...Array.from({ length: 12 }, (_, i) => 300 * i)].map((x) => FheUint32.encrypt(x, clientKey)),
    compute: ([cap, ...salaries], engine) => [engine.sum(salaries.map((salary) => salary.min(cap)))],
    results: [Array.from({ length: 12 }, (_, i) => Math.min(1000, 300 * i)).reduce((a, b) => a + b)],
    types: [FheUint32],
  },
  "comparisons, choices and what is clear": {
    values: (clientKey) => [
      FheInt16.encrypt(-77, clientKey),
      FheInt16.encrypt(1234, clientKey),
      FheBool.encrypt(true, clientKey),
    ],
    compute: ([a, b, c]) => [a.lt(b).and(c), c.select(a.mul(3), b), a.eq(b), a.sub(a), a],
    results: [true, -231, false, 0, -77],
    types: [FheBool, FheInt16, FheBool, FheInt16, FheInt16],
  },
  "equality of integers of 12 bits, and what is more": {
    values: (clientKey) => [FheUint12.encrypt(77, clientKey), FheUint12.encrypt(77, clientKey)],
    compute: ([a, b]) => [a.eq(b), a.ne(b), a.eq(b).not(), a.max(b)],
    results: [true, false, false, 77],
    types: [FheBool, FheBool, FheBool, FheUint12],
  },
  "texts, whose values are checked": {
    values: (clientKey) => [
      FheAsciiString.encrypt("a needle in a haystack", clientKey, { padding: 2 }),
      FheAsciiString.encrypt("needle", clientKey),
    ],
    compute: ([text, pattern]) => [text.contains(pattern), text.toUpperCase(), text.indexOf(pattern)[0]],
    results: [true, "A NEEDLE IN A HAYSTACK", 2],
    types: [FheBool, FheAsciiString, FheUint32],
    checked: true,
  },
};

/** Values as they go to every engine. */
export type Own = readonly { readonly type: string; readonly bytes: Uint8Array }[];

function typeNamed(name: string): typeof FheUint8 {
  return (tacet as unknown as Record<string, typeof FheUint8>)[name];
}

/** The values of a case in an engine, from bytes as they come to each. */
export function load(engine: Engine, { checked = false }: Case, own: Own): AnyHandle[] {
  return own.map(
    ({ type, bytes }) => engine.load(typeNamed(type).deserialize(bytes), { checked }) as AnyHandle,
  );
}

/** What an engine has of a case: handles of its values, and of its results. */
export function open(
  engine: Engine,
  one: Case,
  clientKey: ClientKey,
): { own: Own; inputs: AnyHandle[]; results: AnyHandle[] } {
  const own = one.values(clientKey).map((value) => ({ type: value.type, bytes: value.serialize() }));
  const inputs = load(engine, one, own);
  return { own, inputs, results: one.compute(inputs, engine) };
}
