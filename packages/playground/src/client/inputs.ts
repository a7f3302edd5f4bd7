import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { ClientKey } from "tacet";
import { type Input, type InputType, shapeOf } from "../program/types.ts";
import type { Bytes, Parcel } from "../wire/protocol.ts";
import { decrypt, encrypt, readCiphertext } from "./encryption.ts";
import { clearValueOf, declarations, freeName, problemsOf, type Row, rowOf } from "./rows.ts";

/** The inputs of the program: what the visitor types, or loads. */
export class Inputs {
  readonly #rows = signal<readonly Row[]>([]);
  #next = 0;
  /** What is wrong with each row. */
  readonly problems = computed(() => problemsOf(this.#rows.value));
  readonly valid = computed(() =>
    this.problems.value.every(({ name, value }) => (name ?? value) === undefined),
  );
  /** The names and types that programs may use. */
  readonly declarations: ReadonlySignal<readonly Input[]> = computed(() => declarations(this.#rows.value));

  /** What the rows hold, apart from what ciphertexts from files were decrypted to. Equal item by item if it is the same. */
  readonly content = computed(() =>
    this.#rows.value.flatMap(({ id, name, type, text, loaded }) => [id, name, type, loaded?.bytes ?? text]),
  );

  get rows(): ReadonlySignal<readonly Row[]> {
    return this.#rows;
  }

  /** Puts other inputs in place of those that there are. */
  replace(inputs: readonly Input[]): void {
    this.#rows.value = inputs.map((input) => rowOf(this.#next++, input));
  }

  /** @returns the new row's number. */
  add(): number {
    const id = this.#next++;
    const name = freeName(this.#rows.value);
    this.#rows.value = [...this.#rows.value, rowOf(id, { name, type: "FheUint32", value: 0 })];
    return id;
  }

  remove(id: number): void {
    this.#rows.value = this.#rows.value.filter((row) => row.id !== id);
  }

  rename(id: number, name: string): void {
    this.#change(id, () => ({ name: name.trim() }));
  }

  retype(id: number, type: InputType): void {
    this.#change(id, (row) => ({ type, text: textFor(type, row), loaded: undefined }));
  }

  /** Takes what was typed as the value, in place of a ciphertext if there was one. */
  write(id: number, text: string): void {
    this.#change(id, () => ({ text, loaded: undefined }));
  }

  /**
   * Puts a ciphertext from a file in place of a value; the row takes its type.
   *
   * @throws DeserializationError if it is none of an input's type.
   */
  async load(id: number, file: string, bytes: Bytes): Promise<void> {
    const row = this.#rows.value.find((row) => row.id === id);
    if (row === undefined) return;
    const kept = await readCiphertext(bytes, row.type);
    this.#change(id, () => ({ type: kept.type, loaded: { file, bytes: kept.bytes, value: undefined } }));
  }

  /** Decrypts the ciphertext that a row was loaded with. @throws MismatchError if the key has other parameters. */
  reveal(id: number, key: ClientKey): void {
    this.#change(id, ({ type, loaded }) => {
      return loaded === undefined ? {} : { loaded: { ...loaded, value: decrypt(type, loaded.bytes, key) } };
    });
  }

  /** Forgets what ciphertexts from files were decrypted to: with another key they are something else. */
  conceal(): void {
    this.#rows.value = this.#rows.value.map(({ loaded, ...row }) => {
      return { ...row, loaded: loaded && { ...loaded, value: undefined } };
    });
  }

  /** A row's ciphertext: that of its file, or a fresh encryption of its value. @throws RangeError for a wrong value. */
  encrypted({ name, type, loaded, ...row }: Row, key: ClientKey): Parcel {
    if (loaded !== undefined) return { name, type, bytes: loaded.bytes };
    const value = clearValueOf({ name, type, loaded, ...row });
    if (value === undefined) throw new RangeError(`the value of ${name} is wrong`);
    return { name, type, bytes: encrypt(type, value, key) };
  }

  /** The inputs in the clear, or the names of those whose values are unknown. */
  clear(): { readonly inputs: readonly Input[]; readonly unknown: readonly string[] } {
    const inputs: Input[] = [];
    const unknown: string[] = [];
    for (const row of this.#rows.value) {
      const value = clearValueOf(row);
      if (value === undefined) unknown.push(row.name);
      else inputs.push({ name: row.name, type: row.type, value });
    }
    return { inputs, unknown };
  }

  #change(id: number, change: (row: Row) => Partial<Row>): void {
    this.#rows.value = this.#rows.value.map((row) => (row.id === id ? { ...row, ...change(row) } : row));
  }
}

/** A row's text, as far as the type has a use for it. */
function textFor(type: InputType, { text }: Row): string {
  if (shapeOf(type).kind === "text") return text;
  if (type === "FheBool") return String(text !== "false" && text !== "0" && text !== "");
  if (text === "true" || text === "false") return text === "true" ? "1" : "0";
  return text;
}
