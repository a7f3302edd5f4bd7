import { GraphError } from "../../errors.ts";
import type { ParameterSet } from "../../parameters/parameter-set.ts";
import { ringOf } from "../client/format.ts";
import { roundedBytes } from "../client/results.ts";
import { MOST_PAYLOAD, rowCoefficients } from "../client/row-result.ts";
import { type GadgetName, gadgetOf } from "../gadget.ts";
import { INSIDE } from "../inside.ts";
import { productVariance, resultBits } from "../noise.ts";

/** A table from which rows are fetched: all that client and server have to agree on. */
export interface TableOptions {
  /** Number of rows. */
  readonly rows: number;
  /** Number of bytes of each. */
  readonly rowBytes: number;
  /** The gadget of the selectors; `"coarse"` unless given. With `"fine"`, a ciphertext holds half as much again. */
  readonly gadget?: GadgetName | undefined;
  /** Those of the client's key; the default ones unless given. */
  readonly parameters?: ParameterSet | undefined;
}

/** How a table lies in plaintexts, and what fetching a row of it takes. */
export interface TableShape {
  readonly rows: number;
  readonly rowBytes: number;
  readonly gadget: GadgetName;
  /** Bits of a row in a coefficient. */
  readonly payload: number;
  /** Coefficients of a row. */
  readonly coefficientsEach: number;
  /** Rows in a plaintext; one if a row takes more than one. */
  readonly rowsEach: number;
  /** Plaintexts of a row. */
  readonly pieces: number;
  /** Selectors that say in which plaintext a row is, and where in it. */
  readonly leafBits: number;
  readonly placeBits: number;
  /** Number of selectors that a client sends. */
  readonly selectors: number;
  /** Number of external products that fetching a row takes. */
  readonly products: number;
  /** Bytes of the serialized result. */
  readonly resultBytes: number;
  /** Bound of the variance of the result's noise. */
  readonly variance: number;
  /**
   * The bits that a client encrypts as selectors to fetch a row: `SelectorList.encrypt(shape.bitsOf(row), clientKey)`, with
   * the gadget of the shape.
   *
   * @throws RangeError for a row that there is not.
   */
  bitsOf(row: number): number[];
}

/** Most bytes of a table. */
const MOST_BYTES = 2 ** 31;

/**
 * How a table is laid out: as many bits in each coefficient as the noise allows.
 *
 * @throws TypeError, RangeError for sizes that no table has, GraphError if the noise leaves no room for anything.
 */
export function tableShape(options: TableOptions): TableShape {
  const names = { rows: true, rowBytes: true, gadget: true, parameters: true } as const;
  const given = INSIDE.checkOptions(options, names);
  const { rows, rowBytes, gadget = "coarse", parameters = INSIDE.DEFAULT_PARAMETERS } = given;
  for (const [name, value] of [
    ["rows", rows],
    ["rowBytes", rowBytes],
  ] as const) {
    if (!(Number.isInteger(INSIDE.checkNumber(name, value)) && value >= 1 && value <= MOST_BYTES))
      throw new RangeError(`${name} is ${value}; expected an integer from 1 to 2^31`);
  }
  if (rows * rowBytes > MOST_BYTES)
    throw new RangeError(`a table of ${rows * rowBytes} bytes; expected at most 2^31`);
  if (gadget !== "coarse" && gadget !== "fine")
    throw new TypeError(`gadget is "coarse" or "fine", not ${INSIDE.describe(gadget)}`);
  const checked = INSIDE.checkParameters(parameters, true);
  for (let payload = MOST_PAYLOAD; payload >= 1; payload--) {
    const shape = shapeWith(payload, rows, rowBytes, gadget, checked);
    if (shape !== undefined) return shape;
  }
  throw new GraphError("the noise of so many products leaves no room for a table");
}

/** The shape for a number of bits in a coefficient; nothing if the noise does not allow it. */
function shapeWith(
  payload: number,
  rows: number,
  rowBytes: number,
  gadget: GadgetName,
  parameters: ParameterSet,
): TableShape | undefined {
  const { polynomialSize: N } = parameters;
  const coefficientsEach = Math.ceil((8 * rowBytes) / payload);
  const rowsEach = Math.max(1, Math.floor(N / coefficientsEach));
  const pieces = Math.ceil(coefficientsEach / N);
  const leaves = Math.ceil(rows / rowsEach);
  const leafBits = Math.ceil(Math.log2(leaves));
  const placeBits = Math.ceil(Math.log2(Math.min(rows, rowsEach)));
  const cut = gadgetOf(gadget, parameters);
  const known = leafBits > 0 || placeBits > 0 ? productVariance(parameters, cut, "known") : 0;
  const variance = known + Math.max(0, leafBits + placeBits - 1) * productVariance(parameters, cut);
  let bits: number;
  try {
    bits = resultBits(parameters, variance, 2 ** payload, coefficientsEach);
  } catch (error) {
    if (error instanceof GraphError) return undefined;
    throw error;
  }
  const sizes = rowCoefficients(rowBytes, payload, N).map(({ length }) => length);
  const resultBytes = sizes.reduce((sum, size) => sum + roundedBytes(ringOf(parameters), bits, size), 24);
  return Object.freeze({
    ...{ rows, rowBytes, gadget, payload, coefficientsEach, rowsEach, pieces, leafBits, placeBits },
    ...{ selectors: Math.max(1, leafBits + placeBits), resultBytes, variance },
    products: pieces * (leaves - 1 + placeBits),
    bitsOf: (row: number): number[] => {
      if (!(Number.isInteger(INSIDE.checkNumber("row", row)) && row >= 0 && row < rows))
        throw new RangeError(`the row is not one of ${rows}`);
      const [leaf, place] = [Math.floor(row / rowsEach), row % rowsEach];
      const bitsOf = (value: number, count: number): number[] =>
        Array.from({ length: count }, (_, bit) => Math.floor(value / 2 ** bit) % 2);
      const all = [...bitsOf(leaf, leafBits), ...bitsOf(place, placeBits)];
      return all.length > 0 ? all : [0];
    },
  });
}
