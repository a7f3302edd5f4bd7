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
  /** The entries of each table, the range of what it gives, and what the graph calls that: see `Origin`. */
  readonly tables: readonly {
    readonly table: readonly number[];
    readonly min: number;
    readonly max: number;
    readonly twin: number;
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

/** What a part of a team takes at once. */
export interface TeamBatch {
  /** Which part, counted from the first of the team. */
  readonly lane: number;
  /** Places in the rotations. */
  readonly rotations: readonly number[];
}

/** Parts that are computed at the same time, from `first` on. Each of them has the rotations of all. */
export interface Team {
  readonly first: number;
  /** In the order in which they are begun; each rotation is in one. */
  readonly batches: readonly TeamBatch[];
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
  const drafts: Draft[] = [];
  const producers = new Map<Source, Draft>();
  for (const group of groups) {
    const batches = "batches" in group ? group.batches : [{ lane: 0, rotations: group.rotations }];
    const all = batches.flatMap((batch) => batch.rotations).sort((a, b) => a - b);
    const places = new Map(all.map((index, place) => [index, place]));
    const own = {
      first: drafts.length,
      rotations: all.map((index) => rotations[index]),
      batches: batches.map(({ lane, rotations }) => ({
        lane,
        rotations: rotations.map((index) => places.get(index)!),
      })),
    };
    const lanes = 1 + Math.max(...batches.map(({ lane }) => lane));
    for (let lane = 0; lane < lanes; lane++) drafts.push(new Draft(drafts.length, own, lanes > 1));
    for (const { lane, rotations: some } of batches)
      for (const index of some)
        for (const { output } of rotations[index].tables) producers.set(output, drafts[own.first + lane]);
  }
  const last = drafts.length;
  drafts.push(new Draft(last, { first: last, rotations: [], batches: [] }, false));
  for (const draft of drafts) {
    const terms = draft.index < last ? draft.terms : requested.flatMap(termsOf);
    draft.read(new Set(terms.map(({ source }) => source)), producers);
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

/** The rotations of a part, or of a team. */
interface Own {
  /** The first part of the team. */
  readonly first: number;
  readonly rotations: readonly Rotation[];
  readonly batches: readonly TeamBatch[];
}

/** A part in the making. */
class Draft {
  readonly index: number;
  readonly #own: Own;
  readonly #inTeam: boolean;
  readonly #inputs: Source[] = [];
  readonly #imports: Import[] = [];
  readonly #numbers = new Map<Source, number>();
  readonly #gives = new Map<Source, number>();

  constructor(index: number, own: Own, inTeam: boolean) {
    this.index = index;
    this.#own = own;
    this.#inTeam = inTeam;
  }

  get terms(): Term[] {
    return this.#own.rotations.flatMap(({ terms }) => terms);
  }

  /** Gives numbers to what it reads, and to what its rotations give. */
  read(wanted: ReadonlySet<Source>, producers: ReadonlyMap<Source, Draft>): void {
    const outside = [...wanted].filter((source) => !this.#makes(producers.get(source)));
    for (const source of outside)
      if (!producers.has(source)) this.#numbers.set(source, this.#inputs.push(source) - 1);
    for (const source of outside) {
      const from = producers.get(source);
      if (from === undefined) continue;
      this.#imports.push({ part: from.index, at: from.#give(source), ...importedAs(source) });
      this.#numbers.set(source, this.#numbers.size);
    }
    for (const { tables } of this.#own.rotations)
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
      rotations: this.#own.rotations.map(({ terms, constant, size, anywhere, tables }) => ({
        terms: this.numbered(terms),
        ...{ constant, size, anywhere },
        tables: tables.map(({ table, output }) => ({
          ...{ table, min: output.min, max: output.max },
          twin: twinOf(output),
        })),
      })),
      gives: [...this.#gives.keys()].map((source) => this.#numbers.get(source)!),
    };
    if (!this.#inTeam) return part;
    const { first, batches } = this.#own;
    return { ...part, team: { first, batches, shared: this.#shared(producers) } };
  }

  /** Whether a part is it or of its team. */
  #makes(part: Draft | undefined): boolean {
    return part !== undefined && part.#own === this.#own;
  }

  /** The number of a source among those that it gives. */
  #give(source: Source): number {
    if (!this.#gives.has(source)) this.#gives.set(source, this.#gives.size);
    return this.#gives.get(source)!;
  }

  /** What parts of its team read of others, or later parts of any of them. */
  #shared(producers: ReadonlyMap<Source, Draft>): Shared[] {
    const { rotations } = this.#own;
    const makers = rotations.map(({ tables }) => producers.get(tables[0].output)!);
    const shared = new Set(makers.flatMap((maker) => [...maker.#gives.keys()]));
    for (const [at, { terms }] of rotations.entries()) {
      for (const { source } of terms) {
        const maker = producers.get(source);
        if (this.#makes(maker) && maker !== makers[at]) shared.add(source);
      }
    }
    return [...shared].map((source) => ({ source: this.#numbers.get(source)!, ...importedAs(source) }));
  }
}

function importedAs(source: Source): Imported {
  const { opaque, wide } = familyOf(source);
  return { max: source.max, twin: twinOf(source), kin: kinOf(source), opaque, wide };
}
