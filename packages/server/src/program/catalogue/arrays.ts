import type { Engine } from "tacet";
import { formOf } from "../forms.ts";
import type { Json } from "../graph.ts";
import * as kinds from "./kinds.ts";
import { digitsTaken, each, gives, listIn, sorting, truth } from "./operation.ts";
import { flag, options, order } from "./options.ts";
import type { Kind, Operations, Signature } from "./signature.ts";

/*
 * What arrays do that their elements do not do by themselves. Shapes are no part of it: an array is the list of its
 * elements, in their order. What arrays do element by element is recorded as operations of the elements.
 */

const elements = kinds.alike(kinds.element);
const integers = kinds.alike(kinds.integer);
const flags = kinds.listOf(kinds.truth);
const likeElements = kinds.operand(kinds.typeOfList);
const others = kinds.listOf(likeElements);

/** As many values as the list that they are compared with. */
const asMany: Kind = {
  ...others,
  check(json, place, call) {
    const [own, other] = [kinds.checkList(json, place), kinds.checkList(call.given[0], place)];
    if (own.length === other.length) return others.check(json, place, call);
    throw place.error(`${own.length} values, and ${other.length} in the list that they are compared with`);
  },
};

/** A method of an array of the first argument. */
function ofArray(
  name: string,
  takes: readonly Kind[],
  results: Signature["gives"],
  more: Partial<Signature> = {},
): Signature {
  return {
    takes,
    gives: results,
    shape: "one",
    run: (engine, [values, ...args]) => arrayOf(engine, values)[name](...args),
    work: (call) => 2 * digitsTaken(call),
    ...more,
  };
}

type Methods = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;

function arrayOf(engine: Engine, values: unknown): Methods {
  return (engine.array as (values: unknown) => unknown)(values) as Methods;
}

const first: Signature["gives"] = (call) => [listIn(call)[0]];

/** Operations of arrays. */
export const ARRAYS: Operations = {
  "array.equals": ofArray("equals", [elements, asMany], truth),
  "array.containsSlice": ofArray("containsSlice", [elements, others], truth, {
    work: (call) => digitsTaken(call) * (call.of[1] as readonly Json[]).length,
  }),
  "array.contains": ofArray("contains", [elements, likeElements], truth),
  "array.indexOf": ofArray(
    "indexOf",
    [elements, likeElements, options({ unique: flag })],
    gives("FheUint32", "FheBool"),
    { shape: "several", work: (call) => 4 * digitsTaken(call) },
  ),
  "array.firstTrue": ofArray("firstTrue", [flags], gives("FheUint32", "FheBool"), {
    shape: "several",
    work: (call) => 4 * digitsTaken(call),
    run: (engine, [values]) => arrayOf(engine, values).firstIndexWhere((one: unknown) => one),
  }),
  "array.sortBy": ofArray("sortBy", [elements, keysLike(), order], (call) => listIn(call), {
    shape: "list",
    work: sorting,
    run: (engine, [values, ...args]) => [...(arrayOf(engine, values).sortBy(...args) as Iterable<unknown>)],
  }),
  ...each("array.smallest array.largest", (name) => ofArray(name.slice("array.".length), [integers], first)),
  ...each("array.all array.any", (name) =>
    ofArray(name.slice("array.".length), [flags], () => [formOf("FheBool")]),
  ),
};

/** As many keys to sort by as there are values, of one type. */
function keysLike(): Kind {
  return {
    ...elements,
    check(json, place, call) {
      const [own, other] = [kinds.checkList(json, place), kinds.checkList(call.given[0], place)];
      if (own.length === other.length) return elements.check(json, place, call);
      throw place.error(`${other.length} values cannot be sorted by ${own.length} keys`);
    },
  };
}
