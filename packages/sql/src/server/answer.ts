import { type Job, rangeOf, type Sum } from "../engine/job.ts";
import type { AnswerInfo } from "../plan/answer.ts";
import type { GroupsAnswer, Plan, RowsAnswer } from "../plan/plan.ts";
import type { Candidates, Row } from "./candidates.ts";
import type { Rows } from "./database.ts";
import { expectWithin, type Limits } from "./limits.ts";
import { Shelf } from "./shelf.ts";
import { type Tally, tallyFor } from "./tally.ts";

/** What an engine is to compute for a query, and what the client can choose from afterwards. */
export interface Prepared {
  readonly truths: Job["truths"];
  readonly asked: Job["asked"];
  readonly sums: Job["sums"];
  readonly info: AnswerInfo;
  readonly shelves: readonly Shelf[];
}

/** Goes through the rows of a base query. @throws LimitError, DataError */
export function prepare(
  plan: Plan,
  candidates: Candidates,
  rows: AsyncIterable<Rows>,
  limits: Limits,
): Promise<Prepared> {
  const { answer } = plan;
  return answer.kind === "rows"
    ? prepareRows(answer, candidates, rows, limits)
    : prepareGroups(answer, candidates, rows, limits);
}

async function prepareRows(
  { record, distinct }: RowsAnswer,
  candidates: Candidates,
  rows: AsyncIterable<Rows>,
  limits: Limits,
): Promise<Prepared> {
  const shelf = new Shelf(limits);
  const asked: number[] = [];
  const classes: number[] = [];
  for await (const chunk of rows) {
    shelf.setTypes(record.map((column) => chunk.types[column]!));
    expectWithin(asked.length + chunk.rows.length, limits, "rows", "rows to go through");
    for (const row of chunk.rows) {
      asked.push(candidates.truthsOf(row)[0]!);
      shelf.add(record.map((column) => row[column]!));
      if (distinct !== undefined) classes.push(Number(row[distinct]));
    }
  }
  const info: AnswerInfo = {
    kind: "rows",
    candidates: asked.length,
    ...(distinct !== undefined && { classes }),
    shelves: [shelf.info()],
  };
  return { truths: candidates.truths, asked, sums: [], info, shelves: [shelf] };
}

async function prepareGroups(
  answer: GroupsAnswer,
  candidates: Candidates,
  rows: AsyncIterable<Rows>,
  limits: Limits,
): Promise<Prepared> {
  const groups = new Groups(answer, limits);
  let count = 0;
  for await (const chunk of rows) {
    groups.setTypes(chunk.types);
    count += chunk.rows.length;
    expectWithin(count, limits, "rows", "rows to go through");
    for (const row of chunk.rows) groups.add(row, candidates.truthsOf(row));
  }
  return { truths: candidates.truths, asked: [], ...groups.finish() };
}

class Groups {
  readonly #answer: GroupsAnswer;
  readonly #limits: Limits;
  readonly #shelf: Shelf;
  readonly #numbers = new Map<string, number>();
  readonly #counts: Map<number, bigint>[] = [];
  readonly #rankColumns: readonly number[];
  readonly #ranks: number[][];
  #tallies: readonly Tally[] = [];

  constructor(answer: GroupsAnswer, limits: Limits) {
    this.#answer = answer;
    this.#limits = limits;
    this.#shelf = new Shelf(limits);
    this.#rankColumns = answer.order.flatMap(({ by }) => ("rank" in by ? [by.rank] : []));
    this.#ranks = this.#rankColumns.map(() => []);
    if (answer.group === undefined) this.#counts.push(new Map());
  }

  setTypes(types: readonly number[]): void {
    if (this.#tallies.length > 0) return;
    const { record, aggregates } = this.#answer;
    this.#shelf.setTypes(record.map((column) => types[column]!));
    this.#tallies = aggregates.map((aggregate) => {
      return tallyFor(
        aggregate,
        aggregate.argument === undefined ? 0 : types[aggregate.argument]!,
        this.#limits,
      );
    });
  }

  add(row: Row, truths: readonly number[]): void {
    const group = this.#groupOf(row);
    const counts = this.#counts[group]!;
    counts.set(truths[0]!, (counts.get(truths[0]!) ?? 0n) + 1n);
    for (const [index, { argument, rank, formula }] of this.#answer.aggregates.entries()) {
      const value = argument === undefined ? null : row[argument]!;
      this.#tallies[index]!.add(group, truths[formula]!, value, rank === undefined ? null : row[rank]!);
    }
  }

  /** The number of a candidate's group; the first of a group has its record. */
  #groupOf(row: Row): number {
    const { group, record } = this.#answer;
    if (group === undefined) return 0;
    const key = row[group]!;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#counts.push(new Map()) - 1;
    expectWithin(number + 1, this.#limits, "groups", "groups");
    this.#numbers.set(key, number);
    this.#shelf.add(record.map((column) => row[column]!));
    for (const [index, column] of this.#rankColumns.entries()) this.#ranks[index]!.push(Number(row[column]));
    return number;
  }

  finish(): Pick<Prepared, "sums" | "info" | "shelves"> {
    const groups = this.#counts.length;
    const shelves = [this.#shelf];
    const aggregates = this.#tallies.map((tally) => {
      const info = tally.info(groups);
      return tally.shelf === undefined ? info : { ...info, shelf: shelves.push(tally.shelf) - 1 };
    });
    const sums = this.#counts.flatMap((counts, group): Sum[] => [
      { truths: [...counts.keys()], weights: [...counts.values()] },
      ...this.#tallies.flatMap((tally) => tally.sums(group)),
    ]);
    const ranges = sums.map(rangeOf).map(({ low, high }) => [low.toString(), high.toString()] as const);
    const infos = shelves.map((shelf) => shelf.info());
    const info: AnswerInfo = {
      kind: "groups",
      groups,
      ranks: this.#ranks,
      aggregates,
      ranges,
      shelves: infos,
    };
    return { sums, info, shelves };
  }
}
