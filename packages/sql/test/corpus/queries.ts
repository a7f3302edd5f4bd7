import { Conditions, type Given, type Named } from "./conditions.ts";
import type { Random } from "./random.ts";
import type { Column, Table } from "./world.ts";

/** A query with its parameters, and how its result is to be compared. */
export interface Query {
  readonly text: string;
  readonly parameters: readonly Given[];
  /** How many columns, from the first on, are in the order of the rows; all of a row, if its order is total. */
  readonly ordered: number;
}

const NUMBERS: readonly Column["type"]["type"][] = ["integer", "decimal"];

function isNumber({ column }: Named): boolean {
  return NUMBERS.includes(column.type.type);
}

/** A random query on tables. */
export function randomQuery(random: Random, tables: readonly Table[]): Query {
  const { from, columns, conditions, prefix } = randomFrom(random, tables);
  const where = random.chance(95) ? conditions.condition(random.between(0, 3)) : undefined;
  const writer = new Writer(random, columns, conditions);
  const { select, rest, ordered } = random.pick([
    () => writer.rows(),
    () => writer.rows(),
    () => writer.distinct(),
    () => writer.totals(),
    () => writer.groups(),
    () => writer.groups(),
  ])();
  const filter = where === undefined ? "" : ` WHERE ${where}`;
  return {
    text: `${prefix}SELECT ${select} FROM ${from}${filter}${rest}`,
    parameters: conditions.parameters,
    ordered,
  };
}

function randomFrom(random: Random, [a, b]: readonly Table[]) {
  const named = (table: Table, alias: string): Named[] =>
    table.columns.map((column) => ({ reference: `${alias}.${column.name}`, column, table }));
  const bare = (table: Table): Named[] =>
    table.columns.map((column) => ({ reference: column.name, column, table }));
  const first = a!;
  const second = b!;
  switch (random.below(8)) {
    case 0:
      return { ...joined(random, first, second, named), prefix: "" };
    case 1: {
      const columns = [
        ...named(first, "l"),
        ...named(second, "r").filter(({ column }) => column.name !== "key"),
      ];
      const kind = random.pick(["JOIN", "LEFT JOIN", "FULL JOIN"]);
      return {
        from: `${first.name} l ${kind} ${second.name} r USING (key)`,
        columns,
        conditions: new Conditions(random, columns),
        prefix: "",
      };
    }
    case 2: {
      const columns = named(first, "d");
      const from = `(SELECT * FROM ${first.name} WHERE id % 3 <> 1 ORDER BY id LIMIT 20) d`;
      return { from, columns, conditions: new Conditions(random, columns), prefix: "" };
    }
    case 3: {
      const columns = named(first, "w");
      return {
        from: "w",
        columns,
        conditions: new Conditions(random, columns),
        prefix: `WITH w AS (SELECT * FROM ${first.name} WHERE id > 2) `,
      };
    }
    case 4: {
      const columns = [...named(first, "l"), ...named(second, "r")];
      return {
        from: `${first.name} l, ${second.name} AS r`,
        columns,
        conditions: new Conditions(random, columns),
        prefix: "",
      };
    }
    default: {
      const columns = bare(first);
      return { from: first.name, columns, conditions: new Conditions(random, columns), prefix: "" };
    }
  }
}

function joined(
  random: Random,
  first: Table,
  second: Table,
  named: (table: Table, alias: string) => Named[],
) {
  const columns = [...named(first, "l"), ...named(second, "r")];
  const conditions = new Conditions(random, columns);
  const secret = random.chance(50) ? ` AND (${conditions.condition(1)})` : "";
  return { from: `${first.name} l JOIN ${second.name} r ON l.key = r.key${secret}`, columns, conditions };
}

interface Written {
  readonly select: string;
  readonly rest: string;
  readonly ordered: number;
}

class Writer {
  readonly #random: Random;
  readonly #columns: readonly Named[];
  readonly #conditions: Conditions;

  constructor(random: Random, columns: readonly Named[], conditions: Conditions) {
    this.#random = random;
    this.#columns = columns;
    this.#conditions = conditions;
  }

  rows(): Written {
    const random = this.#random;
    const ids = this.#columns.filter(({ column }) => column.name === "id").map(({ reference }) => reference);
    if (random.chance(15)) return { select: "*", rest: "", ordered: 0 };
    const keys = random.some(this.#columns, random.between(0, 2)).map(({ reference }) => reference);
    const others = Array.from({ length: random.between(1, 3) }, () => this.#output());
    const order = [...keys, ...ids].map(
      (key) => `${key}${random.pick(["", " DESC", " DESC NULLS LAST", " NULLS FIRST"])}`,
    );
    const select = [...keys, ...ids, ...others].join(", ");
    if (random.chance(30)) return { select, rest: "", ordered: 0 };
    if (random.chance(15) && keys.length > 0) {
      const on = `DISTINCT ON (${keys.join(", ")}) ${select}`;
      return { select: on, rest: ` ORDER BY ${order.join(", ")}`, ordered: keys.length + ids.length };
    }
    return {
      select,
      rest: ` ORDER BY ${order.join(", ")}${this.#limit()}`,
      ordered: keys.length + ids.length,
    };
  }

  #limit(): string {
    const random = this.#random;
    const limit = random.chance(50)
      ? ` LIMIT ${random.chance(50) ? random.below(12) : this.#conditions.parameter(random.below(12), false)}`
      : "";
    return `${limit}${random.chance(25) ? ` OFFSET ${random.below(5)}` : ""}`;
  }

  /** An expression, with secrets now and then. */
  #output(): string {
    const random = this.#random;
    const { reference } = random.pick(this.#columns);
    const number = random.pick(this.#columns.filter(isNumber));
    switch (random.below(7)) {
      case 0:
        return `${number.reference}::numeric * 2 AS doubled`;
      case 1:
        return `${number.reference}::numeric + ${this.#conditions.parameter(random.below(100))}`;
      case 2:
        return `CASE WHEN ${reference} IS NULL THEN 'none' ELSE ${reference}::text END`;
      case 3:
        return `coalesce(${number.reference}::numeric, ${this.#conditions.parameter("1.5")})`;
      case 4:
        return `length(${reference}::text) AS "Length"`;
      default:
        return reference;
    }
  }

  distinct(): Written {
    const random = this.#random;
    const columns = random
      .some(
        this.#columns.filter(({ column }) => column.name !== "id"),
        random.between(1, 2),
      )
      .map(({ reference }) => reference);
    if (random.chance(40)) return { select: `DISTINCT ${columns.join(", ")}`, rest: "", ordered: 0 };
    const order = columns.map((_, index) => `${index + 1}${random.pick(["", " DESC"])}`);
    return {
      select: `DISTINCT ${columns.join(", ")}`,
      rest: ` ORDER BY ${order.join(", ")}${this.#limit()}`,
      ordered: columns.length,
    };
  }

  totals(): Written {
    const outputs = Array.from({ length: this.#random.between(1, 5) }, () => this.#aggregate());
    const having = this.#random.chance(15)
      ? ` HAVING count(*) > ${this.#conditions.parameter(this.#random.below(3))}`
      : "";
    return { select: outputs.join(", "), rest: having, ordered: 0 };
  }

  groups(): Written {
    const random = this.#random;
    const keys = random.some(this.#columns, random.between(1, 2)).map(({ reference }) => reference);
    const outputs = Array.from({ length: random.between(0, 4) }, () => this.#aggregate());
    const having = random.chance(30) ? ` HAVING ${this.#having(keys[0]!)}` : "";
    const select = [...keys, ...outputs].join(", ");
    const group = ` GROUP BY ${random.chance(50) ? keys.join(", ") : keys.map((_, index) => index + 1).join(", ")}${having}`;
    if (random.chance(40)) return { select, rest: group, ordered: 0 };
    const byCount = random.chance(40) ? ["count(*) DESC"] : [];
    const order = [...byCount, ...keys.map((key) => `${key}${random.pick(["", " DESC", " NULLS FIRST"])}`)];
    return { select, rest: `${group} ORDER BY ${order.join(", ")}${this.#limit()}`, ordered: keys.length };
  }

  #having(key: string): string {
    const random = this.#random;
    const number = random.pick(this.#columns.filter(isNumber)).reference;
    return random.pick([
      () => `count(*) > ${this.#conditions.parameter(random.below(4))}`,
      () => `sum(${number}::numeric) IS NOT NULL AND ${key} IS NOT NULL`,
      () => `avg(${number}) < ${this.#conditions.parameter(random.pick(["0.5", "10", "-3"]))}`,
      () => `NOT count(${number}) BETWEEN 1 AND 2 OR max(${number}::numeric) = 5`,
    ])();
  }

  #aggregate(): string {
    const random = this.#random;
    const any = random.pick(this.#columns);
    const number = random.pick(this.#columns.filter(isNumber)).reference;
    const ordered = random.pick(
      this.#columns.filter(({ column }) => !["boolean", "uuid"].includes(column.type.type)),
    ).reference;
    const filter = () => (random.chance(15) ? ` FILTER (WHERE ${this.#conditions.condition(1)})` : "");
    const logical = this.#columns.find(({ column }) => column.type.type === "boolean")?.reference ?? "1 = 2";
    return random.pick([
      () => `count(*)${filter()}`,
      () => `count(${any.reference})${filter()}`,
      () => `count(DISTINCT ${any.reference})${filter()}`,
      () => `sum(${number})${filter()}`,
      () => `avg(${number})${filter()}`,
      () => `min(${ordered})${filter()}`,
      () => `max(${ordered})${filter()}`,
      () => `sum(${number}::numeric * 1.50) AS total`,
      () => `round(avg(${number}), 2)`,
      () => `sum(${number}::numeric) / nullif(count(*), 3)`,
      () => `sum(${number}::numeric) * ${this.#conditions.parameter("0.5")}`,
      () => `bool_and(${logical})`,
      () => `bool_or(${logical})${filter()}`,
      () => `coalesce(max(${number}::numeric), -1)`,
    ])();
  }
}
