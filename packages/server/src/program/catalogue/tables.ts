import type { CiphertextType } from "tacet";
import { digitsOf, type Form, formOf, isTextName, sizeOfText, textForm } from "../forms.ts";
import type { Json } from "../graph.ts";
import { checkClear, clearTextIn, describeJson, readClear } from "./clear-values.ts";
import { type TypeFrom, typeOfFirst } from "./kinds.ts";
import type { CheckedCall, Kind } from "./signature.ts";

type Rows = readonly (readonly [Json, Json])[];

/** A table of clear keys, of the type of what it is looked up for, and clear values of a type; no key comes twice. */
export function table(valuesFrom: TypeFrom): Kind {
  return {
    check(json, place, call) {
      if (!Array.isArray(json))
        throw place.error(`expected a table, a list of pairs, not ${describeJson(json)}`);
      const [keys, values] = [typeOfFirst(call), valuesFrom(call)];
      const known = new Set<string>();
      return json.map((row: unknown, i) => {
        const at = place.at(i);
        if (!Array.isArray(row) || row.length !== 2) throw at.error("expected a pair of a key and a value");
        const key = checkClear(row[0], keys, at.at(0));
        const name = JSON.stringify(key);
        if (known.has(name)) throw at.error("a key comes twice in the table");
        known.add(name);
        return [key, checkClear(row[1], values, at.at(1))];
      });
    },
    read: (json) => (json as Rows).map(([key, value]) => [readClear(key), readClear(value)]),
  };
}

/** The form of what a table has for a value: texts take as many characters as the longest. */
export function formFromTable(call: CheckedCall, typeAt: number, otherwise?: Json): Form {
  const type = call.of[typeAt] as CiphertextType;
  if (!isTextName(type)) return formOf(type);
  const texts = (call.of[1] as Rows).map(([, value]) => clearTextIn(value) ?? "");
  // Where there is nothing, there are no characters.
  const sizes = [...texts, clearTextIn(otherwise) ?? ""].map((one) => sizeOfText(type, one));
  const size = sizes.reduce((most, one) => Math.max(most, one), 0);
  return textForm(
    type,
    size,
    sizes.some((one) => one < size),
  );
}

/** About how many lookups it takes to look a value of so many digits up in a table. */
export function matchingWork(call: CheckedCall, digits: number, result: Form): number {
  const rows = (call.of[1] as Rows).length + 1;
  // Keys share what they begin with, and results what they have in common.
  return (rows * (digits + digitsOf(result))) / 8;
}
