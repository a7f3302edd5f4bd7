import {
  FheAsciiString as Ascii,
  type BoolHandle,
  type Ciphertext,
  type Engine,
  type FheAsciiString,
  FheBool,
  FheInt8,
  FheInt64,
  FheUint8,
  FheUint16,
  FheUtf8String,
  Handle,
  type IntHandle,
  type StringHandle,
  type UintHandle,
} from "tacet";
import { checkedGraph } from "../../src/program/check-graph.ts";
import { typeNamed } from "../../src/program/forms.ts";
import { type Cipher, type Graph, parseGraph, program, runGraph, textOf } from "../../src/program/index.ts";

/** What examples and random programs are given. */
export interface Given {
  readonly x: UintHandle<8>;
  readonly y: UintHandle<8>;
  readonly wide: UintHandle<16>;
  readonly s: IntHandle<8>;
  readonly r: IntHandle<8>;
  readonly large: IntHandle<64>;
  readonly b: BoolHandle;
  readonly c: BoolHandle;
  readonly t: StringHandle;
  readonly u: StringHandle;
  readonly v: StringHandle<FheUtf8String>;
}

/** What they compute: any values in arrays. */
export type Compute = (given: Given, engine: Engine) => unknown;

export const INPUTS = {
  x: FheUint8,
  y: FheUint8,
  wide: FheUint16,
  s: FheInt8,
  r: FheInt8,
  large: FheInt64,
  b: FheBool,
  c: FheBool,
  t: Ascii,
  u: Ascii,
  v: FheUtf8String,
} as const;

export const VALUES: Readonly<Record<keyof typeof INPUTS, unknown>> = {
  x: 200,
  y: 3,
  wide: 40_000,
  s: -100,
  r: 7,
  large: -123_456_789_012n,
  b: true,
  c: false,
  t: "ab, abc",
  u: "ab",
  v: "héé",
};

/** How long texts are, with the zeros behind them. */
const SIZES: Readonly<Partial<Record<keyof typeof INPUTS, number>>> = { t: 8, u: 2, v: 6 };

/** The ciphertexts of the inputs. */
export function encryptGiven(cipher: Cipher, values = VALUES): Record<string, Ciphertext> {
  return Object.fromEntries(
    Object.entries(INPUTS).map(([name, type]) => {
      const size = SIZES[name as keyof typeof INPUTS];
      return [
        name,
        cipher.encrypt(type, values[name as keyof typeof INPUTS], size === undefined ? undefined : { size }),
      ];
    }),
  );
}

interface Found {
  readonly type: string;
  readonly size: number | undefined;
  readonly padded: boolean | undefined;
  readonly value: unknown;
}

/**
 * What a computation gives by the library alone, and as a program: traced, written as JSON, checked and run. Forms of the
 * second are those that the catalogue says.
 */
export async function bothWays(
  compute: Compute,
  engine: Engine,
  cipher: Cipher,
  values = VALUES,
): Promise<{ direct: Found[]; traced: Found[]; graph: Graph }> {
  const ciphertexts = encryptGiven(cipher, values);
  const loaded = Object.fromEntries(
    Object.entries(ciphertexts).map(([name, ciphertext]) => [name, engine.load(ciphertext as FheUint8)]),
  );
  const handles = handlesIn(compute(loaded as unknown as Given, engine));
  const direct = await Promise.all(
    handles.map(async (handle): Promise<Found> => {
      const { type, size, padded } = handle as unknown as StringHandle;
      const value = await plainOf(cipher, type, await handle.serialize());
      return { type, size, padded, value };
    }),
  );
  const names = handles.map((_, i) => `r${i}`);
  const out = Object.fromEntries(
    handles.map(({ type }, i) => [names[i], typeNamed(type) as typeof FheUint8]),
  );
  const made = program("example", { in: INPUTS, out }, (inputs, own) => {
    const results = [compute(inputs as unknown as Given, own)].flat(9) as UintHandle<8>[];
    return Object.fromEntries(flattened(results).map((one, i) => [names[i], one])) as never;
  });
  const text = textOf(made.trace(ciphertexts as never));
  const graph = parseGraph(text);
  if (textOf(graph) !== text) throw new Error(`what is traced is not in its one form: ${text}`);
  const results = await runGraph(graph, engine, ciphertexts);
  const { forms } = checkedGraph(graph);
  const traced = await Promise.all(
    graph.outputs.map(async ({ name, type, of }): Promise<Found> => {
      const { size, padded } = forms[of as number];
      return { type, size, padded, value: await plainOf(cipher, type, results[name] as Uint8Array) };
    }),
  );
  return { direct, traced, graph };
}

async function plainOf(
  cipher: Cipher,
  type: FheAsciiString["type"] | string,
  bytes: Uint8Array,
): Promise<unknown> {
  try {
    return cipher.decrypt(typeNamed(type) as typeof FheUint8, bytes);
  } catch (error) {
    return `${error}`; // Bytes that are no text, for example.
  }
}

/** The values in arrays, and in what can be iterated. */
function flattened(results: readonly unknown[]): unknown[] {
  return results.flatMap((one) =>
    typeof one === "object" && one !== null && Symbol.iterator in one
      ? flattened([...(one as Iterable<unknown>)])
      : [one],
  );
}

function handlesIn(results: unknown): Handle<Ciphertext>[] {
  const all = flattened([results]);
  for (const one of all) if (!(one instanceof Handle)) throw new Error(`not a handle: ${typeof one}`);
  return all as Handle<Ciphertext>[];
}
