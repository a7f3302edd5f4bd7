import {
  type CiphertextType,
  type Engine,
  FheAsciiString,
  FheUint8,
  FheUtf8String,
  type UintHandle,
} from "tacet";
import { digitsOf, type Form, formOf, isTextName, sizeOfText, textForm } from "../forms.ts";
import type { Json } from "../graph.ts";
import { joinedForm } from "./booleans.ts";
import { clearTextIn } from "./clear-values.ts";
import * as kinds from "./kinds.ts";
import { digitsTaken, listIn, named, ofEngine, sorting } from "./operation.ts";
import { decimal, fraction, options, order, seed } from "./options.ts";
import type { Call, CheckedCall, Kind, Operations } from "./signature.ts";

const integers = kinds.alike(kinds.integer);
const elements = kinds.alike(kinds.element);
const anything = kinds.alike(kinds.encrypted("an encrypted value", () => true));
const flags = kinds.listOf(kinds.truth);

/** A list as long as that which the operation is about. */
function asLong(kind: Kind, otherAt: number): Kind {
  const list = kinds.listOf(kind);
  return {
    ...list,
    check(json, place, call) {
      const [own, other] = [kinds.checkList(json, place), kinds.checkList(call.given[otherAt], place)];
      if (own.length === other.length) return list.check(json, place, call);
      throw place.error(`${own.length} in a list, and ${other.length} in the one that they stand beside`);
    },
  };
}

/** The type of a sum with weights: that of the integers, or the given one for truth values. */
function typeOfSum(call: Call): CiphertextType {
  const type = kinds.typeOfList(call);
  if (type !== "FheBool") return type;
  if (call.given[2] !== undefined) return kinds.typeGiven(2)(call);
  throw call.place.error("the type of the result has to be given: FheUint8, for example");
}

const clearWeight = kinds.clear(typeOfSum);
const weight: Kind = {
  ...clearWeight,
  check: (json, place, call) => (typeof json === "boolean" ? json : clearWeight.check(json, place, call)),
};

/** The type of a sum with weights where it is given: that of the integers. */
const sumType: Kind = kinds.optional({
  ...kinds.integerType,
  check(json, place, call) {
    const type = kinds.integerType.check(json, place, call);
    const values = kinds.typeOfList(call);
    if (values === "FheBool" || values === type) return type;
    throw place.error(`a sum of integers of type ${values} has that type`);
  },
});

const sumForm = (call: CheckedCall): Form =>
  call.of[2] === undefined ? listIn(call)[0] : formOf(call.of[2] as CiphertextType);

/** A clear value of the type before it. */
const ofType: Kind = kinds.clear(kinds.typeGiven(0));

const formsOfList = (call: CheckedCall): Form[] => {
  const forms = listIn(call);
  const { type } = forms[0];
  return isTextName(type) ? forms.map(() => joinedForm(type, forms)) : [...forms];
};

const uniqueForms = (call: CheckedCall): Form[] =>
  formsOfList(call).flatMap((form) => [form, formOf("FheBool")]);

const randomOptions = options({
  seed,
  bits: kinds.natural(2048),
  below: decimal,
  maxDistance: fraction,
});

/** What a random value may be depends on its type. */
const rangeOptions: Kind = {
  ...randomOptions,
  check(json, place, call) {
    const checked = randomOptions.check(json, place, call) as Record<string, Json>;
    const bound = checked.below;
    if (bound !== undefined && BigInt(bound as string) < 1n)
      throw place.at("below").error("expected a bound from 1 on");
    if ("bits" in checked && bound !== undefined) throw place.error("bits and below exclude each other");
    if ("maxDistance" in checked && bound === undefined) throw place.error("maxDistance goes with below");
    return checked;
  },
};

const shuffleOptions = options({
  seed,
  keyBits: kinds.natural(256),
  collisionProbability: fraction,
  attackerAdvantage: fraction,
  revealed: kinds.natural(Number.MAX_SAFE_INTEGER),
});

/** A clear value as an encrypted one that hides nothing, and costs nothing. */
function constant(engine: Engine, [type, value]: readonly unknown[]): unknown {
  if (type !== FheAsciiString && type !== FheUtf8String) return constantElement(engine, type, value);
  using zero = constantElement(engine, FheUint8, 0) as UintHandle<8>;
  return zero.matchValueOr([], value as string, type as typeof FheAsciiString);
}

function constantElement(engine: Engine, type: unknown, value: unknown): unknown {
  const [element] = (engine.array as (...args: unknown[]) => Iterable<unknown>)(type, [value]);
  return element;
}

function constantForm(call: CheckedCall): Form[] {
  const type = call.of[0] as CiphertextType;
  const value = clearTextIn(call.of[1]);
  return [value === undefined ? formOf(type) : textForm(type, sizeOfText(type, value), false)];
}

/** What engines make of values, and `constant`, which makes a clear value one of them. */
export const ENGINE: Operations = {
  sum: ofEngine("sum", [integers], (call) => [listIn(call)[0]], { work: (call) => 2 * digitsTaken(call) }),
  dotProduct: ofEngine("dotProduct", [elements, asLong(weight, 0), sumType], (call) => [sumForm(call)], {
    // Half of a weight's bits take part, or fewer.
    work: (call) => Math.max(8 * digitsTaken(call), listIn(call).length * digitsOf(sumForm(call))),
  }),
  oneHotDotProduct: ofEngine("oneHotDotProduct", [flags, asLong(kinds.integer, 0)], (call) => [
    call.form((call.of[1] as readonly Json[])[0]),
  ]),
  sort: ofEngine("sort", [anything, order], formsOfList, { shape: "list", work: sorting }),
  unique: ofEngine("unique", [anything, order], uniqueForms, { shape: "pairs", work: sorting }),
  shuffle: ofEngine("shuffle", [elements, shuffleOptions], formsOfList, {
    shape: "list",
    work: (call) => sorting(call) + 40 * listIn(call).length,
  }),
  random: ofEngine("random", [kinds.elementType, rangeOptions], named(0), {
    work: (call) => digitsOf(formOf(call.of[0] as CiphertextType)) + 512,
  }),
  constant: {
    takes: [kinds.anyType, ofType],
    gives: constantForm,
    shape: "one",
    work: () => 0,
    run: constant,
  },
};
