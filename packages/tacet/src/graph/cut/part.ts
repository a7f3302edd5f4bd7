import {
  type Block,
  type BlockForm,
  constantOf,
  familyOf,
  formOf,
  kinOf,
  type Source,
  type Term,
  termsOf,
  twinOf,
} from "../block.ts";
import type { Rotation } from "../rotation.ts";
import type { Group } from "./partition.ts";

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

/** What is known of a ciphertext that another part gives. */
export interface Imported {
  readonly max: number;
  /** What the graph calls its mask, and of what kin it is: see `Origin`. */
  readonly twin: number;
  readonly kin: number;
  /** What its family is: see `Family`. */
  readonly opaque: boolean;
  readonly wide: boolean;
}

/** What a part reads that another part gives. */
export interface Import extends Imported {
  readonly part: number;
  /** Its place among what that gives. */
  readonly at: number;
}

/** What parts of a team give each other while they are computed. */
export interface Shared extends Imported {
  /** The number of the source. */
  readonly source: number;
}

/**
 * Parts that are computed at the same time: those from `first` on, as many as there are lanes. All of them have the rotations
 * of all.
 */
export interface Team {
  readonly first: number;
  /** For each rotation which part of the team it belongs to, counted from the first. */
  readonly lanes: readonly number[];
  readonly shared: readonly Shared[];
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
  /** The numbers of the sources that it gives to later parts. */
  readonly gives: readonly number[];
  readonly team?: Team;
}

/** The parts of a computation, and blocks that were asked for as the last of them tells. */
export interface Parts {
  readonly parts: readonly Part[];
  readonly results: readonly PartDigit[];
}

/**
 * Makes parts that can be computed by themselves out of the rotations of a plan, and a last one without rotations, which
 * reads what was asked for.
 *
 * @param groups what is a part, or a team of parts; they come after those that they read from.
 * @param inputOf where an input is in what was loaded.
 */
export function partsOf(
  rotations: readonly Rotation[],
  groups: readonly Group[],
  requested: readonly Block[],
  inputOf: (source: Source) => { readonly place: number; readonly at: number },
): Parts {
  const last = groups.flat().length;
  const drafts: Draft[] = [];
  const producers = new Map<Source, Draft>();
  for (const lanes of groups) {
    const team = { first: drafts.length, own: lanes.flat().sort((a, b) => a - b) };
    for (const lane of lanes) {
      const draft = new Draft(
        drafts.length,
        team.first,
        team.own.map((index) => rotations[index]),
      );
      for (const index of lane)
        for (const { output } of rotations[index].tables) producers.set(output, draft);
      drafts.push(draft);
    }
  }
  drafts.push(new Draft(last, last, []));
  for (const draft of drafts) {
    const wanted = draft.index < last ? draft.own.flatMap(({ terms }) => terms) : requested.flatMap(termsOf);
    draft.read(new Set(wanted.map(({ source }) => source)), producers);
  }
  const parts = drafts.map((draft) => draft.part(producers, inputOf));
  const results = requested.map((block) => ({
    terms: drafts[last].numbered(termsOf(block)),
    constant: constantOf(block),
    min: block.min,
    max: block.max,
  }));
  return { parts, results };
}

/** A part in the making. */
class Draft {
  readonly index: number;
  /** The first part of its team. */
  readonly first: number;
  /** Its rotations, and those of its team. */
  readonly own: readonly Rotation[];
  readonly #inputs: Source[] = [];
  readonly #imports: Import[] = [];
  readonly #numbers = new Map<Source, number>();
  readonly #gives = new Map<Source, number>();

  constructor(index: number, first: number, own: readonly Rotation[]) {
    this.index = index;
    this.first = first;
    this.own = own;
  }

  /** Gives numbers to what it reads, and to what its rotations give. */
  read(wanted: ReadonlySet<Source>, producers: ReadonlyMap<Source, Draft>): void {
    const outside = [...wanted].filter((source) => producers.get(source)?.first !== this.first);
    for (const source of outside)
      if (!producers.has(source)) this.#numbers.set(source, this.#inputs.push(source) - 1);
    for (const source of outside) {
      const from = producers.get(source);
      if (from === undefined) continue;
      this.#imports.push({ part: from.index, at: from.#give(source), ...importedAs(source) });
      this.#numbers.set(source, this.#numbers.size);
    }
    for (const { tables } of this.own)
      for (const { output } of tables) this.#numbers.set(output, this.#numbers.size);
  }

  numbered(terms: readonly Term[]): PartTerm[] {
    return terms.map(({ source, coefficient }) => [coefficient, this.#numbers.get(source)!] as const);
  }

  part(
    producers: ReadonlyMap<Source, Draft>,
    inputOf: (source: Source) => { readonly place: number; readonly at: number },
  ): Part {
    const part: Part = {
      inputs: this.#inputs.map((source) => ({
        ...inputOf(source),
        ...{ form: formOf(source), twin: twinOf(source) },
      })),
      imports: this.#imports,
      rotations: this.own.map(({ terms, constant, size, anywhere, tables }) => ({
        terms: this.numbered(terms),
        ...{ constant, size, anywhere },
        tables: tables.map(({ table, output: { min, max } }) => ({ table, min, max })),
      })),
      gives: [...this.#gives.keys()].map((source) => this.#numbers.get(source)!),
    };
    const makers = this.own.map(({ tables }) => producers.get(tables[0].output)!);
    if (makers.every((maker) => maker === this)) return part;
    return { ...part, team: { first: this.first, ...this.#shared(makers, producers) } };
  }

  /** The number of a source among those that it gives. */
  #give(source: Source): number {
    if (!this.#gives.has(source)) this.#gives.set(source, this.#gives.size);
    return this.#gives.get(source)!;
  }

  /** What belongs to whom of its team, and what others of it, or later parts, read of it. */
  #shared(makers: readonly Draft[], producers: ReadonlyMap<Source, Draft>): Pick<Team, "lanes" | "shared"> {
    const shared = new Set(makers.flatMap((maker) => [...maker.#gives.keys()]));
    for (const [at, { terms }] of this.own.entries()) {
      for (const { source } of terms) {
        const maker = producers.get(source);
        if (maker?.first === this.first && maker !== makers[at]) shared.add(source);
      }
    }
    return {
      lanes: makers.map((maker) => maker.index - this.first),
      shared: [...shared].map((source) => ({ source: this.#numbers.get(source)!, ...importedAs(source) })),
    };
  }
}

function importedAs(source: Source): Imported {
  const { opaque, wide } = familyOf(source);
  return { max: source.max, twin: twinOf(source), kin: kinOf(source), opaque, wide };
}
