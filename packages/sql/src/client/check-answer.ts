import { RequestError } from "../errors.ts";
import { type AnswerInfo, sumsOf } from "../plan/answer.ts";
import type { GroupsAnswer, Plan } from "../plan/plan.ts";

const MOST = 10_000_000;

/** Checks what a server says of an answer, as far as what follows relies on it. @throws RequestError */
export function checkAnswer(plan: Plan, info: AnswerInfo): AnswerInfo {
  expect(info?.kind === plan.answer.kind, "it is of another kind");
  expect(Array.isArray(info.shelves), "it has no shelves");
  for (const { count, size, types } of info.shelves) {
    expect(isCount(count) && isCount(size) && Array.isArray(types), "a shelf is malformed");
  }
  if (info.kind === "rows") {
    expect(isCount(info.candidates) && info.shelves.length === 1, "it has no candidates");
    const distinct = plan.answer.kind === "rows" && plan.answer.distinct !== undefined;
    expect(!distinct || info.classes?.length === info.candidates, "its classes are malformed");
  } else {
    checkGroups(plan.answer as GroupsAnswer, info);
  }
  return info;
}

function checkGroups(answer: GroupsAnswer, info: Extract<AnswerInfo, { kind: "groups" }>): void {
  const { groups, ranks, aggregates, ranges, shelves } = info;
  expect(isCount(groups), "it has no groups");
  const ranked = answer.order.filter(({ by }) => "rank" in by).length;
  expect(ranks?.length === ranked && ranks.every((list) => list.length === groups), "its order is malformed");
  expect(aggregates?.length === answer.aggregates.length, "its aggregates are malformed");
  let sums = 0;
  for (const [index, aggregate] of answer.aggregates.entries()) {
    const { scales, values, shelf, type } = aggregates[index]!;
    expect(Number.isInteger(type), "the type of an aggregate is malformed");
    if (aggregate.rank !== undefined)
      expect(values?.length === groups, "the values of an aggregate are malformed");
    else if (aggregate.name === "sum" || aggregate.name === "avg")
      expect(isRising(scales), "digits are malformed");
    if (aggregate.rank !== undefined && aggregate.name !== "count")
      expect(shelves[shelf!] !== undefined, "a shelf lacks");
    for (let group = 0; group < groups; group++) sums += sumsOf(aggregate, aggregates[index]!, group);
  }
  const isBound = (bound: unknown) => typeof bound === "string" && /^-?\d{1,1000}$/.test(bound);
  expect(
    ranges?.length === sums + groups && ranges.every((range) => range.every(isBound)),
    "its sums are malformed",
  );
}

function isRising(list: readonly number[] | undefined): boolean {
  return (
    Array.isArray(list) &&
    list.length > 0 &&
    list.every((n, i) => isCount(n) && (i === 0 || n > list[i - 1]!))
  );
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= MOST;
}

function expect(condition: boolean, message: string): void {
  if (!condition) throw new RequestError(`the answer is not one to the query: ${message}`);
}
