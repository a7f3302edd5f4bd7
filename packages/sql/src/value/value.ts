import type { ValueType } from "./expression.ts";

/** A value as PostgreSQL prints it, `null` for NULL, and its type. */
export interface Value {
  readonly type: ValueType;
  readonly text: string | null;
}

/** PostgreSQL's numbers of the types that the client computes with. */
const OIDS: Readonly<Record<number, ValueType>> = {
  16: "bool",
  20: "int8",
  21: "int2",
  23: "int4",
  25: "text",
  1700: "numeric",
};

export const OID_OF: Readonly<Record<ValueType, number>> = {
  bool: 16,
  int8: 20,
  int2: 21,
  int4: 23,
  text: 25,
  numeric: 1700,
  unknown: 25,
  other: 25,
};

export function typeOfOid(oid: number): ValueType {
  return OIDS[oid] ?? "other";
}
