import type { TextOptions } from "tacet";
import { describe } from "../describe.ts";
import { Place } from "../error.ts";
import {
  type EncryptedType,
  type Form,
  isTextName,
  kindOf,
  nameOfType,
  sizeOfText,
  typeNamed,
} from "../forms.ts";
import { type Graph, RESULT } from "../graph.ts";
import {
  type ClearType,
  type Inputs,
  type InputType,
  isList,
  isSingle,
  type KnownInputs,
  type Outputs,
  type PlainInputs,
  type PlainOutputs,
  type SizedText,
} from "../specification.ts";
import type { GraphResults } from "./run-graph.ts";

/* Between plain values, as users have them, and the forms and ciphertexts that programs are traced and run with. */

/** What takes plain values in: a program, or what has the same types. */
interface Typed<In extends Inputs, Out extends Outputs> {
  readonly name: string;
  readonly in: In;
  readonly out: Out;
}

/** How a value is encrypted. */
export type Encrypt<C> = (type: EncryptedType, value: unknown, options: TextOptions | undefined) => C;

/**
 * What is known of inputs with these values, for `Program.trace`.
 *
 * @throws ProgramError for a text that is none, or is too long. Other values are for encryption to check.
 */
export function formsOfValues<In extends Inputs>(
  program: Typed<In, Outputs>,
  values: PlainInputs<In>,
): KnownInputs<In> {
  return eachInput(program, values, (type, _, { size, padded }) => {
    const name = nameOfType(type) as Form["type"];
    return isTextName(name) ? { type: name, size, padded } : { type: name };
  }) as KnownInputs<In>;
}

/**
 * Encrypts the values of a program's inputs: texts of a list in as many characters as the longest, those of a `text` type in
 * as many as it says. Clear parameters are left out.
 *
 * @throws ProgramError as `formsOfValues`, and whatever `encrypt` throws.
 */
export function encryptInputs<In extends Inputs, C>(
  program: Typed<In, Outputs>,
  values: PlainInputs<In>,
  encrypt: Encrypt<C>,
): Record<string, C | C[]> {
  const all = eachInput(program, values, (type, one, { size }) =>
    encrypt(type, one, size === undefined ? undefined : { size }),
  );
  const encrypted = Object.entries(all).filter(([name]) => !isClear(singleOf(program.in[name])));
  return Object.fromEntries(encrypted) as Record<string, C | C[]>;
}

/** The values that the outputs of a program have, given how the bytes of one are read. */
export function plainOutputs<Out extends Outputs>(
  { out }: Typed<Inputs, Out>,
  graph: Graph,
  results: GraphResults,
  decrypt: (type: EncryptedType, bytes: Uint8Array) => unknown,
): PlainOutputs<Out> {
  const read = graph.outputs.map(({ name, type }) => {
    const given = results[name];
    const one = (bytes: Uint8Array): unknown => decrypt(typeNamed(type) as EncryptedType, bytes);
    return [name, given instanceof Uint8Array ? one(given) : given.map(one)];
  });
  const values = Object.fromEntries(read) as Record<string, unknown>;
  return (isSingle(out) ? values[RESULT] : values) as PlainOutputs<Out>;
}

const singleOf = (type: unknown): InputType => (isList(type) ? type.of : type) as InputType;
const isClear = (type: InputType): type is ClearType =>
  nameOfType(type) === undefined && (type as ClearType).kind === "clear";

interface TextShape {
  readonly size?: number;
  readonly padded?: boolean;
}

/** What becomes of each value of the inputs; clear parameters stay. */
function eachInput<In extends Inputs>(
  program: Typed<In, Outputs>,
  values: PlainInputs<In>,
  operation: (type: EncryptedType, value: unknown, shape: TextShape) => unknown,
): Record<string, unknown> {
  const given = values as Readonly<Record<string, unknown>>;
  const all = new Place(program.name).at("in");
  if (typeof given !== "object" || given === null)
    throw all.error("expected an object with the values of inputs");
  const other = Object.keys(given).find((name) => !Object.hasOwn(program.in, name));
  if (other !== undefined) throw all.error(`the program takes no input ${other.slice(0, 64)}`);
  const entries = Object.entries(program.in).map(([name, type]) => {
    const place = all.at(name);
    if (!Object.hasOwn(given, name)) throw place.error("this input lacks");
    const value = given[name];
    const one = singleOf(type);
    if (isClear(one)) return [name, value];
    if (!isList(type)) return [name, single(one, [value], place, operation)[0]];
    if (Array.isArray(value)) return [name, single(one, value, place, operation)];
    throw place.error(`expected a list, not ${describe(value)}`);
  });
  return Object.fromEntries(entries);
}

function single(
  type: Exclude<InputType, ClearType>,
  values: readonly unknown[],
  place: Place,
  operation: (type: EncryptedType, value: unknown, shape: TextShape) => unknown,
): unknown[] {
  const sized = nameOfType(type) === undefined ? (type as SizedText) : undefined;
  const own = (sized?.type ?? type) as EncryptedType;
  const name = nameOfType(own) as Form["type"];
  if (kindOf(name) !== "text") return values.map((value) => operation(own, value, {}));
  const sizes = values.map((value, i) => {
    if (typeof value !== "string") throw place.at(i).error(`expected a text, not ${describe(value)}`);
    const size = sizeOfText(name, value);
    if (sized === undefined || size <= sized.most) return size;
    throw place.at(i).error(`a text of ${size} characters; the most is ${sized.most}`);
  });
  const shape = shapeOfTexts(sizes, sized);
  return values.map((value) => operation(own, value, shape));
}

/** How texts are encrypted: all alike, so that none shows more than the others. */
function shapeOfTexts(sizes: readonly number[], sized: SizedText | undefined): TextShape {
  if (sized !== undefined) return { size: sized.most + 1, padded: true };
  const longest = sizes.reduce((most, size) => Math.max(most, size), 0);
  const padded = sizes.some((size) => size < longest);
  return { size: padded ? longest + 1 : longest, padded };
}
