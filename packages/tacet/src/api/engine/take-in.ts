import type { BlockCiphertext } from "../../engine/ciphertext.ts";
import type { AnyEvaluator } from "../../engine/evaluator.ts";
import { MismatchError } from "../../errors.ts";
import type { Block } from "../../graph/block.ts";
import { normalize } from "../../integer/normalize.ts";
import { type Sanitizer, unpack, unpackCarries, unpackStored } from "../../integer/unpack.ts";
import { PERMIT } from "../../opaque.ts";
import { blockCapacity } from "../../parameters/parameter-set.ts";
import type { ProgressOptions } from "../../progress.ts";
import { unpackIntegers } from "../../scheme/lwe/packed-integers.ts";
import { type CiphertextType, SHAPES, type TextType, type Width } from "../../wire/core/types.ts";
import { blocksOfKind, type DataKind, kindOfType, typeOfKind } from "../../wire/values/data-kind.ts";
import {
  type CompactCiphertextList,
  compactListOf,
  conformingList,
  sanitizersOf,
} from "../lists/compact-list.ts";
import {
  type CompressedCiphertextList,
  checkListModuli,
  compressedListOf,
  conformingEntries,
  packedList,
} from "../lists/compressed-list.ts";
import { type Ciphertext, conformingBlocks } from "../values/ciphertext.ts";
import { CompressedCiphertext, conformingContent } from "../values/compressed-ciphertext.ts";
import { FheText } from "../values/fhe-text.ts";
import { blocksPerCharacter } from "../values/text.ts";
import { blockCount } from "../values/value.ts";
import type { AnyText } from "../values/value-type.ts";
import type { Loadable } from "./collections/elements.ts";
import type { AnyHandle, ListHandle } from "./handle-types.ts";
import { BoolHandle } from "./handles/bool-handle.ts";
import { build, type Context, type Handle, resultsIn } from "./handles/handle.ts";
import { integerHandle } from "./handles/integer-handle.ts";
import { StringHandle } from "./handles/string-handle.ts";

/* What engines take in, and the lists that they give out. */

/** What a value is, for all to see. */
export interface Layout {
  readonly type: CiphertextType;
  /** Number of its digits. */
  readonly digits: number;
  /** Whether zeros may follow a text. */
  readonly padded: boolean;
}

/** A ciphertext, compressed or not: see `Engine.load`. */
export function loaded(context: Context, ciphertext: Loadable | AnyText, checked: boolean): AnyHandle {
  const { evaluator } = context;
  return build(context, () => {
    const layout = layoutOf(evaluator, ciphertext);
    const digits =
      ciphertext instanceof CompressedCiphertext
        ? decompressed(evaluator, ciphertext, layout, checked)
        : digitsOf(evaluator, layout, conformingBlocks(ciphertext, evaluator.parameters), checked);
    return handleOf(context, layout, digits);
  });
}

/** A ciphertext of a former key: see `Engine.keySwitch`. */
export function keySwitched(context: Context, ciphertext: Ciphertext): AnyHandle {
  const { evaluator, formerDimension } = context;
  if (formerDimension === undefined) {
    throw new MismatchError(
      "the engine has no key to switch with: Engine.create(keySwitchingKey) makes an engine that has",
    );
  }
  // All that is to be known of the former parameters: the moduli are the same.
  const shape = { name: "the former key", glweDimension: 1, polynomialSize: formerDimension };
  const former = { ...evaluator.parameters, ...shape };
  return build(context, () => {
    const layout = layoutOf(evaluator, ciphertext);
    const blocks = conformingBlocks(ciphertext, former);
    return handleOf(context, layout, checkedDigits(evaluator, layout, blocks, "compact"));
  });
}

/** The values of a compact list: see `Engine.expand`. */
export function expanded(context: Context, list: CompactCiphertextList): ListHandle[] {
  const { evaluator } = context;
  return build(context, (builder) => {
    const { kinds, messageModulus } = compactListOf(list);
    const layouts = kinds.map((kind) => layoutOfKind(kind, messageModulus));
    const content = conformingList(list, evaluator.parameters);
    if (content.requiresCasting && context.formerDimension !== undefined) {
      throw new MismatchError("the engine's key switches from a former key, and not from a compact key");
    }
    const inputs = evaluator.loadLater(content, content.requiresCasting ? "compact" : "unchecked");
    const digits = unpack(builder, inputs, content.sanitizers, content.packed);
    return handlesOf(context, layouts, digits) as ListHandle[];
  });
}

/** The values at some places of a compressed list: see `Engine.loadFrom`. */
export function unpacked(
  context: Context,
  list: CompressedCiphertextList,
  places: readonly number[],
): ListHandle[] {
  const { evaluator } = context;
  return build(context, (builder) => {
    const { kinds } = compressedListOf(list);
    const layouts = places.map((place) => layoutOfKind(kinds[place], evaluator.parameters.messageModulus));
    const { parameters, listKey } = evaluator;
    const { elements, sanitizers } = conformingEntries(list, places, parameters, listKey);
    const degree = blockCapacity(parameters) - 1;
    const inputs = evaluator.load(
      elements.map((one) => ({ elements: one, degree })),
      "stored",
    );
    return handlesOf(context, layouts, unpackStored(builder, inputs, sanitizers)) as ListHandle[];
  });
}

/** A compressed list of values: see `Engine.compress`. */
export async function packed(
  context: Context,
  values: readonly Handle<Ciphertext>[],
  options: ProgressOptions | undefined,
): Promise<CompressedCiphertextList> {
  if (values.some(({ type }) => type === "FheUtf8String")) {
    throw new TypeError("lists do not hold texts in UTF-8: their characters have seven bits");
  }
  const { evaluator, tag } = context;
  const { parameters, packing } = evaluator;
  checkListModuli(parameters);
  const entries = values.map((handle) => ({ handle, results: resultsIn(handle, context) }));
  const glwes = await evaluator.pack(
    entries.flatMap(({ results }) => results),
    options,
  );
  const shapes = entries.map(({ handle, results }) => {
    const padded = handle instanceof StringHandle && handle.padded;
    return { type: handle.type, blocks: results.length, padded };
  });
  return packedList(shapes, glwes, packing, parameters, tag);
}

/** The digits in the blocks of a ciphertext. */
function digitsOf(
  evaluator: AnyEvaluator,
  layout: Layout,
  blocks: readonly BlockCiphertext[],
  checked: boolean,
): readonly Block[] {
  if (!checked) return normalize(evaluator.builder, evaluator.load(known(evaluator, layout, blocks)));
  return checkedDigits(evaluator, layout, blocks, "unchecked");
}

/** Blocks with what is known of them because they are of a type: a text in ASCII is of characters below 128. */
function known(
  { parameters: { messageModulus } }: AnyEvaluator,
  { type }: Layout,
  blocks: readonly BlockCiphertext[],
): readonly BlockCiphertext[] {
  if (type !== "FheAsciiString") {
    const fresh = type === "FheBool" ? 1 : messageModulus - 1;
    return blocks.map((block) => ({ ...block, fresh }));
  }
  const size = blocksPerCharacter({ messageModulus });
  return blocks.map((block, i) => {
    const fresh = i % size === size - 1 ? messageModulus / 2 - 1 : messageModulus - 1;
    return {
      ...block,
      degree: block.degree < messageModulus ? Math.min(block.degree, fresh) : block.degree,
      fresh,
    };
  });
}

/** Valid digits whatever the blocks hold. */
function checkedDigits(
  evaluator: AnyEvaluator,
  layout: Layout,
  blocks: readonly BlockCiphertext[],
  form: "unchecked" | "compact",
): readonly Block[] {
  const { parameters, builder } = evaluator;
  const degree = blockCapacity(parameters) - 1;
  const inputs = evaluator.load(
    blocks.map(({ lwe }) => ({ lwe, degree, noiseLevel: 1 })),
    form,
  );
  const carries = blocks.some((block) => block.degree >= parameters.messageModulus);
  if (carries && SHAPES[layout.type].kind !== "string") return unpackCarries(builder, inputs);
  return unpack(builder, inputs, sanitizersFor(evaluator, layout), false);
}

/** The digits in a compressed ciphertext. */
function decompressed(
  evaluator: AnyEvaluator,
  compressed: CompressedCiphertext<Ciphertext>,
  layout: Layout,
  checked: boolean,
): readonly Block[] {
  const { parameters, builder } = evaluator;
  const content = conformingContent(compressed, parameters);
  if (content.form === "seeded") {
    const blocks = content.blocks.map(({ lwe, degree, noiseLevel }) => {
      return { lwe: evaluator.expand(lwe), degree, noiseLevel };
    });
    return digitsOf(evaluator, layout, blocks, checked);
  }
  const degree = blockCapacity(parameters) - 1;
  const blocks = content.blocks.map(({ packed, logModulus, lweDimension }) => {
    return { elements: unpackIntegers(packed, logModulus, lweDimension + 1), degree };
  });
  const inputs = evaluator.load(blocks, "switched");
  return unpack(builder, inputs, sanitizersFor(evaluator, layout), layout.type !== "FheBool");
}

/** For each digit of a value, how it is made valid. */
function sanitizersFor(
  { parameters: { messageModulus } }: AnyEvaluator,
  layout: Layout,
): readonly Sanitizer[] {
  const { type, digits, padded } = layout;
  // In lists, the characters of texts have seven bits; bytes have eight.
  const kind: DataKind =
    type === "FheUtf8String"
      ? { kind: "unsigned", value: digits }
      : kindOfType(type, digits, messageModulus, padded);
  return sanitizersOf({ kinds: [kind], messageModulus });
}

/** The handles of some values from the digits of all of them. */
function handlesOf(context: Context, layouts: readonly Layout[], digits: readonly Block[]): AnyHandle[] {
  let end = 0;
  return layouts.map((layout) => {
    const start = end;
    end += layout.digits;
    return handleOf(context, layout, digits.slice(start, end));
  });
}

/** A value of some digits. */
export function handleOf(context: Context, { type, padded }: Layout, digits: readonly Block[]): AnyHandle {
  const { kind, bits } = SHAPES[type];
  if (kind === "boolean") return new BoolHandle(PERMIT, context, digits[0]);
  if (kind === "string") return new StringHandle<AnyText>(PERMIT, context, digits, padded, type as TextType);
  return integerHandle(context, digits, { width: bits as Width, signed: kind === "signed" });
}

/** @throws ParameterError if blocks do not make the value up. */
function layoutOf(
  { parameters }: AnyEvaluator,
  ciphertext: Ciphertext | CompressedCiphertext<Ciphertext>,
): Layout {
  const { type } = ciphertext;
  if (ciphertext instanceof FheText) {
    const digits = ciphertext.size * blocksPerCharacter(parameters);
    return { type, digits, padded: ciphertext.padded };
  }
  const { kind, bits } = SHAPES[type];
  const digits = kind === "boolean" ? 1 : blockCount(bits as Width, parameters);
  return { type, digits, padded: false };
}

function layoutOfKind(kind: DataKind, messageModulus: number): Layout {
  const type = typeOfKind(kind, messageModulus) as CiphertextType; // whoever asks has checked it
  const padded = kind.kind === "string" && kind.value.padded;
  return { type, digits: blocksOfKind(kind, messageModulus), padded };
}
