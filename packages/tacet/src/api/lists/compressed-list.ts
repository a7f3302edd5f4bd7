import type { PackedCiphertext } from "../../engine/packer.ts";
import { MismatchError, ParameterError } from "../../errors.ts";
import type { Sanitizer } from "../../integer/unpack.ts";
import { introduce, Opaque, PERMIT, type Permit } from "../../opaque.ts";
import { blockCapacity, type ParameterSet } from "../../parameters/parameter-set.ts";
import { packIntegers, unpackIntegers } from "../../scheme/lwe/packed-integers.ts";
import { decryptPacked, extractPacked, switchModulus } from "../../scheme/packing.ts";
import type { ListKeyShape, PackingShape } from "../../scheme/server-key/list-keys.ts";
import { type CiphertextType, SHAPES, type Width } from "../../wire/core/types.ts";
import type { DeserializeOptions } from "../../wire/safe-serialize.ts";
import {
  checkListConformance,
  deserializeCompressedList,
  type PackedBlocks,
  type SerializedCompressedList,
  serializeCompressedList,
} from "../../wire/values/compressed-list.ts";
import { blocksOfKind, kindOfType, typeOfKind } from "../../wire/values/data-kind.ts";
import { type ClientKey, checkClientKey, secretOf } from "../keys/client-key.ts";
import { textOf } from "../values/text.ts";
import { checkBytes, copyBytes, joinDigits, toClear, wrap } from "../values/value.ts";
import { sanitizersOf } from "./compact-list.ts";

/** For the rest of the library: what a list holds, and the list of some content. */
export let compressedListOf: (list: CompressedCiphertextList) => SerializedCompressedList;

export let compressedList: (list: SerializedCompressedList) => CompressedCiphertextList;

/**
 * Results in a fraction of their space, as services store them and send them back: an `FheUint64`, 513 KB by itself, takes
 * 1.9 KB as a list of one at the default parameters, and 280 bytes of one of 64.
 * `engine.compress(values)` makes one, for which the client key needs `compression`; whoever has that key reads it, and
 * engines take its values in again.
 */
export class CompressedCiphertextList extends Opaque {
  readonly #list: SerializedCompressedList;

  private constructor(permit: Permit, list: SerializedCompressedList) {
    super(permit);
    this.#list = list;
  }

  static {
    introduce(CompressedCiphertextList, {
      name: "CompressedCiphertextList",
      noun: "a compressed list of encrypted values",
      source: "engine.compress(values) makes one, CompressedCiphertextList.deserialize(bytes) reads one",
      instead: "engine.expand(list) gives what to compute with",
    });
    compressedListOf = (list) => list.#list;
    compressedList = (list) => new CompressedCiphertextList(PERMIT, list);
  }

  /**
   * Reads a list in the format of TFHE-rs's `CompressedCiphertextList`.
   *
   * @throws DeserializationError if the bytes are not one.
   */
  static deserialize(bytes: Uint8Array, options?: DeserializeOptions): CompressedCiphertextList {
    return new CompressedCiphertextList(PERMIT, deserializeCompressedList(checkBytes(bytes), options));
  }

  /** Number of values. */
  get length(): number {
    return this.#list.kinds.length;
  }

  /** Number of blocks of all values, each of which takes a bootstrap to be taken in. */
  get blockCount(): number {
    const { blocks } = this.#list;
    return blocks === null ? 0 : blocks.ciphertexts.reduce((sum, { count }) => sum + count, 0);
  }

  /** The types of the values, in order; `null` for what Tacet has no type for. */
  get types(): (CiphertextType | null)[] {
    const { kinds, blocks } = this.#list;
    return kinds.map((kind) => (blocks === null ? null : typeOfKind(kind, blocks.messageModulus)));
  }

  /** A copy of the bytes that are attached to the values in the open: those of the key. */
  get tag(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#list.tag);
  }

  /** The same list with other bytes attached. @throws TypeError for what are no bytes. */
  withTag(tag: Uint8Array): CompressedCiphertextList {
    return new CompressedCiphertextList(PERMIT, { ...this.#list, tag: copyBytes(tag) });
  }

  /** The bytes of the list, as TFHE-rs's `safe_serialize` writes them. */
  serialize(): Uint8Array<ArrayBuffer> {
    return serializeCompressedList(this.#list);
  }

  /**
   * The values, in order: no server has to take the list in first. `null` for what Tacet has no type for. (In TFHE-rs, only
   * what has been decompressed by a server can be decrypted.)
   *
   * @throws MismatchError for a list of other parameters than the key's, or for a key without `compression`, which no list
   *   is for; DisposedError if the key has been wiped.
   */
  decrypt(clientKey: ClientKey): (number | bigint | boolean | string | null)[] {
    const { compression, parameters } = secretOf(checkClientKey(clientKey));
    const { blocks, kinds } = this.#list;
    if (compression === null) throw new MismatchError(NO_KEY);
    if (blocks === null) return kinds.map(() => null);
    const { messageModulus } = parameters;
    const { glweDimension, polynomialSize, ciphertextsPerGlwe } = compression.parameters;
    checkListConformance(blocks, parameters, {
      elements: glweDimension * polynomialSize,
      ciphertextsPerGlwe,
      packing: compression.parameters,
    });
    const digits = blocks.ciphertexts.flatMap((one) => {
      const phases = decryptPacked(
        elementsOf(one, blocks),
        one.count,
        compression.key,
        blocks,
        blocks.storedBits,
      );
      return Array.from(phases, (phase) => digitOf(phase, parameters, blocks.storedBits));
    });
    let end = 0;
    return kinds.map((kind) => {
      const start = end;
      end += blocksOfKind(kind, messageModulus);
      const type = typeOfKind(kind, messageModulus);
      if (type === null) return null;
      const { kind: how, bits } = SHAPES[type];
      if (how === "boolean") return digits[start] !== 0;
      if (kind.kind === "string") return textOf(digits.slice(start, end), messageModulus, kind.value.padded);
      const width = bits as Width;
      const value = wrap(joinDigits(digits.slice(start, end), messageModulus), {
        width,
        signed: how === "signed",
      });
      return toClear(value, width);
    });
  }
}

const NO_KEY =
  "the client key has no part for lists: ClientKey.generate({ compression: true }) makes one with it";

/** The digit of a phase of so many bits: what packing multiplied by the message modulus. */
function digitOf(phase: number, { messageModulus, carryModulus }: ParameterSet, bits: number): number {
  const step = 2 ** bits / (2 * carryModulus);
  return Math.floor(phase / step + 0.5) % messageModulus;
}

/** @throws ParameterError for parameters under which lists cannot be read. (TFHE-rs refuses to unpack them.) */
export function checkListModuli({ messageModulus, carryModulus, name }: ParameterSet): void {
  if (messageModulus === carryModulus) return;
  throw new ParameterError(
    `lists need as much room for carries as for messages: ${name} has a carry modulus of ${carryModulus}, and a message modulus of ${messageModulus}`,
  );
}

/** The list of values of some types whose blocks have been packed. */
export function packedList(
  values: readonly { readonly type: CiphertextType; readonly blocks: number; readonly padded?: boolean }[],
  packed: readonly PackedCiphertext[],
  { glweDimension, polynomialSize, ciphertextsPerGlwe, storedBits }: PackingShape,
  { messageModulus, carryModulus }: ParameterSet,
  tag: Uint8Array,
): CompressedCiphertextList {
  const ciphertexts = packed.map(({ elements, count }) => {
    return { packed: packIntegers(elements, storedBits), count };
  });
  const shape = { glweDimension, polynomialSize, ciphertextsPerGlwe, storedBits };
  const empty = ciphertexts.length === 0;
  return compressedList({
    blocks: empty ? null : { messageModulus, carryModulus, ...shape, ciphertexts },
    kinds: values.map(({ type, blocks, padded }) => kindOfType(type, blocks, messageModulus, padded)),
    tag,
    reRandomizationMetadata: values.map(() => new Uint8Array(0)),
  });
}

/** What an engine takes in of a list. */
export interface StoredContent {
  /** An LWE ciphertext for each block, of integers modulo 2N, as `unpackStored` takes them. */
  readonly elements: Uint32Array[];
  /** For each block, how it is made valid. */
  readonly sanitizers: readonly Sanitizer[];
}

/**
 * For the rest of the library: what a list holds at some indices, if it is one of a parameter set and a key.
 *
 * @throws MismatchError if it is not.
 */
export function conformingEntries(
  list: CompressedCiphertextList,
  indices: readonly number[],
  parameters: ParameterSet,
  key: ListKeyShape,
): StoredContent {
  const { blocks, kinds } = compressedListOf(list);
  if (blocks === null) return { elements: [], sanitizers: [] };
  checkListConformance(blocks, parameters, key);
  checkListModuli(parameters);
  const { messageModulus, ciphertextsPerGlwe, storedBits } = blocks;
  const starts = [0];
  for (const kind of kinds) starts.push(starts[starts.length - 1] + blocksOfKind(kind, messageModulus));
  const unpacked = new Map<number, Uint32Array>();
  const rotation = Math.log2(2 * parameters.polynomialSize);
  const half = parameters.polynomialSize / (2 * blockCapacity(parameters));
  const elements = indices.flatMap((index) => {
    const some: Uint32Array[] = [];
    for (let at = starts[index]; at < starts[index + 1]; at++) {
      const place = Math.floor(at / ciphertextsPerGlwe);
      const glwe = unpacked.get(place) ?? elementsOf(blocks.ciphertexts[place], blocks);
      unpacked.set(place, glwe);
      const lwe = extractPacked(glwe, at % ciphertextsPerGlwe, blocks, storedBits);
      switchModulus(lwe, storedBits, rotation);
      lwe[lwe.length - 1] = (lwe[lwe.length - 1] + half) % 2 ** rotation;
      some.push(lwe);
    }
    return some;
  });
  const sanitizers = sanitizersOf({ kinds: indices.map((index) => kinds[index]), messageModulus });
  return { elements, sanitizers };
}

function elementsOf(
  { packed, count }: PackedBlocks["ciphertexts"][number],
  blocks: PackedBlocks,
): Uint32Array {
  const { glweDimension, polynomialSize, storedBits } = blocks;
  return unpackIntegers(packed, storedBits, glweDimension * polynomialSize + count);
}
