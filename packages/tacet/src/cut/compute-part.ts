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
import { type ComputationPart, checkPart, imported, type PartResult } from "./data.ts";
import type { Exchange } from "./exchange.ts";
import { TeamMember } from "./team.ts";

/** What a part is computed from. */
export interface PartOptions extends ProgressOptions {
  /** Handles of the inputs that are its `values`, in that order, loaded as for `cut`; none unless given. */
  readonly inputs?: readonly Handle<Ciphertext>[] | undefined;
  /** The bytes of a part that it `needs`. To be given where it needs any. */
  readonly bytesOf?: ((part: number) => Uint8Array) | undefined;
  /** Of a part with a `team`, what carries bytes from and to others of it. Without one, it computes all that it needs. */
  readonly exchange?: Exchange | undefined;
  /** Milliseconds after which it computes by itself what others of its team have not given; 500 unless given. */
  readonly patience?: number | undefined;
}

const NAMES: OptionNames<PartOptions> = {
  ...{ inputs: true, bytesOf: true, exchange: true, patience: true },
  ...{ onProgress: true, signal: true },
};

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
    exchange,
    patience = 500,
    onProgress,
    signal,
  } = parts.checkOptions<PartOptions>(options, NAMES);
  parts.checkFunction("bytesOf", bytesOf);
  parts.checkNumber("patience", patience);
  if (exchange !== undefined) {
    parts.checkObject("an exchange", "with join and give", exchange);
    parts.checkFunction("exchange.join", exchange.join);
    parts.checkFunction("exchange.give", exchange.give);
  }
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
  let member: TeamMember | undefined;
  opened.build(context, () => {
    const read = checked.inputs.map((input) => inputOf(known, input));
    const given = [...read, ...importedBy(opened, checked, bytesOf)];
    if (checked.team !== undefined) {
      const options = { exchange, patience, onProgress, signal };
      member = new TeamMember(opened, checked, checked.team, given, options);
      return;
    }
    const blocks = rebuild(builder, checked, given);
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
    if (member !== undefined) gives = await member.compute();
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
    if (member === undefined) builder.release(gives);
    else member.release();
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
function importedBy(
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
    const loaded = evaluator.load(wanted.map(([, one], i) => imported(one, contents[i])));
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
