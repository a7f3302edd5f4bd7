import { CompactCiphertextList, CompressedCiphertextList, DeserializationError } from "tacet";
import { ServiceError } from "../errors.ts";
import type { Tree } from "../jobs/tree.ts";
import type { Graph, GraphInput } from "../program/graph.ts";
import type { GivenInput, GivenInputs, GivenList } from "../program/run/values.ts";
import type { ProgramDescription } from "../worker/computation.ts";

/**
 * Checks names and numbers of inputs. A list may come as a single blob, which holds a list of the library.
 *
 * @throws ServiceError `invalid-request`.
 */
export function checkInputForm(
  description: ProgramDescription,
  given: Readonly<Record<string, Tree<string>>>,
  parameters: unknown,
): void {
  const inputs = description.inputs as readonly GraphInput[];
  const known = new Set(inputs.map(({ name }) => name));
  const other = Object.keys(given).find((name) => !known.has(name));
  if (other !== undefined) throw wrong(other, "the program has no such input");
  if (parameters !== undefined && parameters !== null) {
    throw wrong("parameters", "clear parameters are a part of the graph", "");
  }
  for (const { name, length } of inputs) {
    if (!Object.hasOwn(given, name)) throw wrong(name, "this input lacks");
    const value = given[name]!;
    if (typeof value === "string") continue;
    if (length === undefined) throw wrong(name, "expected one hash, not a list");
    if (value.length !== length) throw wrong(name, `expected ${length} hashes, not ${value.length}`);
    if (value.some((one) => typeof one !== "string")) throw wrong(name, "expected hashes, not lists");
  }
}

function wrong(name: string, reason: string, before = "/inputs/"): ServiceError {
  const pointer = `${before}${name.slice(0, 64)}`;
  return new ServiceError("invalid-request", `${pointer}: ${reason}.`, { members: { pointer } });
}

/** Inputs as programs take them. @throws ServiceError `invalid-value` for bytes that are no list where one is expected. */
export function givenInputs(
  { inputs }: Graph,
  bytes: Readonly<Record<string, Tree<Uint8Array>>>,
): GivenInputs {
  const entries = inputs.map(({ name, length }): [string, GivenInput] => {
    const given = bytes[name] as GivenInput;
    return [name, length !== undefined && given instanceof Uint8Array ? listOf(name, given) : given];
  });
  return Object.fromEntries(entries);
}

export function listOf(name: string, bytes: Uint8Array): GivenList {
  try {
    return CompactCiphertextList.deserialize(bytes);
  } catch (first) {
    if (!(first instanceof DeserializationError)) throw first;
    try {
      return CompressedCiphertextList.deserialize(bytes);
    } catch (error) {
      if (!(error instanceof DeserializationError)) throw error;
      throw new ServiceError(
        "invalid-value",
        `inputs.${name}: the bytes are no list of values: ${first.message}`,
      );
    }
  }
}
