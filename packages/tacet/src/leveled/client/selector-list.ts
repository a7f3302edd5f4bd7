import type { ClientKey } from "../../api/keys/client-key.ts";
import { DeserializationError } from "../../errors.ts";
import type { ProgressOptions } from "../../progress.ts";
import { type Gadget, type GadgetName, gadgetOf } from "../gadget.ts";
import { INSIDE, introduce, Opaque, PERMIT, type Permit } from "../inside.ts";
import {
  beginBytes,
  checkLength,
  HEADER_BYTES,
  openBytes,
  type ReadOptions,
  type RingShape,
  ringOf,
} from "./format.ts";
import { checkValues } from "./packed-vector.ts";
import { readSeeded, roundBodies, type Seeded, seededBytes, writeSeeded } from "./seeded.ts";

/** How selectors are encrypted. */
export interface SelectorOptions extends ProgressOptions {
  /** How finely they take apart what they choose: `"coarse"` unless given. */
  readonly gadget?: GadgetName | undefined;
}

interface Content {
  readonly ring: RingShape;
  readonly length: number;
  readonly gadget: Gadget;
  readonly seeded: Seeded;
}

/** For the rest of the module: what is in a list. */
export let selectorContentOf: (list: SelectorList) => Content;

/**
 * Bits that a client has encrypted with its secret key as GGSW ciphertexts, each of which chooses between two ciphertexts
 * (Chillotti et al., "TFHE: Fast Fully Homomorphic Encryption over the Torus", section 3.4): 24 KB each at the default
 * parameters, 48 KB with the fine gadget.
 */
export class SelectorList extends Opaque {
  readonly #content: Content;

  static {
    introduce(SelectorList, {
      name: "SelectorList",
      noun: "a list of selectors",
      source:
        "await SelectorList.encrypt(bits, clientKey) makes one, SelectorList.deserialize(bytes) reads one",
      instead: "an engine computes with it",
      written: "serialize() gives its bytes",
    });
    selectorContentOf = (list) => list.#content;
  }

  private constructor(permit: Permit, content: Content) {
    super(permit);
    this.#content = content;
  }

  /**
   * Encrypts bits, given as 0 and 1 or as truth values.
   *
   * @throws TypeError for what is no list of those, RangeError for none, too many or other integers, DisposedError, the
   *   signal's reason; as rejections.
   */
  static async encrypt(
    bits: ArrayLike<number | boolean>,
    clientKey: ClientKey,
    options: SelectorOptions = {},
  ): Promise<SelectorList> {
    const names = { gadget: true, onProgress: true, signal: true } as const;
    const { gadget: name = "coarse", ...progress } = INSIDE.checkOptions(
      INSIDE.checkProgressOptions(options),
      names,
    );
    if (name !== "coarse" && name !== "fine")
      throw new TypeError(`gadget is "coarse" or "fine", not ${INSIDE.describe(name)}`);
    const values = Uint8Array.from(checkValues(bits, 2));
    const { parameters, glwe } = INSIDE.secretOf(INSIDE.checkClientKey(clientKey));
    const ring = ringOf(parameters);
    const gadget = gadgetOf(name, parameters);
    const key = glwe.slice();
    const pace = new INSIDE.Pace(progress);
    try {
      const encrypted = await INSIDE.withRing(ring, key, INSIDE.freshRandom, (open) =>
        INSIDE.encryptBits(
          open,
          { bits: values, ...gadget, noise: ring.glweNoise, rows: "ggsw" },
          (fraction) => pace.done(fraction),
        ),
      );
      const seeded = roundBodies(ring, encrypted);
      return new SelectorList(PERMIT, { ring, length: values.length, gadget, seeded });
    } finally {
      key.fill(0);
      values.fill(0);
    }
  }

  /** @throws TypeError for what is not bytes, DeserializationError for bytes that are no list of selectors. */
  static deserialize(bytes: Uint8Array, options: ReadOptions = {}): SelectorList {
    const read = openBytes("selectors", bytes, options);
    const { ring, count, numbers } = read.header;
    const [baseLog, level] = numbers;
    const fits = baseLog >= 1 && baseLog <= 31 && level >= 1 && level <= 31 && baseLog * level <= 52;
    if (!fits) throw new DeserializationError(`a gadget of ${level} levels of ${baseLog} bits`, 16);
    checkLength(read.bytes, HEADER_BYTES + seededBytes(ring, count * elementsOf(ring, { baseLog, level })));
    const seeded = readSeeded(read.bytes, HEADER_BYTES);
    return new SelectorList(PERMIT, { ring, length: count, gadget: { baseLog, level }, seeded });
  }

  /** Number of selectors. */
  get length(): number {
    return this.#content.length;
  }

  /** The bytes that `deserialize` reads. */
  serialize(): Uint8Array<ArrayBuffer> {
    const { ring, length, gadget, seeded } = this.#content;
    const { baseLog, level } = gadget;
    const rest = seededBytes(ring, length * elementsOf(ring, gadget));
    const bytes = beginBytes("selectors", { ring, count: length, numbers: [baseLog, level] }, rest);
    writeSeeded(seeded, bytes, HEADER_BYTES);
    return bytes;
  }
}

/** Number of elements of the bodies of a selector. */
export function elementsOf({ glweDimension, polynomialSize }: RingShape, { level }: Gadget): number {
  return level * (glweDimension + 1) * polynomialSize;
}
