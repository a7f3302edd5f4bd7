import { Engine, type Opened } from "../api/engine/engine.ts";
import type { Handle } from "../api/engine/handles/handle.ts";
import type { Layout } from "../api/engine/take-in.ts";
import type { Ciphertext } from "../api/values/ciphertext.ts";
import { MismatchError } from "../errors.ts";
import { type Block, formOf, type Source, twinOf } from "../graph/block.ts";
import type { PartInput } from "../graph/cut/part.ts";
import { rebuild, rebuildDigit } from "../graph/cut/rebuild.ts";
import type { OptionNames } from "../options.ts";
import { bigLweDimension } from "../parameters/parameter-set.ts";
import type { ProgressOptions } from "../progress.ts";
import { type CiphertextType, SHAPES } from "../wire/core/types.ts";
import { readBytes, writeBytes } from "./bytes.ts";
import { sourcesOf } from "./cut.ts";
import { type ComputationPart, checkPart, type PartResult } from "./data.ts";

/** What a part is computed from. */
export interface PartOptions extends ProgressOptions {
  /** Handles of the inputs that are its `values`, in that order, loaded as for `cut`; none unless given. */
  readonly inputs?: readonly Handle<Ciphertext>[] | undefined;
  /** The bytes of a part that it `needs`. To be given where it needs any. */
  readonly bytesOf?: ((part: number) => Uint8Array) | undefined;
}

const NAMES: OptionNames<PartOptions> = { inputs: true, bytesOf: true, onProgress: true, signal: true };

/** What comes of a part. */
export interface PartOutcome {
  /** For the parts that need it. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Of the last part, the results in order, as `serialize` gives them; of others, nothing. */
  readonly results: readonly Uint8Array[];
}

/**
 * Computes a part of a computation that `cut` has made on an engine with the same server key. The part and the bytes are to
 * come from engines that one trusts as much as this one: what they say of ciphertexts is believed.
 *
 * @throws MismatchError for what is no part, inputs that it was not cut for, or bytes of another part or computation;
 *   GraphError for a part that does not go with the parameters; TypeError for options that are none; and as
 *   `Handle.serialize`; as rejections.
 */
export async function computePart(
  engine: Engine,
  part: ComputationPart,
  options: PartOptions = {},
): Promise<PartOutcome> {
  const opened = Engine.opened(engine);
  const { context, parts } = opened;
  const {
    inputs = [],
    bytesOf = noBytes,
    onProgress,
    signal,
  } = parts.checkOptions<PartOptions>(options, NAMES);
  parts.checkFunction("bytesOf", bytesOf);
  const checked = checkPart(parts.checkObject("a part", "that cut has made", part));
  const handlesGiven = opened.handlesIn(inputs);
  if (handlesGiven.length !== checked.values.length) {
    throw new MismatchError(
      `the part reads ${checked.values.length} inputs, and ${handlesGiven.length} are given`,
    );
  }
  const known = new Map(
    handlesGiven.map((handle, i): [number, Source[]] => [checked.values[i], sourcesOf(opened, handle)]),
  );
  const { builder } = context.evaluator;
  let gives: readonly Block[] = [];
  let handles: Handle<Ciphertext>[] = [];
  opened.build(context, () => {
    const given = checked.inputs.map((input) => inputOf(known, input));
    const blocks = rebuild(builder, checked, [...given, ...imported(opened, checked, bytesOf)]);
    gives = checked.gives.map((source) => blocks[source]);
    const results = (checked.results ?? []).map((result) => ({
      layout: layoutOf(result),
      digits: result.digits.map((digit) => rebuildDigit(builder, digit, blocks)),
    }));
    handles = results.map(
      ({ layout, digits }) => opened.handleOf(context, layout, digits) as Handle<Ciphertext>,
    );
    builder.retain(gives);
  });
  try {
    const [computed, ...results] = await Promise.all([
      context.evaluator.compute(gives, { onProgress, signal }),
      ...handles.map((handle) => handle.serialize({ signal })),
    ]);
    return {
      bytes: writeBytes(
        checked,
        computed.map(({ lwe }) => lwe),
      ),
      results,
    };
  } finally {
    builder.release(gives);
    for (const handle of handles) handle.dispose();
  }
}

/** An input that a part reads; that it is the one that was meant shows by its mask. */
function inputOf(known: ReadonlyMap<number, readonly Source[]>, { place, at, form, twin }: PartInput): Block {
  const source = known.get(place)?.[at];
  if (source === undefined || formOf(source) !== form || twinOf(source) !== twin)
    throw new MismatchError(
      "the part reads another input than those given, or one that was loaded in another way",
    );
  return source;
}

/** What a part reads of others. */
function imported(
  { context: { evaluator }, checkBytes }: Opened,
  part: ComputationPart,
  bytesOf: (part: number) => Uint8Array,
): Block[] {
  const blocks = new Array<Block>(part.imports.length);
  for (const need of part.needs) {
    const wanted = [...part.imports.entries()].filter(([, one]) => one.part === need);
    const places = wanted.map(([, { at }]) => at);
    const bytes = checkBytes(bytesOf(need));
    const contents = readBytes(bytes, part, need, bigLweDimension(evaluator.parameters) + 1, places);
    const loaded = evaluator.load(
      wanted.map(([, { max, twin, kin, opaque, wide }], i) => ({
        ...{ lwe: contents[i], degree: max, noiseLevel: 1 },
        origin: { twin, kin, opaque, wide },
      })),
    );
    for (const [i, [place]] of wanted.entries()) blocks[place] = loaded[i];
  }
  return blocks;
}

function noBytes(part: number): never {
  throw new TypeError(`the part needs the bytes of part ${part}, which bytesOf is to give`);
}

function layoutOf({ type, padded, digits }: PartResult): Layout {
  if (!Object.hasOwn(SHAPES, type)) throw new MismatchError(`there is no type ${type}`);
  return { type: type as CiphertextType, padded, digits: digits.length };
}
