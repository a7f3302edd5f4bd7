import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as tacet from "../../src/index.ts";
import {
  BoolHandle,
  type ClientKey,
  type Engine,
  FheBool,
  type FheIntegerType,
  type IntegerHandle,
  type IntHandle,
  type UintHandle,
  type Width,
} from "../../src/index.ts";
import { sampleCount } from "../samples.ts";
import { toyPair } from "../toy.ts";

/** What TFHE-rs 1.8 gives in the corners: written by `bench/peers/tfhe-rs-counts`. */
interface Corner {
  readonly operation: string;
  readonly type: string;
  readonly operands: readonly string[];
  readonly result: readonly string[];
  readonly array?: readonly string[];
  readonly table?: readonly (readonly [string, string])[];
}

type Outcome = IntegerHandle | BoolHandle;

const corners: readonly Corner[] = JSON.parse(
  readFileSync(new URL("../vectors/operations/corners.json", import.meta.url), "utf8"),
);

let clientKey: ClientKey;
let engine: Engine;

beforeAll(async () => {
  ({ clientKey, engine } = await toyPair());
});
afterAll(() => engine.dispose());

const typeOf = (name: string): FheIntegerType => (tacet as unknown as Record<string, FheIntegerType>)[name];

function load(type: string, value: string): IntegerHandle {
  return engine.load(typeOf(type).encrypt(BigInt(value), clientKey));
}

function loadFlag(value: string): BoolHandle {
  return engine.load(FheBool.encrypt(value === "true", clientKey));
}

type Binary = "shl" | "shr" | "rotl" | "rotr" | "eq" | "ne" | "lt" | "le" | "gt" | "ge";
const METHODS: Readonly<Record<string, Binary>> = {
  ...{ shl: "shl", shr: "shr", rotateLeft: "rotl", rotateRight: "rotr" },
  ...{ eq: "eq", ne: "ne", lt: "lt", le: "le", gt: "gt", ge: "ge" },
};

/** What the library makes of a corner. */
function compute({ operation, type, operands, array, table }: Corner): Outcome[] {
  const [name, variant] = operation.split(" ");
  const clear = variant === "clear";
  const entries = (table ?? []).map(([key, value]) => [BigInt(key), BigInt(value)] as const);
  if (array !== undefined) return computeOnArray(name, type, array, operands);
  const first = (): IntegerHandle => load(type, operands[0]);
  const second = (): IntegerHandle | bigint => (clear ? BigInt(operands[1]) : load(type, operands[1]));
  switch (name) {
    case "divRem":
    case "overflowingAdd":
    case "overflowingSub":
    case "overflowingMul":
      return first()[name](second());
    case "shl":
    case "shr":
    case "rotateLeft":
    case "rotateRight": {
      const unsigned = type.replace("FheInt", "FheUint");
      const amount = clear ? BigInt(operands[1]) : (load(unsigned, operands[1]) as UintHandle<Width>);
      return [first()[METHODS[name] as "shl"](amount)];
    }
    case "eq":
    case "ne":
    case "lt":
    case "le":
    case "gt":
    case "ge":
      return [first()[name](second())];
    case "leadingZeros":
    case "leadingOnes":
    case "trailingZeros":
    case "trailingOnes":
    case "countOnes":
    case "countZeros":
    case "ilog2":
    case "reverseBits":
    case "neg":
      return [first()[name]()];
    case "checkedIlog2":
    case "overflowingNeg":
      return first()[name]();
    case "abs":
      return [(first() as IntHandle<Width>).abs()];
    case "cast":
      return type === "FheBool"
        ? [loadFlag(operands[0]).cast(typeOf(variant))]
        : [first().cast(typeOf(variant))];
    case "matchValue":
      return first().matchValue(entries, typeOf(variant));
    case "matchValueOr":
      return [first().matchValueOr(entries, BigInt(operands[1]), typeOf(variant))];
    case "ifThenZero":
      return [loadFlag(operands[0]).ifThenZero(load(type, operands[1]))];
    case "select":
      return [loadFlag(operands[0]).select(load(type, operands[1]), load(type, operands[2]))];
    case "flip":
      return loadFlag(operands[0]).flip(load(type, operands[1]), load(type, operands[2]));
    default:
      throw new Error(`no operation ${operation}`);
  }
}

function computeOnArray(
  name: string,
  type: string,
  items: readonly string[],
  operands: readonly string[],
): Outcome[] {
  const handles = items.map((item) => load(type, item));
  const values = operands.map((operand) => load(type, operand));
  if (name === "sum") return [engine.sum(handles)];
  const array = engine.array(handles);
  switch (name) {
    case "contains":
      return [array.contains(values[0])];
    case "indexOf":
      return array.indexOf(values[0], { unique: true });
    case "firstIndexOf":
      return array.indexOf(values[0]);
    case "containsSubSlice":
      return [array.containsSlice(values)];
    case "arrayEq":
      return [array.equals(values)];
    default:
      throw new Error(`no operation ${name} of arrays`);
  }
}

async function decrypt(outcome: Outcome): Promise<string> {
  if (outcome instanceof BoolHandle) return String((await outcome.ciphertext()).decrypt(clientKey));
  return String((await outcome.ciphertext()).decrypt(clientKey));
}

/** Some of those that take long are as good as all, and some of all in `npm test`. */
function isTried({ operation, type }: Corner, index: number): boolean {
  const takesLong = /^(divRem|overflowingMul)$/.test(operation) && /64/.test(type);
  return index % (takesLong ? 8 : sampleCount(2, 1)) === 0;
}

/**
 * Clear operands that do not fit the type, empty arrays and arrays of two sizes are refused: TFHE-rs takes them. What
 * it gives for the index of one of several equal elements means nothing.
 */
function fits({ operation, type, operands, array }: Corner): boolean {
  if (array !== undefined) {
    if (operation === "indexOf" && new Set(array).size < array.length && array.includes(operands[0]))
      return false;
    if (array.length === 0) return false;
    if (operation === "arrayEq") return array.length === operands.length;
    return operation === "sum" || operands.length > 0;
  }
  if (!/^(eq|ne|lt|le|gt|ge) clear$/.test(operation)) return true;
  const { width, signed } = typeOf(type);
  const value = BigInt(operands[1]);
  return value === (signed ? BigInt.asIntN(width, value) : BigInt.asUintN(width, value));
}

const families = new Map<string, Corner[]>();
for (const corner of corners.filter(fits).filter(isTried)) {
  families.set(corner.operation, [...(families.get(corner.operation) ?? []), corner]);
}

describe("corners are as in TFHE-rs", () => {
  test.each([...families])("%s", async (_, family) => {
    const found = await Promise.all(
      family.map(async (corner) => {
        if (corner.result[0] === "panic") {
          expect(() => compute(corner)).toThrow(RangeError);
          return corner.result;
        }
        return Promise.all(compute(corner).map(decrypt));
      }),
    );
    for (const [i, { operation, type, operands, result }] of family.entries()) {
      const call = `${operation} of ${type} ${operands}`;
      expect(`${call}: ${found[i]}`).toBe(`${call}: ${result}`);
    }
  });
});
