import { LimitError, QueryError } from "../errors.ts";
import { evaluate, parametersOnly } from "../value/evaluate.ts";
import { type Expression, needsOf } from "../value/expression.ts";
import type { AnswerInfo } from "./answer.ts";
import type { Plan } from "./plan.ts";

/** LIMIT and OFFSET as numbers. */
export interface Bounds {
  readonly limit: number | undefined;
  readonly offset: number;
}

/** @param parameter gives what is not secret. @throws QueryError if they are no numbers from 0 on. */
export function boundsOf({ limit, offset }: Plan, parameter: (number: number) => string | null): Bounds {
  return { limit: boundOf(limit, "LIMIT", parameter), offset: boundOf(offset, "OFFSET", parameter) ?? 0 };
}

function boundOf(
  expression: Expression | undefined,
  name: string,
  parameter: (number: number) => string | null,
): number | undefined {
  if (expression === undefined) return undefined;
  const { text } = evaluate(expression, parametersOnly(parameter));
  if (text === null) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw new QueryError(`${name} is a whole number from 0 on`);
  return Number(text);
}

/**
 * How many records of each shelf a client takes, which is public, and the same whatever the secrets are: as many as there
 * can be in the result.
 *
 * @param most the server's limit.
 * @throws LimitError if all groups are needed, and there are more than the limit.
 */
export function recordsOf(plan: Plan, info: AnswerInfo, { limit }: Bounds, most: number): number[] {
  const wanted = Math.min(limit ?? most, most);
  if (plan.answer.kind === "rows" || info.kind === "rows")
    return [takes(plan) ? Math.min(wanted, info.shelves[0]!.count) : 0];
  const { aggregates } = plan.answer;
  const early = earlyNeeds(plan);
  const late = needsOf(plan.outputs.map(({ expression }) => expression));
  return info.shelves.map((shelf, index) => {
    const aggregate = info.aggregates.findIndex((one) => one.shelf === index);
    const first =
      index === 0
        ? early.records
        : early.aggregates.has(aggregate) && aggregates[aggregate]!.rank !== undefined;
    const second = index === 0 ? late.records : late.aggregates.has(aggregate);
    if (shelf.count === 0) return 0;
    if (first) {
      if (info.groups > most)
        throw new LimitError(`${info.groups} groups have to be looked through, and the limit is ${most}`);
      return info.groups;
    }
    return second ? Math.min(wanted, info.groups) : 0;
  });
}

/** What has to be known of all groups before some of them are left out. */
export function earlyNeeds({ answer, outputs }: Plan): ReturnType<typeof needsOf> {
  if (answer.kind === "rows") return needsOf([]);
  const order = answer.order.flatMap(({ by }) => ("expression" in by ? [by.expression] : []));
  const distinct = answer.distinct ? outputs.map(({ expression }) => expression) : [];
  return needsOf([...(answer.having === undefined ? [] : [answer.having]), ...order, ...distinct]);
}

function takes({ outputs }: Plan): boolean {
  return needsOf(outputs.map(({ expression }) => expression)).records;
}
