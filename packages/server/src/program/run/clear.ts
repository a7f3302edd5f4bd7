import {
  type Ciphertext,
  type ClientKey,
  type Engine,
  FheAsciiString,
  FheUtf8String,
  type ParameterSet,
  type TextOptions,
} from "tacet";
import { clearEngine } from "tacet/clear";
import type { EncryptedType } from "../forms.ts";
import type { Graph } from "../graph.ts";
import type { Inputs, KnownInputs, Outputs, PlainInputs, PlainOutputs } from "../specification.ts";
import { encryptInputs, formsOfValues, plainOutputs } from "./plain-values.ts";
import { runGraph } from "./run-graph.ts";

/* Programs on plain values, from values to values. */

/** What a program takes and gives, and its graph: see `Program`. */
interface Traced<In extends Inputs, Out extends Outputs> {
  readonly name: string;
  readonly in: In;
  readonly out: Out;
  trace(known: KnownInputs<In>): Graph;
}

/** How values become ciphertexts, and results values again. */
export interface Cipher {
  encrypt(type: EncryptedType, value: unknown, options: TextOptions | undefined): Ciphertext;
  decrypt(type: EncryptedType, bytes: Uint8Array): unknown;
}

interface AnyType {
  encrypt(value: unknown, key: ClientKey, options?: TextOptions): Ciphertext;
  encryptTrivial(value: unknown, parameters: ParameterSet): Ciphertext;
  deserialize(bytes: Uint8Array): { decrypt(key: ClientKey): unknown; decryptTrivial(): unknown };
}

/** What hides nothing, for clear engines. */
export function trivialCipher(parameters: ParameterSet): Cipher {
  return {
    encrypt: (type, value, options) =>
      type === FheAsciiString || type === FheUtf8String
        ? type.encryptTrivial(value as string, options, parameters)
        : (type as unknown as AnyType).encryptTrivial(value, parameters),
    decrypt: (type, bytes) => (type as unknown as AnyType).deserialize(bytes).decryptTrivial(),
  };
}

/** A client key's. */
export function keyCipher(key: ClientKey): Cipher {
  return {
    encrypt: (type, value, options) =>
      type === FheAsciiString || type === FheUtf8String
        ? type.encrypt(value as string, key, options)
        : (type as unknown as AnyType).encrypt(value, key),
    decrypt: (type, bytes) => (type as unknown as AnyType).deserialize(bytes).decrypt(key),
  };
}

/** What a program gives for plain values on an engine, and with a cipher that goes with it. */
export async function runPlain<In extends Inputs, Out extends Outputs>(
  program: Traced<In, Out>,
  values: PlainInputs<In>,
  engine: Engine,
  cipher: Cipher,
): Promise<PlainOutputs<Out>> {
  const graph = program.trace(formsOfValues(program, values));
  const inputs = encryptInputs(program, values, cipher.encrypt);
  const results = await runGraph(graph, engine, inputs);
  return plainOutputs(program, graph, results, cipher.decrypt);
}

/** What a program gives for plain values, computed on a clear engine. */
export async function runClear<In extends Inputs, Out extends Outputs>(
  program: Traced<In, Out>,
  values: PlainInputs<In>,
): Promise<PlainOutputs<Out>> {
  using engine = await clearEngine();
  return await runPlain(program, values, engine, trivialCipher(engine.info.parameters));
}
