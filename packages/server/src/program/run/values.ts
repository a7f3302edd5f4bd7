import {
  Ciphertext,
  CompactCiphertextList,
  CompressedCiphertext,
  CompressedCiphertextList,
  DeserializationError,
} from "tacet";
import { Place } from "../error.ts";
import { type Form, isTextName, typeNamed } from "../forms.ts";
import { formOfInput, type Graph, type GraphInput } from "../graph.ts";

/** An encrypted value, or its bytes, compressed or not. */
export type GivenValue = Ciphertext | CompressedCiphertext<Ciphertext> | Uint8Array;
/** Many encrypted values, of which an engine takes in as many as there are. */
export type GivenList = CompactCiphertextList | CompressedCiphertextList;
/** What is given for an input: a value; for a list, its values, or a list of the library. */
export type GivenInput = GivenValue | readonly GivenValue[] | GivenList;
/** What is given for all inputs: by name, or all their values in one list of the library, in the order of inputs. */
export type GivenInputs = Readonly<Record<string, GivenInput>> | GivenList;

/** Something that an engine takes in at once. */
export type Source =
  | {
      readonly value: Exclude<GivenValue, Uint8Array>;
      readonly form: Form;
      readonly place: Place;
      /** Whether it may hold anything. (A list may in any case.) */
      readonly checked: boolean;
    }
  | { readonly list: GivenList; readonly forms: readonly Form[]; readonly place: Place };

export const isGivenList = (given: unknown): given is GivenList =>
  given instanceof CompactCiphertextList || given instanceof CompressedCiphertextList;

interface Deserializer {
  deserialize(bytes: Uint8Array): Ciphertext;
  deserializeCompressed?(bytes: Uint8Array): CompressedCiphertext<Ciphertext>;
}

/**
 * Checks what is given for the inputs of a graph, as far as that can be without taking it in, and reads bytes.
 *
 * @throws ProgramError for an input that lacks, that the graph does not have, or of another form, and for bytes that are none
 *   of its type.
 */
export function sourcesOf({ inputs }: Graph, given: GivenInputs): Source[] {
  const all = new Place("inputs");
  if (isGivenList(given)) {
    return [
      listSource(
        given,
        inputs.flatMap((input) => formsOf(input)),
        all,
      ),
    ];
  }
  if (typeof given !== "object" || given === null)
    throw all.error("expected an object with an entry for each input");
  const names = new Set(inputs.map(({ name }) => name));
  const other = Object.keys(given).find((name) => !names.has(name));
  if (other !== undefined) throw all.error(`the graph has no input ${other.slice(0, 64)}`);
  return inputs.flatMap((input) => {
    const place = all.at(input.name);
    if (!Object.hasOwn(given, input.name)) throw place.error("this input lacks");
    const own = given[input.name];
    if (isGivenList(own)) return [listSource(own, formsOf(input), place)];
    const form = formOfInput(input);
    const { checked = false } = input;
    if (input.length === undefined) return [valueSource(own as GivenValue, form, place, checked)];
    if (!Array.isArray(own) || own.length !== input.length) {
      throw place.error(
        `expected a list of ${input.length} values${Array.isArray(own) ? `, not ${own.length}` : ""}`,
      );
    }
    return own.map((value: GivenValue, i) => valueSource(value, form, place.at(i), checked));
  });
}

function formsOf(input: GraphInput): Form[] {
  return new Array<Form>(input.length ?? 1).fill(formOfInput(input));
}

export function valueSource(given: GivenValue, form: Form, place: Place, checked: boolean): Source {
  const value = given instanceof Uint8Array ? read(given, form, place) : given;
  if (!(value instanceof Ciphertext || value instanceof CompressedCiphertext)) {
    throw place.error(`expected a ciphertext of type ${form.type}, or its bytes`);
  }
  checkForm(value as Form, form, place);
  return { value, form, place, checked };
}

/** The ciphertext of some bytes. */
function read(bytes: Uint8Array, { type }: Form, place: Place): Exclude<GivenValue, Uint8Array> {
  const deserializer = typeNamed(type) as unknown as Deserializer;
  try {
    return deserializer.deserialize(bytes);
  } catch (cause) {
    if (!(cause instanceof DeserializationError)) throw cause;
    const compressed = readCompressed(bytes, deserializer);
    if (compressed !== undefined) return compressed;
    throw place.error(`the bytes are no value of type ${type}: ${cause.message}`, { cause });
  }
}

function readCompressed(
  bytes: Uint8Array,
  deserializer: Deserializer,
): CompressedCiphertext<Ciphertext> | undefined {
  try {
    return deserializer.deserializeCompressed?.(bytes);
  } catch (error) {
    if (error instanceof DeserializationError) return undefined;
    throw error;
  }
}

export function listSource(list: GivenList, forms: readonly Form[], place: Place): Source {
  const { types } = list;
  if (types.length !== forms.length)
    throw place.error(`expected a list of ${forms.length} values, not ${types.length}`);
  for (const [i, type] of types.entries()) {
    const expected = forms[i].type;
    if (type !== expected)
      throw place.at(i).error(`expected a value of type ${expected}, not ${type ?? "an unknown one"}`);
  }
  return { list, forms, place };
}

/** Checks that a ciphertext or a handle is what the graph was made for. @throws ProgramError. */
export function checkForm(found: Form, expected: Form, place: Place): void {
  if (found.type !== expected.type) {
    throw place.error(`expected a value of type ${expected.type}, not ${found.type}`);
  }
  if (!isTextName(found.type)) return;
  if (found.size === expected.size && found.padded === expected.padded) return;
  const words = ({ size, padded }: Form): string =>
    `${size} characters${padded ? " with zeros that may follow it" : ""}`;
  throw place.error(`expected a text of ${words(expected)}, not of ${words(found)}`);
}
