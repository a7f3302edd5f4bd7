import type { CiphertextType } from "tacet";
import { type Form, formOf, isTextName, sizeOfText, textForm } from "../forms.ts";
import type { Json } from "../graph.ts";
import { clearTextIn, hasKeys } from "./clear-values.ts";
import * as kinds from "./kinds.ts";
import { each, method, named } from "./operation.ts";
import type { Call, CheckedCall, Kind, Operations } from "./signature.ts";

const { truth } = kinds;

/** The type of what is chosen from: it is given, or that of an encrypted value, or follows from clear ones. */
function typeOfChoice(call: Call): CiphertextType {
  const [, first, second, type] = call.given;
  if (type !== undefined)
    return kinds.integerType.check(type, call.place.at("of").at(3), call) as CiphertextType;
  const value = [first, second].find((one) => typeof one === "number");
  if (value !== undefined) return call.form(value, call.place.at("of")).type;
  if (typeof first === "boolean") return "FheBool";
  if (hasKeys(first, "text")) return "FheAsciiString";
  throw call.place.error(
    "between clear integers, the type of the result has to be given: FheUint8, for example",
  );
}

const choice = kinds.operand(typeOfChoice);

/** The same, but not of texts. */
const elementChoice: Kind = {
  ...choice,
  check(json, place, call) {
    const type = typeOfChoice(call);
    if (!isTextName(type)) return kinds.checkOperand(json, type, place, call);
    throw place.error("expected integers or truth values, not a text: select is for those");
  },
};

function formsChosen(call: CheckedCall): Form[] {
  const [, first, second, type] = call.of;
  if (type !== undefined) return [formOf(type as CiphertextType)];
  const value = [first, second].find((one) => typeof one === "number");
  const chosen = value === undefined ? undefined : call.form(value).type;
  const typed = chosen ?? (typeof first === "boolean" ? "FheBool" : "FheAsciiString");
  if (!isTextName(typed)) return [formOf(typed)];
  const texts = [first, second].map((one): Form => {
    if (typeof one === "number") return call.form(one);
    return textForm(typed, sizeOfText(typed, clearTextIn(one as Json) ?? ""), false);
  });
  return [joinedForm(typed, texts)];
}

/** The form of one of some texts: as many characters as the longest has. */
export function joinedForm(type: CiphertextType, texts: readonly Form[]): Form {
  const size = texts.reduce((most, one) => Math.max(most, one.size ?? 0), 0);
  return textForm(
    type,
    size,
    texts.some((one) => one.padded === true || (one.size ?? 0) < size),
  );
}

/** Methods of handles of truth values. */
export const BOOLEANS: Operations = {
  ...each("and or xor eq ne", (name) =>
    method(name, [truth, kinds.operand(() => "FheBool")], () => [formOf("FheBool")]),
  ),
  not: method("not", [truth], () => [formOf("FheBool")]),
  select: method("select", [truth, choice, choice, kinds.optional(kinds.integerType)], formsChosen),
  ifThenZero: method("ifThenZero", [truth, kinds.element], (call) => [call.form(call.of[1])]),
  flip: method(
    "flip",
    [truth, elementChoice, elementChoice],
    (call) => {
      const [form] = formsChosen(call);
      return [form, form];
    },
    { shape: "several" },
  ),
  cast: method("cast", [truth, kinds.integerType], named(1)),
};
