import type { FourierBootstrapKey } from "../../scheme/server-key/expanded-key.ts";
import { type Codec, struct, versioned } from "../bincode/codec.ts";
import type { Reader } from "../bincode/reader.ts";
import { count } from "../core/core.ts";

/* TFHE-rs's bootstrap keys in the Fourier domain. */

/** `FourierPolynomialList`. */
interface WirePolynomials {
  readonly polynomialSize: number;
  /** N/2 pairs of real and imaginary part for each polynomial. */
  readonly values: FourierBootstrapKey;
}

const LARGEST_POLYNOMIAL = 65536;
const HEADER_BYTES = 24;
const LENGTH_BYTES = 8;
const DOUBLE_BYTES = 8;

/** A sequence of the polynomial size, the number of polynomials, and the polynomials, each a sequence itself. */
const polynomials: Codec<WirePolynomials> = versioned(0, {
  minimumSize: HEADER_BYTES,
  read: (reader) => {
    const at = reader.offset;
    const items = reader.u64();
    const polynomialSize = reader.u64();
    const polynomialCount = reader.u64();
    if (items !== 2 + polynomialCount)
      reader.fail(`${items} items; expected 2 and ${polynomialCount} polynomials`, at);
    if (!(polynomialSize >= 2 && polynomialSize <= LARGEST_POLYNOMIAL && polynomialSize % 2 === 0)) {
      reader.fail(`polynomial size is ${polynomialSize}`, at + LENGTH_BYTES);
    }
    if (polynomialCount * (LENGTH_BYTES + DOUBLE_BYTES * polynomialSize) > reader.remaining) {
      reader.fail(
        `${polynomialCount} polynomials are more than the remaining ${reader.remaining} bytes can hold`,
        at,
      );
    }
    const values = new Float64Array(polynomialCount * polynomialSize);
    for (let first = 0; first < values.length; first += polynomialSize) {
      readPolynomial(reader, values.subarray(first, first + polynomialSize));
    }
    return { polynomialSize, values };
  },
  write: (writer, { polynomialSize, values }) => {
    const polynomialCount = values.length / polynomialSize;
    for (const value of [2 + polynomialCount, polynomialSize, polynomialCount]) writer.u64(value);
    for (let first = 0; first < values.length; first += polynomialSize) {
      writer.u64(polynomialSize / 2);
      writer.bytes(
        new Uint8Array(
          values.buffer,
          values.byteOffset + first * DOUBLE_BYTES,
          polynomialSize * DOUBLE_BYTES,
        ),
      );
    }
  },
});

/** Refuses what no polynomial of coefficients in [−1/2, 1/2) has: a sum of N/2 points of at most √½ each. */
function readPolynomial(reader: Reader, values: Float64Array): void {
  const at = reader.offset;
  const points = reader.u64();
  if (points !== values.length / 2)
    reader.fail(`polynomial of ${points} points; expected ${values.length / 2}`, at);
  reader.fill(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  const most = (values.length / 2) * Math.SQRT1_2 * (1 + 2 ** -20);
  for (const [i, value] of values.entries()) {
    // NaN is not below anything.
    if (!(Math.abs(value) <= most)) {
      reader.fail(
        `Fourier coefficient is ${value}; expected at most ${most}`,
        at + LENGTH_BYTES + i * DOUBLE_BYTES,
      );
    }
  }
}

/** `FourierLweBootstrapKey`. */
export interface WireFourierKey {
  polynomials: WirePolynomials;
  lweDimension: number;
  glweSize: number;
  baseLog: number;
  level: number;
}

export const fourierBootstrapKey: Codec<WireFourierKey> = versioned(
  1,
  struct<WireFourierKey>({ polynomials, lweDimension: count, glweSize: count, baseLog: count, level: count }),
);
