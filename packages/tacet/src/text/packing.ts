/** Numbers for rows and columns of a table, whose sums tell what stands in it. */
export interface Packing<T> {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  /** What stands where rows and columns have a sum. */
  readonly at: readonly (T | undefined)[];
}

/** How many sums are looked at before a table is taken for one that cannot be packed. */
const MOST_SUMS = 20_000;

/**
 * Finds numbers for the rows and the columns of a table such that their sums are below a limit, and that equal sums stand
 * for equal entries. Then one lookup of a sum of two blocks is one in the table, which may have many more places than a
 * block has values.
 *
 * @param known numbers of rows that are given: one for each row, if any; and of columns.
 * @returns null if there are none, or none are found soon. The same table always has the same packing.
 */
export function pack<T>(
  table: readonly (readonly T[])[],
  limit: number,
  known: readonly (number | undefined)[] = [],
  columns: readonly number[] = [],
): Packing<T> | null {
  return new Search(table, limit, known, columns).result();
}

/** Rows and columns that are the same as an earlier one are left out of the search. */
function firstOf(lines: readonly (readonly unknown[])[]): number[] {
  const names = lines.map((line) => line.map(String).join());
  return names.map((name) => names.indexOf(name));
}

class Search<T> {
  readonly #table: readonly (readonly T[])[];
  readonly #limit: number;
  readonly #sameRow: number[];
  readonly #sameColumn: number[];
  readonly #rows: (number | undefined)[];
  readonly #columns: (number | undefined)[];
  /** What stands at a sum, and how many pairs of a row and a column say so. */
  readonly #at: (T | undefined)[];
  readonly #uses: number[];
  #sums = 0;
  #possible = true;

  constructor(
    table: readonly (readonly T[])[],
    limit: number,
    known: readonly (number | undefined)[],
    columns: readonly number[],
  ) {
    this.#table = table;
    this.#limit = limit;
    const width = table[0]?.length ?? 0;
    // Rows of different numbers that are given differ, whatever stands in them.
    const own = firstOf(table);
    this.#sameRow = table.map((_, i) => (known[i] === undefined ? own[i] : i));
    const ownColumns = firstOf(Array.from({ length: width }, (_, k) => table.map((row) => row[k])));
    this.#sameColumn = ownColumns.map((same, k) => (columns[k] === undefined ? same : k));
    this.#rows = table.map(() => undefined);
    this.#columns = Array.from({ length: width }, () => undefined);
    this.#at = new Array<T | undefined>(limit).fill(undefined);
    this.#uses = new Array<number>(limit).fill(0);
    for (const [k, number] of columns.entries()) this.#columns[k] = number;
    for (const [i, number] of known.entries()) {
      if (number !== undefined && !this.#fits(true, i, number)) this.#possible = false;
      else if (number !== undefined) this.#set(true, i, number);
    }
  }

  result(): Packing<T> | null {
    if (!(this.#possible && this.#mayFit() && this.#place())) return null;
    const rows = this.#sameRow.map((same) => this.#rows[same] ?? 0);
    const columns = this.#sameColumn.map((same) => this.#columns[same] ?? 0);
    return { rows, columns, at: [...this.#at] };
  }

  /** Sums of m different numbers and n others are m + n - 1 at least. */
  #mayFit(): boolean {
    const [rows, columns] = [this.#sameRow, this.#sameColumn].map((lines) => new Set(lines).size);
    return rows + columns - 1 <= this.#limit;
  }

  /** Gives the rest of the rows and columns their numbers, those first that have the fewest to choose from. */
  #place(): boolean {
    let best:
      | { readonly row: boolean; readonly index: number; readonly numbers: readonly number[] }
      | undefined;
    const consider = (row: boolean, index: number): void => {
      const numbers = this.#numbersFor(row, index, best?.numbers.length ?? Infinity);
      if (numbers !== undefined) best = { row, index, numbers };
    };
    for (const [i, same] of this.#sameRow.entries()) {
      if (same === i && this.#rows[i] === undefined) consider(true, i);
    }
    for (const [k, same] of this.#sameColumn.entries()) {
      if (same === k && this.#columns[k] === undefined) consider(false, k);
    }
    if (best === undefined) return true;
    for (const number of best.numbers) {
      if (this.#sums > MOST_SUMS) return false;
      this.#set(best.row, best.index, number);
      if (this.#place()) return true;
      this.#unset(best.row, best.index, number);
    }
    return false;
  }

  /** The numbers that a row or a column may have beside those that are placed, if they are fewer than some. */
  #numbersFor(row: boolean, index: number, fewerThan: number): number[] | undefined {
    const numbers: number[] = [];
    for (let number = 0; number < this.#limit; number++) {
      if (!this.#fits(row, index, number)) continue;
      numbers.push(number);
      if (numbers.length >= fewerThan) return undefined;
    }
    return numbers;
  }

  #fits(row: boolean, index: number, number: number): boolean {
    const met = new Map<number, T>();
    for (const [sum, entry] of this.#meetings(row, index, number)) {
      if (sum >= this.#limit) return false;
      const known = this.#uses[sum] > 0 ? this.#at[sum] : met.get(sum);
      if (known !== undefined && known !== entry) return false;
      met.set(sum, entry);
    }
    return true;
  }

  *#meetings(row: boolean, index: number, number: number): Generator<readonly [sum: number, entry: T]> {
    for (const [i, other] of (row ? this.#columns : this.#rows).entries()) {
      if (other === undefined) continue;
      this.#sums++;
      yield [number + other, row ? this.#table[index][i] : this.#table[i][index]];
    }
  }

  #set(row: boolean, index: number, number: number): void {
    for (const [sum, entry] of this.#meetings(row, index, number)) {
      this.#at[sum] = entry;
      this.#uses[sum]++;
    }
    (row ? this.#rows : this.#columns)[index] = number;
  }

  #unset(row: boolean, index: number, number: number): void {
    (row ? this.#rows : this.#columns)[index] = undefined;
    for (const [sum] of this.#meetings(row, index, number)) {
      if (--this.#uses[sum] === 0) this.#at[sum] = undefined;
    }
  }
}
