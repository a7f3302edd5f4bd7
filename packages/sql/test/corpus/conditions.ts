import type { ParameterValue } from "../../src/index.ts";
import type { Random } from "./random.ts";
import type { Column, Table } from "./world.ts";

/** A column as a query can name it. */
export interface Named {
  readonly reference: string;
  readonly column: Column;
  readonly table: Table;
}

/** A parameter of a query, and whether it is secret. */
export interface Given {
  readonly value: ParameterValue | readonly ParameterValue[];
  readonly secret: boolean;
}

/** Writes conditions, and collects their parameters. */
export class Conditions {
  readonly parameters: Given[] = [];
  readonly #random: Random;
  readonly #columns: readonly Named[];

  constructor(random: Random, columns: readonly Named[]) {
    this.#random = random;
    this.#columns = columns;
  }

  /** A parameter as it stands in the text. */
  parameter(value: Given["value"], secret = true): string {
    this.parameters.push({ value, secret });
    return `$${this.parameters.length}`;
  }

  condition(depth: number): string {
    const random = this.#random;
    if (depth === 0 || random.chance(30)) return this.#atom();
    switch (random.below(6)) {
      case 0:
        return `NOT (${this.condition(depth - 1)})`;
      case 1:
      case 2:
        return `(${this.condition(depth - 1)}) AND (${this.condition(depth - 1)})`;
      case 3:
      case 4:
        return `(${this.condition(depth - 1)}) OR (${this.condition(depth - 1)})`;
      default:
        return `(${this.condition(depth - 1)}) IS ${random.pick(["TRUE", "NOT TRUE", "FALSE", "NOT FALSE", "UNKNOWN", "NOT UNKNOWN"])}`;
    }
  }

  #constant({ column, table }: Named): string | null {
    const random = this.#random;
    if (random.chance(4)) return null;
    const index = table.columns.indexOf(column);
    const present = table.rows.length > 0 && random.chance(60) ? random.pick(table.rows)[index]! : null;
    if (present !== null) return present;
    if (column.type.type === "decimal" && random.chance(20))
      return random.pick(["0.005", "-1e1", "3.14159", "1e20"]);
    return column.name === "id" ? String(random.below(30)) : column.value(random);
  }

  #secret(named: Named): string {
    const cast = this.#random.chance(5) ? `::${named.column.declared.replace(/ collate.*|\(.*\)/, "")}` : "";
    return this.parameter(this.#constant(named)) + cast;
  }

  /** Secret most of the time; now and then a constant in the clear. */
  #item(named: Named): string {
    return this.#random.chance(85) ? this.#secret(named) : this.parameter(this.#constant(named), false);
  }

  #atom(): string {
    const random = this.#random;
    if (random.chance(15)) return this.#clear();
    const named = random.pick(this.#columns);
    const { reference, column } = named;
    const { type } = column;
    const not = random.pick(["", "NOT "]);
    const ordered = type.type !== "text" || type.ordered;
    const kind = random.below(12);
    if (type.type === "text" && type.like && random.chance(60)) return this.#like(named);
    if (type.type === "dictionary" && random.chance(20)) return this.#like(named);
    if (kind < 4 && ordered && type.type !== "dictionary") {
      const operator = random.pick(["<", "<=", ">", ">="]);
      return random.chance(20)
        ? `${this.#secret(named)} ${operator} ${reference}`
        : `${reference} ${operator} ${this.#secret(named)}`;
    }
    if (kind === 4 && ordered && type.type !== "dictionary" && type.type !== "boolean") {
      const symmetric = random.pick(["", "SYMMETRIC "]);
      return `${reference} ${not}BETWEEN ${symmetric}${this.#secret(named)} AND ${this.#item(named)}`;
    }
    if (kind === 5)
      return `${reference} ${not}IN (${Array.from({ length: random.between(1, 4) }, () => this.#secretItem(named)).join(", ")})`;
    if (kind === 6) return `${reference} IS ${not}DISTINCT FROM ${this.#secret(named)}`;
    if (kind === 7 && isNarrow(column)) return this.#array(named);
    return `${reference} ${random.pick(["=", "=", "<>", "!="])} ${this.#secret(named)}`;
  }

  #secretItem(named: Named): string {
    return this.#random.chance(90) ? this.#secret(named) : "NULL";
  }

  #array(named: Named): string {
    const random = this.#random;
    const elements = Array.from({ length: random.below(4) }, () => this.#constant(named));
    const operator = random.pick(["= ANY", "<> ALL"]);
    return `${named.reference} ${operator} (${this.parameter(elements)})`;
  }

  #like(named: Named): string {
    const random = this.#random;
    const word = [...(this.#constant(named) ?? "ab")].filter((character) => character !== "\\").slice(0, 4);
    const noise = word.map((character) => (random.chance(15) ? "_" : character)).join("");
    const [before, after] = [random.pick(["", "%", ""]), random.pick(["", "%"])];
    const half = random.between(0, word.length);
    const inside = random.chance(15) ? `${word.slice(0, half).join("")}%${word.slice(half).join("")}` : noise;
    const pattern = random.chance(3) ? null : `${before}${inside}${after}`;
    const operator = `${random.pick(["", "NOT "])}${random.pick(["LIKE", "ILIKE"])}`;
    if (random.chance(10)) return `${named.reference} ${operator} '%' || ${this.parameter(pattern)} || '%'`;
    const escaping = random.chance(10) ? " ESCAPE '!'" : "";
    return `${named.reference} ${operator} ${this.parameter(pattern)}${escaping}`;
  }

  /** What PostgreSQL computes by itself. */
  #clear(): string {
    const random = this.#random;
    const [first, second] = [random.pick(this.#columns), random.pick(this.#columns)];
    switch (random.below(5)) {
      case 0:
        return `${first.reference} IS ${random.pick(["", "NOT "])}NULL`;
      case 1:
        return first.column.declared === second.column.declared
          ? `${first.reference} ${random.pick(["=", "<", "<>"])} ${second.reference}`
          : `${first.reference}::text <> ${second.reference}::text`;
      case 2: {
        const id = this.#columns.find(({ column }) => column.name === "id")!;
        return `${id.reference} % ${random.between(2, 4)} = ${this.parameter(random.below(2), false)}`;
      }
      case 3: {
        const { table, reference } = this.#columns.find(({ column }) => column.name === "key")!;
        return `${reference} IN (SELECT s.key FROM ${table.name} s WHERE s.id < ${random.below(9)})`;
      }
      default:
        return `EXISTS (SELECT 1 FROM ${first.table.name} s WHERE s.key = ${this.#columns.find(({ column }) => column.name === "key")!.reference} AND s.id > ${random.below(5)})`;
    }
  }
}

function isNarrow({ type }: Column): boolean {
  if (type.type === "integer") return BigInt(type.maximum) - BigInt(type.minimum) < 65_536n;
  return type.type === "boolean" || type.type === "dictionary";
}
