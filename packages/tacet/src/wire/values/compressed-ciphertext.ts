import type { Moduli } from "../../parameters/moduli.ts";
import { bigLweDimension, type ParameterSet } from "../../parameters/parameter-set.ts";
import { Alike, alike } from "../bincode/alike.ts";
import {
  type Codec,
  type Fail,
  mapped,
  optional,
  struct,
  union,
  type Variant,
  vector,
  versioned,
} from "../bincode/codec.ts";
import {
  commonModuli,
  type SeededBlock,
  type SwitchedBlock,
  seededBlock,
  switchedBlock,
  type WireBlock,
} from "../core/block.ts";
import { checkLweSize } from "../core/checks.ts";
import { taggedBytes } from "../core/core.ts";
import { blocksOfType, type CiphertextType, forEachType, SHAPES } from "../core/types.ts";
import { type DeserializeOptions, safeDeserialize, safeSerialize, standalone } from "../safe-serialize.ts";
import {
  checkBlockCount,
  checkDegree,
  checkNoiseLevel,
  expectation,
  MOST_BLOCKS,
  WIRE_NAMES,
} from "./ciphertext.ts";

/** What one of TFHE-rs's `CompressedFheBool`, `CompressedFheUint` or `CompressedFheInt` types holds. */
export interface SerializedCompressedCiphertext extends Moduli {
  readonly type: CiphertextType;
  readonly content: CompressedBlocks;
  /** Bytes that an application attached. */
  readonly tag: Uint8Array;
}

/**
 * Blocks of a compressed ciphertext, least significant first: seeded ones come from a client, modulus-switched ones
 * from a server. Of the latter, each holds two digits of an integer, low + message modulus · high, but for the last
 * of an odd number.
 */
export type CompressedBlocks =
  | SeededBlocks
  | { readonly form: "switched"; readonly blocks: readonly SwitchedBlock[] };

/** Blocks from a client. */
export interface SeededBlocks {
  readonly form: "seeded";
  readonly blocks: readonly SeededBlock[];
}

type WireSwitched = WireBlock<SwitchedBlock>;

interface WireForms {
  seeded: Alike<SeededBlock> | readonly SeededBlock[];
  switched: { paired: WireSwitched[]; last: WireSwitched | null };
}

/** `CompressedModulusSwitchedRadixCiphertextGeneric`. */
const pairedBlocks = versioned(
  0,
  struct({ paired: vector(switchedBlock, MOST_BLOCKS), last: optional(switchedBlock) }),
);

/** `CompressedRadixCiphertext` and `CompressedSignedRadixCiphertext`. */
const radixForms: Codec<Variant<WireForms>> = versioned(
  1,
  union<WireForms>({
    seeded: versioned(0, alike(seededBlock, MOST_BLOCKS)),
    switched: versioned(0, pairedBlocks),
  }),
);

/** `InnerCompressedFheBool`. */
const booleanForms: Codec<Variant<WireForms>> = versioned(
  0,
  union<WireForms>({
    seeded: mapped(
      seededBlock,
      (block) => [block],
      (blocks) => (blocks as readonly SeededBlock[])[0],
    ),
    switched: mapped(
      switchedBlock,
      (last) => ({ paired: [], last }),
      ({ last }) => last as WireSwitched,
    ),
  }),
);

/** Blocks kept as bytes until they are asked for: copying takes less time than reading them. */
class UnreadBlocks implements SeededBlocks {
  readonly form = "seeded";
  readonly alike: Alike<SeededBlock>;
  #blocks: readonly SeededBlock[] | undefined;

  constructor(alike: Alike<SeededBlock>) {
    this.alike = alike.copy();
  }

  get blocks(): readonly SeededBlock[] {
    this.#blocks ??= this.alike.elements(seededBlock);
    return this.#blocks;
  }
}

function compressedCiphertext(type: CiphertextType): Codec<SerializedCompressedCiphertext> {
  const { kind } = SHAPES[type];
  if (kind === "string") throw new TypeError("TFHE-rs has no compressed form of a single text");
  return standalone(
    `high_level_api::Compressed${WIRE_NAMES[kind]}`,
    mapped(
      versioned(1, struct({ forms: kind === "boolean" ? booleanForms : radixForms, tag: taggedBytes })),
      ({ forms, tag }, fail) => ({ type, ...fromWire(type, forms, fail), tag }),
      ({ content, messageModulus, carryModulus, tag }) => ({
        forms: toWire(type, content, { messageModulus, carryModulus }),
        tag,
      }),
    ),
  );
}

/** Checks what can be checked without a key: that the blocks fit each other, the type and their own moduli. */
function fromWire(
  type: CiphertextType,
  forms: Variant<WireForms>,
  fail: Fail,
): Omit<SerializedCompressedCiphertext, "type" | "tag"> {
  if (forms.kind === "seeded") {
    const { value } = forms;
    // Blocks that are alike agree in all that is checked.
    const distinct = value instanceof Alike ? [value.first] : value;
    const moduli = commonModuli(distinct, fail);
    checkBlockCount(type, value.length, moduli, fail);
    distinct.forEach(({ lwe, degree }, i) => {
      checkLweSize(lwe.lweSize, fail);
      checkDegree(type, degree, i, moduli, fail);
    });
    const content =
      value instanceof Alike ? new UnreadBlocks(value) : { form: "seeded" as const, blocks: value };
    return { ...moduli, content };
  }
  const { paired, last } = forms.value;
  const wire = last === null ? paired : [...paired, last];
  const moduli = commonModuli(wire, fail);
  checkBlockCount(type, 2 * paired.length + (last === null ? 0 : 1), moduli, fail);
  const blocks = wire.map(({ packed, logModulus, lweDimension, degree }, i) => {
    checkDegree(type, degree, i, moduli, fail);
    return { packed, logModulus, lweDimension, degree };
  });
  return { ...moduli, content: { form: "switched", blocks } };
}

function toWire(
  type: CiphertextType,
  content: CompressedBlocks,
  { messageModulus, carryModulus }: Moduli,
): Variant<WireForms> {
  if (content.form === "seeded") {
    return { kind: "seeded", value: content instanceof UnreadBlocks ? content.alike : content.blocks };
  }
  const blocks = content.blocks.map(({ packed, logModulus, lweDimension, degree }) => {
    return { packed, logModulus, lweDimension, degree, messageModulus, carryModulus, atomicPattern: null };
  });
  const odd = Math.ceil(blocksOfType(type, Math.log2(messageModulus))) % 2 === 1;
  const last = odd ? (blocks.pop() ?? null) : null;
  return { kind: "switched", value: { paired: blocks, last } };
}

/**
 * Checks that a compressed ciphertext is one of a parameter set.
 *
 * @throws MismatchError naming what differs.
 */
export function checkCompressedConformance(
  { type, content, messageModulus, carryModulus }: SerializedCompressedCiphertext,
  parameters: ParameterSet,
): void {
  const expect = expectation(type, parameters);
  expect("message modulus", messageModulus, parameters.messageModulus);
  expect("carry modulus", carryModulus, parameters.carryModulus);
  if (content.form === "seeded") {
    for (const { lwe, noiseLevel } of content.blocks) {
      expect("LWE dimension", lwe.lweSize - 1, bigLweDimension(parameters));
      checkNoiseLevel(type, noiseLevel, parameters);
    }
    return;
  }
  for (const { lweDimension, logModulus } of content.blocks) {
    expect("LWE dimension", lweDimension, parameters.lweDimension);
    expect("log2 of the modulus", logModulus, Math.log2(2 * parameters.polynomialSize));
  }
}

const codecOf: (type: CiphertextType) => Codec<SerializedCompressedCiphertext> =
  forEachType(compressedCiphertext);

/** The bytes of a compressed ciphertext in TFHE-rs's format. */
export function serializeCompressedCiphertext(
  value: SerializedCompressedCiphertext,
): Uint8Array<ArrayBuffer> {
  return safeSerialize(codecOf(value.type), value);
}

/**
 * Reads a compressed ciphertext in the format of TFHE-rs 1.0 to 1.8. Its blocks fit each other and the type.
 *
 * @throws DeserializationError if the bytes are not one of the given type.
 */
export function deserializeCompressedCiphertext(
  type: CiphertextType,
  input: Uint8Array,
  options: DeserializeOptions = {},
): SerializedCompressedCiphertext {
  return safeDeserialize(codecOf(type), input, options);
}
