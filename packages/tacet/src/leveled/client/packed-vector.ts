import type { ClientKey } from "../../api/keys/client-key.ts";
import { DeserializationError } from "../../errors.ts";
import type { ProgressOptions } from "../../progress.ts";
import { INSIDE, introduce, Opaque, PERMIT, type Permit } from "../inside.ts";
import {
  beginBytes,
  checkLength,
  HEADER_BYTES,
  MOST_VALUES,
  openBytes,
  type ReadOptions,
  type RingShape,
  ringOf,
} from "./format.ts";
import { readSeeded, roundBodies, type Seeded, seededBytes, writeSeeded } from "./seeded.ts";

/** How a vector is encrypted. */
export interface PackedVectorOptions extends ProgressOptions {
  /** What values are counted modulo, from 2 to 2^20; 2 unless given. */
  readonly modulus?: number | undefined;
}

/** The largest modulus of values. */
export const MOST_MODULUS: number = 2 ** 20;

interface Content {
  readonly ring: RingShape;
  readonly length: number;
  readonly modulus: number;
  readonly seeded: Seeded;
}

/** For the rest of the module: what is in a vector. */
export let vectorContentOf: (vector: PackedVector) => Content;

/**
 * Small integers that a client has encrypted with its secret key, as many in one GLWE ciphertext as a polynomial has
 * coefficients: at the default parameters they take 6 bytes each. A value m modulo p is m·2^64/p on the torus.
 */
export class PackedVector extends Opaque {
  readonly #content: Content;

  static {
    introduce(PackedVector, {
      name: "PackedVector",
      noun: "an encrypted vector",
      source:
        "await PackedVector.encrypt(values, clientKey) makes one, PackedVector.deserialize(bytes) reads one",
      instead: "an engine computes with it",
      written: "serialize() gives its bytes",
    });
    vectorContentOf = (vector) => vector.#content;
  }

  private constructor(permit: Permit, content: Content) {
    super(permit);
    this.#content = content;
  }

  /**
   * Encrypts integers from 0 to the modulus − 1, or truth values.
   *
   * @throws TypeError for what is no list of those, RangeError for none, too many, a value or a modulus out of range,
   *   DisposedError, the signal's reason; as rejections.
   */
  static async encrypt(
    values: ArrayLike<number | boolean>,
    clientKey: ClientKey,
    options: PackedVectorOptions = {},
  ): Promise<PackedVector> {
    const names = { modulus: true, onProgress: true, signal: true } as const;
    const { modulus = 2, ...progress } = INSIDE.checkOptions(INSIDE.checkProgressOptions(options), names);
    checkModulus(modulus);
    const integers = checkValues(values, modulus);
    const { parameters, glwe } = INSIDE.secretOf(INSIDE.checkClientKey(clientKey));
    const ring = ringOf(parameters);
    const key = glwe.slice();
    try {
      const encrypted = await encryptIntegers(ring, key, integers, modulus, progress);
      return new PackedVector(PERMIT, {
        ...{ ring, modulus, length: integers.length },
        seeded: roundBodies(ring, encrypted),
      });
    } finally {
      key.fill(0);
      integers.fill(0);
    }
  }

  /** @throws TypeError for what is not bytes, DeserializationError for bytes that are no vector. */
  static deserialize(bytes: Uint8Array, options: ReadOptions = {}): PackedVector {
    const read = openBytes("vector", bytes, options);
    const { ring, count, numbers } = read.header;
    const [modulus, other] = numbers;
    if (!isModulus(modulus) || other !== 0)
      throw new DeserializationError(`a modulus of ${modulus}; expected from 2 to ${MOST_MODULUS}`, 16);
    const elements = glweCount(ring, count) * ring.polynomialSize;
    checkLength(read.bytes, HEADER_BYTES + seededBytes(ring, elements));
    const seeded = readSeeded(read.bytes, HEADER_BYTES);
    return new PackedVector(PERMIT, { ring, length: count, modulus, seeded });
  }

  /** Number of values. */
  get length(): number {
    return this.#content.length;
  }

  /** What values are counted modulo. */
  get modulus(): number {
    return this.#content.modulus;
  }

  /** The bytes that `deserialize` reads. */
  serialize(): Uint8Array<ArrayBuffer> {
    const { ring, length, modulus, seeded } = this.#content;
    const elements = glweCount(ring, length) * ring.polynomialSize;
    const bytes = beginBytes(
      "vector",
      { ring, count: length, numbers: [modulus, 0] },
      seededBytes(ring, elements),
    );
    writeSeeded(seeded, bytes, HEADER_BYTES);
    return bytes;
  }
}

/** Number of ciphertexts that hold some values. */
export function glweCount({ polynomialSize }: RingShape, length: number): number {
  return Math.ceil(length / polynomialSize);
}

/** The torus element, in units of 2^-64, that stands for a value modulo some integer. */
export function encodeModulo(value: number, modulus: number): bigint {
  const divisor = BigInt(modulus);
  return ((BigInt(value) << 64n) + divisor / 2n) / divisor;
}

const isModulus = (modulus: number): boolean =>
  Number.isInteger(modulus) && modulus >= 2 && modulus <= MOST_MODULUS;

/** @throws TypeError, RangeError for what values cannot be counted modulo. */
export function checkModulus(modulus: number): void {
  if (!isModulus(INSIDE.checkNumber("modulus", modulus)))
    throw new RangeError(`modulus is ${modulus}; expected an integer from 2 to ${MOST_MODULUS}`);
}

/** A user's values, copied. They are secret, so that errors say nothing of them but their place. */
export function checkValues(values: ArrayLike<number | boolean>, modulus: number): Uint32Array<ArrayBuffer> {
  const length = checkList("values", values);
  const integers = new Uint32Array(length);
  for (let i = 0; i < length; i++) {
    const value = values[i];
    const integer = typeof value === "boolean" ? Number(value) : value;
    if (typeof integer !== "number")
      throw new TypeError(`value ${i} is an integer or a boolean, not ${INSIDE.describe(value)}`);
    if (!(Number.isInteger(integer) && integer >= 0 && integer < modulus))
      throw new RangeError(`value ${i} is not an integer from 0 to ${modulus - 1}`);
    integers[i] = integer;
  }
  return integers;
}

/** The length of a list that a user has given. */
export function checkList(name: string, values: ArrayLike<unknown>): number {
  const isList = Array.isArray(values) || (ArrayBuffer.isView(values) && "length" in values);
  if (!isList) throw new TypeError(`${name} is an array, not ${INSIDE.describe(values)}`);
  const { length } = values;
  if (length < 1 || length > MOST_VALUES)
    throw new RangeError(`${name} has ${length} elements; expected from 1 to ${MOST_VALUES}`);
  return length;
}

/** Encrypts integers in the coefficients of GLWE ciphertexts. */
async function encryptIntegers(
  ring: RingShape,
  key: Uint8Array,
  integers: Uint32Array,
  modulus: number,
  progress: ProgressOptions,
): Promise<{ seed: ReturnType<typeof INSIDE.freshRandom.masks>; bodies: BigUint64Array }> {
  const { glweDimension: k, polynomialSize: N, glweNoise } = ring;
  const pace = new INSIDE.Pace(progress);
  const count = glweCount(ring, integers.length);
  const seed = INSIDE.freshRandom.masks(8 * count * k * N);
  const bodies = new BigUint64Array(count * N);
  await INSIDE.withRing(
    ring,
    key,
    INSIDE.freshRandom,
    async ({ heap, kernel, key: prepared, scratch, random }) => {
      const masks = new INSIDE.MaskStream(kernel, heap, seed, k * N);
      const address = heap.allocate(kernel.layout.torusPolynomial);
      const body = new BigUint64Array(heap.memory.buffer, address, N);
      for (let glwe = 0; glwe < count; glwe++) {
        random.noise(glweNoise, body);
        const some = integers.subarray(glwe * N, (glwe + 1) * N);
        for (const [i, value] of some.entries()) body[i] += encodeModulo(value, modulus);
        kernel.binaryProduct(masks.next(k * N), prepared, address, scratch);
        bodies.set(body, glwe * N);
        await pace.done((glwe + 1) / count);
      }
    },
  );
  return { seed, bodies };
}
