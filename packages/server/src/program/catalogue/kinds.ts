import type { CiphertextType } from "tacet";
import type { Place } from "../error.ts";
import { type Form, isSigned, kindOf, typeNamed, type ValueKind } from "../forms.ts";
import type { Json } from "../graph.ts";
import { checkClear, checkDecimal, describeJson, readClear } from "./clear-values.ts";
import type { Call, Kind, Reader } from "./signature.ts";

/* What operations take: values, clear ones, and types. */

/** Tells a type from the arguments, as they were given. */
export type TypeFrom = (call: Call) => CiphertextType;

const readValue = (json: Json, reader: Reader): unknown =>
  typeof json === "number" ? reader.handle(json) : readClear(json);

/** An encrypted value of some kinds. `words` says what is expected. */
export function encrypted(words: string, accepts: (form: Form) => boolean): Kind {
  return {
    check(json, place, call) {
      if (typeof json !== "number") {
        throw place.error(`expected an encrypted value, ${words}, not ${describeJson(json)}`);
      }
      const form = call.form(json, place);
      if (!accepts(form)) throw place.error(`expected ${words}, not a value of type ${form.type}`);
      return json;
    },
    read: readValue,
  };
}

const of =
  (...kinds: ValueKind[]) =>
  ({ type }: Form): boolean =>
    kinds.includes(kindOf(type));

export const integer: Kind = encrypted("an integer", of("integer"));
export const signedInteger: Kind = encrypted(
  "a signed integer",
  ({ type }) => of("integer")({ type }) && isSigned(type),
);
export const truth: Kind = encrypted("a truth value", of("boolean"));
export const text: Kind = encrypted("a text", of("text"));
export const element: Kind = encrypted("an integer or a truth value", of("integer", "boolean"));
export const unsignedInteger: Kind = encrypted(
  "an unsigned integer",
  ({ type }) => of("integer")({ type }) && !isSigned(type),
);

/** The type of what an operation is called on. */
export const typeOfFirst: TypeFrom = (call) => call.form(call.given[0], call.place).type;
/** The type of the values in a list. */
export const typeOfList: TypeFrom = (call) => call.form((call.given[0] as unknown[])[0], call.place).type;
/** The type that an argument names. */
export const typeGiven =
  (index: number): TypeFrom =>
  (call) =>
    anyType.check(call.given[index], call.place.at("of").at(index), call) as CiphertextType;

/** An encrypted value of a type, or a clear one. */
export function operand(typeFrom: TypeFrom = typeOfFirst): Kind {
  return {
    check: (json, place, call) => checkOperand(json, typeFrom(call), place, call),
    read: readValue,
  };
}

export function checkOperand(json: unknown, type: CiphertextType, place: Place, call: Call): Json {
  if (typeof json !== "number") return checkClear(json, type, place);
  const found = call.form(json, place).type;
  if (found === type) return json;
  throw place.error(`expected a value of type ${type}, not ${found}; use cast to convert`);
}

/** The same, but no clear 0. */
export const divisor: Kind = {
  check(json, place, call) {
    const checked = checkOperand(json, typeOfFirst(call), place, call);
    if (checked === "0") throw place.error("division by zero");
    return checked;
  },
  read: readValue,
};

/** A clear value of a type. */
export function clear(typeFrom: TypeFrom = typeOfFirst): Kind {
  return { check: (json, place, call) => checkClear(json, typeFrom(call), place), read: readValue };
}

/** A clear integer that is not 0. */
export const clearDivisor: Kind = {
  check(json, place, call) {
    if (json === "0") throw place.error("division by zero");
    return checkClear(json, typeOfFirst(call), place);
  },
  read: readValue,
};

/** A clear natural number, up to a bound. */
export function natural(most: number): Kind {
  return {
    check(json, place) {
      const value = checkDecimal(json, place);
      if (value >= 0n && value <= BigInt(most)) return json as string;
      throw place.error(`expected an integer from 0 to ${most}`);
    },
    read: (json) => Number(json),
  };
}

/** A natural number, encrypted as an unsigned integer, or clear. */
export function count(most: number): Kind {
  const known = natural(most);
  return {
    check: (json, place, call) =>
      typeof json === "number" ? unsignedInteger.check(json, place, call) : known.check(json, place, call),
    read: (json, reader) => (typeof json === "number" ? reader.handle(json) : Number(json)),
  };
}

/** A type of some kinds. */
export function type(words: string, accepts: (type: CiphertextType) => boolean): Kind {
  return {
    check(json, place) {
      if (typeNamed(json) !== undefined && accepts(json as CiphertextType)) return json as string;
      const found = typeof json === "string" ? "another string" : describeJson(json);
      throw place.error(`expected the name of a type, ${words}, not ${found}`);
    },
    read: typeNamed,
  };
}

export const anyType: Kind = type("such as FheUint8, FheBool or FheAsciiString", () => true);
export const integerType: Kind = type("such as FheUint8", (name) => kindOf(name) === "integer");
export const elementType: Kind = type("such as FheUint8 or FheBool", (name) => kindOf(name) !== "text");
export const tableType: Kind = type(
  "such as FheUint8 or FheAsciiString",
  (name) => kindOf(name) !== "boolean",
);
export const keyType: Kind = tableType;
export const utf8Type: Kind = type("FheUtf8String", (name) => name === "FheUtf8String");

/** The same, but it may be left out. */
export function optional(kind: Kind): Kind {
  return { ...kind, optional: true };
}

/** A list of at least one, each of which is of a kind. */
export function listOf(kind: Kind): Kind {
  return {
    check(json, place, call) {
      return checkList(json, place).map((part, i) => kind.check(part, place.at(i), call));
    },
    read: (json, reader) => (json as readonly Json[]).map((part) => kind.read(part, reader)),
  };
}

/** Encrypted values of one type, of some kinds. */
export function alike(kind: Kind): Kind {
  return {
    check(json, place, call) {
      const list = checkList(json, place);
      const checked = list.map((part, i) => kind.check(part, place.at(i), call));
      const { type } = call.form(checked[0], place);
      for (const [i, part] of checked.entries()) {
        const found = call.form(part, place).type;
        if (found !== type) {
          throw place
            .at(i)
            .error(`expected a value of type ${type}, as the first one, not ${found}; use cast to convert`);
        }
      }
      return checked;
    },
    read: (json, reader) => (json as readonly Json[]).map((part) => kind.read(part, reader)),
  };
}

/** A list of at least one. */
export function checkList(json: unknown, place: Place): readonly unknown[] {
  if (!Array.isArray(json)) throw place.error(`expected a list, not ${describeJson(json)}`);
  if (json.length === 0) throw place.error("there has to be at least one value in the list");
  return json;
}
