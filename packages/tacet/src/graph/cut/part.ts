import {
  type Block,
  type BlockForm,
  constantOf,
  familyOf,
  formOf,
  kinOf,
  type Source,
  termsOf,
  twinOf,
} from "../block.ts";
import type { Rotation } from "../rotation.ts";

/** A term of a combination: a coefficient, and the number of a source within a part. */
export type PartTerm = readonly [coefficient: number, source: number];

/** A rotation of a part: as `Rotation`, of sources that have numbers. */
export interface PartRotation {
  readonly terms: readonly PartTerm[];
  readonly constant: number;
  readonly size: number;
  readonly anywhere: boolean;
  /** The entries of each table, and the range of what it gives. */
  readonly tables: readonly {
    readonly table: readonly number[];
    readonly min: number;
    readonly max: number;
  }[];
}

/** An input that a part reads: where it is in what was loaded, and what is known of it, so that no other is taken for it. */
export interface PartInput {
  /** Which of the values. */
  readonly place: number;
  /** Which of its ciphertexts. */
  readonly at: number;
  readonly form: BlockForm;
  /** Names its mask: see `Origin`. Ciphertexts of one mask may hold different values. */
  readonly twin: number;
}

/** What a part reads that another part gives. */
export interface Import {
  readonly part: number;
  /** Its place among what that gives. */
  readonly at: number;
  readonly max: number;
  /** What the graph calls its mask, and of what kin it is: see `Origin`. */
  readonly twin: number;
  readonly kin: number;
  /** What its family is: see `Family`. */
  readonly opaque: boolean;
  readonly wide: boolean;
}

/** A digit of a result. */
export interface PartDigit {
  readonly terms: readonly PartTerm[];
  readonly constant: number;
  /** The range that it is known to have. */
  readonly min: number;
  readonly max: number;
}

/**
 * A part of a computation, by itself. Its sources have numbers: first the inputs, then what it imports, then what its
 * rotations give, table by table.
 */
export interface Part {
  readonly inputs: readonly PartInput[];
  readonly imports: readonly Import[];
  readonly rotations: readonly PartRotation[];
  /** The numbers of the sources that it gives to other parts. */
  readonly gives: readonly number[];
}

/** The parts of a computation, and blocks that were asked for as the last of them tells. */
export interface Parts {
  readonly parts: readonly Part[];
  readonly results: readonly PartDigit[];
}

/** Something that is given by one part, and read by others. */
interface Given {
  readonly part: number;
  readonly output: Source;
}

/**
 * Makes parts that can be computed by themselves out of the rotations of a plan, and a last one without rotations, which
 * reads what was asked for.
 *
 * @param groups the rotations of each part; parts come after those that they read from.
 * @param inputOf where an input is in what was loaded.
 */
export function partsOf(
  rotations: readonly Rotation[],
  groups: readonly (readonly number[])[],
  requested: readonly Block[],
  inputOf: (source: Source) => { readonly place: number; readonly at: number },
): Parts {
  const producers = new Map<Source, number>();
  for (const [part, group] of groups.entries())
    for (const index of group) for (const { output } of rotations[index].tables) producers.set(output, part);
  const gives = groups.map((): Map<Source, number> => new Map());
  const give = ({ part, output }: Given): number => {
    const given = gives[part];
    if (!given.has(output)) given.set(output, given.size);
    return given.get(output)!;
  };

  const drafts = [...groups.map((group) => group.map((index) => rotations[index])), []].map((own, part) => {
    const wanted = part < groups.length ? own.flatMap(({ terms }) => terms) : requested.flatMap(termsOf);
    const inputs: Source[] = [];
    const imports: Import[] = [];
    const numbers = new Map<Source, number>();
    const outside = new Set(
      wanted.map(({ source }) => source).filter((source) => producers.get(source) !== part),
    );
    for (const source of outside) if (!producers.has(source)) numbers.set(source, inputs.push(source) - 1);
    for (const source of outside) {
      const from = producers.get(source);
      if (from === undefined) continue;
      const at = give({ part: from, output: source });
      const { max } = source;
      const { opaque, wide } = familyOf(source);
      imports.push({ part: from, at, max, twin: twinOf(source), kin: kinOf(source), opaque, wide });
      numbers.set(source, numbers.size);
    }
    for (const { tables } of own) for (const { output } of tables) numbers.set(output, numbers.size);
    return { own, inputs, imports, numbers };
  });

  const numbered = (
    terms: readonly { source: Source; coefficient: number }[],
    numbers: Map<Source, number>,
  ): PartTerm[] => terms.map(({ source, coefficient }) => [coefficient, numbers.get(source)!] as const);
  const parts = drafts.map(
    ({ own, inputs, imports, numbers }, part): Part => ({
      inputs: inputs.map((source) => ({ ...inputOf(source), form: formOf(source), twin: twinOf(source) })),
      imports,
      rotations: own.map(({ terms, constant, size, anywhere, tables }) => ({
        terms: numbered(terms, numbers),
        ...{ constant, size, anywhere },
        tables: tables.map(({ table, output: { min, max } }) => ({ table, min, max })),
      })),
      gives: [...(gives[part]?.keys() ?? [])].map((source) => numbers.get(source)!),
    }),
  );
  const { numbers } = drafts.at(-1)!;
  const results = requested.map((block) => ({
    terms: numbered(termsOf(block), numbers),
    constant: constantOf(block),
    min: block.min,
    max: block.max,
  }));
  return { parts, results };
}
