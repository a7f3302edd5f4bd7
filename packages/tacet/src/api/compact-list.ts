import { MismatchError } from "../errors.ts";
import { anyDigit, lowerBits, type Sanitizer, truthValue } from "../integer/unpack.ts";
import { bigLweDimension, type ParameterSet } from "../parameters/parameter-set.ts";
import { expandCompactCiphertexts } from "../scheme/public-key/compact-public-key.ts";
import { type CiphertextType, SHAPES } from "../wire/core/types.ts";
import type { DeserializeOptions } from "../wire/safe-serialize.ts";
import {
  blocksOfKind,
  blocksOfKinds,
  CHARACTER_BITS,
  type DataKind,
  deserializeCompactList,
  type SerializedCompactList,
  serializeCompactList,
} from "../wire/values/compact-list.ts";
import { CompactCiphertextListBuilder } from "./compact-list-builder.ts";
import type { CompactPublicKey } from "./compact-public-key.ts";
import { checkBytes } from "./value.ts";

/** What a list holds. */
let compactListOf: (list: CompactCiphertextList) => SerializedCompactList;

/**
 * Values encrypted under a `CompactPublicKey`, many in little more space than one: an `FheUint64` takes 16.6 KB, each
 * further one 272 bytes, or 144 if packed. A server expands a list before it computes with the values.
 */
export class CompactCiphertextList {
  readonly #list: SerializedCompactList;

  private constructor(list: SerializedCompactList) {
    this.#list = list;
  }

  static {
    compactListOf = (list) => list.#list;
  }

  /** Begins a list. @throws TypeError if the key is no `CompactPublicKey`. */
  static builder(publicKey: CompactPublicKey): CompactCiphertextListBuilder {
    return new CompactCiphertextListBuilder(publicKey, (list) => new CompactCiphertextList(list));
  }

  /**
   * Reads a list in the format of TFHE-rs's `CompactCiphertextList`.
   *
   * @throws DeserializationError if the bytes are not one.
   */
  static deserialize(bytes: Uint8Array, options?: DeserializeOptions): CompactCiphertextList {
    return new CompactCiphertextList(deserializeCompactList(checkBytes(bytes), options));
  }

  /** Number of values. */
  get length(): number {
    return this.#list.kinds.length;
  }

  /**
   * Number of blocks of all values, each of which takes memory of an engine that expands the list, 16 KB at the default
   * parameters; half as much if the list is packed.
   */
  get blockCount(): number {
    return blocksOfKinds(this.#list.kinds, this.#list.messageModulus);
  }

  /** The types of the values, in order; `null` for what Tacet has no type for, such as text. */
  get types(): (CiphertextType | null)[] {
    return this.#list.kinds.map((kind) => typeOfKind(kind, this.#list.messageModulus));
  }

  /** Whether each ciphertext holds two blocks, which a server takes apart. */
  get packed(): boolean {
    return this.#list.packed;
  }

  /** Whether a server has to switch the ciphertexts to other keys. */
  get requiresCasting(): boolean {
    return this.#list.requiresCasting;
  }

  /** A copy of the bytes that are attached to the values in the open: those of the key. */
  get tag(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#list.tag);
  }

  /** The bytes of the list, as TFHE-rs's `safe_serialize` writes them. */
  serialize(): Uint8Array<ArrayBuffer> {
    return serializeCompactList(this.#list);
  }
}

function typeOfKind(data: DataKind, messageModulus: number): CiphertextType | null {
  const bits = blocksOfKind(data, messageModulus) * Math.log2(messageModulus);
  const names = { boolean: "FheBool", unsigned: `FheUint${bits}`, signed: `FheInt${bits}`, string: "" };
  const name = names[data.kind];
  return Object.hasOwn(SHAPES, name) ? (name as CiphertextType) : null;
}

/** What an engine takes in of a list. */
export interface ListContent {
  /** Number of ciphertexts. */
  readonly count: number;
  readonly lweDimension: number;
  /** LWE ciphertexts, mask and body, one after the other: each is valid until the next. */
  readonly ciphertexts: Generator<BigUint64Array>;
  /** For each digit of the values, in order, how it is made valid. */
  readonly sanitizers: readonly Sanitizer[];
  readonly packed: boolean;
  readonly requiresCasting: boolean;
}

/**
 * For the rest of the library: what a list holds, if it is one of a parameter set.
 *
 * @throws MismatchError if it is not.
 */
export function conformingList(list: CompactCiphertextList, parameters: ParameterSet): ListContent {
  const content = compactListOf(list);
  const { ciphertexts, packed, requiresCasting, messageModulus, carryModulus } = content;
  const expect = (what: string, found: number, expected: number): void => {
    if (found === expected) return;
    throw new MismatchError(`${what} of the list is ${found}; ${parameters.name} has ${expected}`);
  };
  expect("message modulus", messageModulus, parameters.messageModulus);
  expect("carry modulus", carryModulus, parameters.carryModulus);
  if (!requiresCasting) expect("LWE dimension", ciphertexts.lweDimension, bigLweDimension(parameters));
  const { count, lweDimension } = ciphertexts;
  return {
    count,
    lweDimension,
    ciphertexts: expandCompactCiphertexts(ciphertexts, new BigUint64Array(lweDimension + 1)),
    sanitizers: sanitizersOf(content),
    packed,
    requiresCasting,
  };
}

/** For each digit of a list, in order, how a server makes it valid. */
export function sanitizersOf({ kinds, messageModulus }: SerializedCompactList): Sanitizer[] {
  return kinds.flatMap((data) => {
    const digits = blocksOfKind(data, messageModulus);
    const sanitizers = new Array<Sanitizer>(digits).fill(data.kind === "boolean" ? truthValue : anyDigit);
    if (data.kind === "string" && CHARACTER_BITS % Math.log2(messageModulus) !== 0) {
      const last = lowerBits(CHARACTER_BITS % Math.log2(messageModulus));
      const step = digits / data.value.characters;
      for (let i = step - 1; i < digits; i += step) sanitizers[i] = last;
    }
    return sanitizers;
  });
}
