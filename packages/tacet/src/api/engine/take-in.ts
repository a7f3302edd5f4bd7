import type { BlockCiphertext } from "../../engine/ciphertext.ts";
import type { Evaluator } from "../../engine/evaluator.ts";
import { MismatchError } from "../../errors.ts";
import type { Block } from "../../graph/block.ts";
import { normalize } from "../../integer/normalize.ts";
import {
  anyDigit,
  type Sanitizer,
  truthValue,
  unpack,
  unpackCarries,
  unpackStored,
} from "../../integer/unpack.ts";
import { PERMIT } from "../../opaque.ts";
import { blockCapacity } from "../../parameters/parameter-set.ts";
import type { ProgressOptions } from "../../progress.ts";
import { unpackIntegers } from "../../scheme/lwe/packed-integers.ts";
import { type CiphertextType, SHAPES, type Width } from "../../wire/core/types.ts";
import { type CompactCiphertextList, conformingList } from "../lists/compact-list.ts";
import {
  type CompressedCiphertextList,
  checkListModuli,
  conformingEntries,
  packedList,
} from "../lists/compressed-list.ts";
import { type Ciphertext, conformingBlocks } from "../values/ciphertext.ts";
import { CompressedCiphertext, conformingContent } from "../values/compressed-ciphertext.ts";
import { blockCount } from "../values/value.ts";
import type { Loadable } from "./collections/elements.ts";
import { BoolHandle } from "./handles/bool-handle.ts";
import { build, type Context, type Handle, resultsIn } from "./handles/handle.ts";
import { type IntegerHandle, integerHandle } from "./handles/integer-handle.ts";

/* What engines take in, and the lists that they give out. */

type AnyHandle = IntegerHandle | BoolHandle;

/** A ciphertext, compressed or not: see `Engine.load`. */
export function loaded(context: Context, ciphertext: Loadable, checked: boolean): AnyHandle {
  const { evaluator } = context;
  const { type } = ciphertext;
  return build(context, () => {
    digitCount(evaluator, type); // refuses widths that blocks do not make up
    const digits =
      ciphertext instanceof CompressedCiphertext
        ? decompressed(evaluator, ciphertext, checked)
        : digitsOf(evaluator, type, conformingBlocks(ciphertext, evaluator.parameters), checked);
    return handleOf(context, type, digits);
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
  const { type } = ciphertext;
  // All that is to be known of the former parameters: the moduli are the same.
  const shape = { name: "the former key", glweDimension: 1, polynomialSize: formerDimension };
  const former = { ...evaluator.parameters, ...shape };
  return build(context, () => {
    digitCount(evaluator, type); // refuses widths that blocks do not make up
    return handleOf(
      context,
      type,
      checkedDigits(evaluator, type, conformingBlocks(ciphertext, former), "compact"),
    );
  });
}

/** The values of a compact list, of the given types: see `Engine.expand`. */
export function expanded(
  context: Context,
  list: CompactCiphertextList,
  types: readonly CiphertextType[],
): AnyHandle[] {
  const { evaluator } = context;
  return build(context, (builder) => {
    for (const type of types) digitCount(evaluator, type);
    const content = conformingList(list, evaluator.parameters);
    if (content.requiresCasting && context.formerDimension !== undefined) {
      throw new MismatchError("the engine's key switches from a former key, and not from a compact key");
    }
    const inputs = evaluator.loadLater(content, content.requiresCasting ? "compact" : "unchecked");
    return handlesOf(context, types, unpack(builder, inputs, content.sanitizers, content.packed));
  });
}

/** The values, of the given types, at some places of a compressed list: see `Engine.loadFrom`. */
export function unpacked(
  context: Context,
  list: CompressedCiphertextList,
  types: readonly CiphertextType[],
  places: readonly number[],
): AnyHandle[] {
  const { evaluator } = context;
  return build(context, (builder) => {
    for (const type of types) digitCount(evaluator, type);
    const { parameters, listKey } = evaluator;
    const { elements, sanitizers } = conformingEntries(list, places, parameters, listKey);
    const degree = blockCapacity(parameters) - 1;
    const inputs = evaluator.load(
      elements.map((one) => ({ elements: one, degree })),
      "stored",
    );
    return handlesOf(context, types, unpackStored(builder, inputs, sanitizers));
  });
}

/** A compressed list of values: see `Engine.compress`. */
export async function packed(
  context: Context,
  values: readonly Handle<Ciphertext>[],
  options: ProgressOptions | undefined,
): Promise<CompressedCiphertextList> {
  const { evaluator, tag } = context;
  const { parameters, packing } = evaluator;
  checkListModuli(parameters);
  const entries = values.map((handle) => ({ type: handle.type, results: resultsIn(handle, context) }));
  const glwes = await evaluator.pack(
    entries.flatMap(({ results }) => results),
    options,
  );
  const shapes = entries.map(({ type, results }) => ({ type, blocks: results.length }));
  return packedList(shapes, glwes, packing, parameters, tag);
}

/** The digits in the blocks of a ciphertext. */
function digitsOf(
  evaluator: Evaluator,
  type: CiphertextType,
  blocks: readonly BlockCiphertext[],
  checked: boolean,
): readonly Block[] {
  if (!checked) return normalize(evaluator.builder, evaluator.load(blocks));
  return checkedDigits(evaluator, type, blocks, "unchecked");
}

/** Valid digits whatever the blocks hold. */
function checkedDigits(
  evaluator: Evaluator,
  type: CiphertextType,
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
  if (carries) return unpackCarries(builder, inputs);
  return unpack(builder, inputs, sanitizersOf(evaluator, type), false);
}

/** The digits in a compressed ciphertext. */
function decompressed(
  evaluator: Evaluator,
  compressed: CompressedCiphertext<Ciphertext>,
  checked: boolean,
): readonly Block[] {
  const { parameters, builder } = evaluator;
  const { type } = compressed;
  const content = conformingContent(compressed, parameters);
  if (content.form === "seeded") {
    const blocks = content.blocks.map(({ lwe, degree, noiseLevel }) => {
      return { lwe: evaluator.expand(lwe), degree, noiseLevel };
    });
    return digitsOf(evaluator, type, blocks, checked);
  }
  const degree = blockCapacity(parameters) - 1;
  const blocks = content.blocks.map(({ packed, logModulus, lweDimension }) => {
    return { elements: unpackIntegers(packed, logModulus, lweDimension + 1), degree };
  });
  const inputs = evaluator.load(blocks, "switched");
  return unpack(builder, inputs, sanitizersOf(evaluator, type), type !== "FheBool");
}

/** For each digit of a type, how it is made valid. */
function sanitizersOf(evaluator: Evaluator, type: CiphertextType): readonly Sanitizer[] {
  return new Array(digitCount(evaluator, type)).fill(type === "FheBool" ? truthValue : anyDigit);
}

/** The handles of values of some types from the digits of all of them. */
function handlesOf(
  context: Context,
  types: readonly CiphertextType[],
  digits: readonly Block[],
): AnyHandle[] {
  let end = 0;
  return types.map((type) => {
    const start = end;
    end += digitCount(context.evaluator, type);
    return handleOf(context, type, digits.slice(start, end));
  });
}

function handleOf(context: Context, type: CiphertextType, digits: readonly Block[]): AnyHandle {
  const { kind, bits } = SHAPES[type];
  if (kind === "boolean") return new BoolHandle(PERMIT, context, digits[0]);
  return integerHandle(context, digits, { width: bits as Width, signed: kind === "signed" });
}

/** Number of blocks of a type. @throws ParameterError if blocks do not make up its width. */
function digitCount({ parameters }: Evaluator, type: CiphertextType): number {
  const { kind, bits } = SHAPES[type];
  return kind === "boolean" ? 1 : blockCount(bits as Width, parameters);
}
