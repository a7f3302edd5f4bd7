import { ClientKey, FheAsciiString, FheInt16, FheUtf8String } from "tacet";
import { describe, expect, test } from "vitest";
import { Inputs } from "../src/client/inputs.ts";
import { clearValueOf, declarations, freeName, problemsOf, type Row, rowOf } from "../src/client/rows.ts";

const row = (name: string, changes: Partial<Row> = {}): Row => {
  return {
    ...rowOf(0, { name, type: "FheUint8", value: 1 }),
    id: name.length + name.charCodeAt(0),
    ...changes,
  };
};

describe("rows", () => {
  test("have values of their types", () => {
    expect(clearValueOf(row("a", { text: "255" }))).toBe(255);
    expect(clearValueOf(row("a", { text: "256" }))).toBeUndefined();
    expect(clearValueOf(row("a", { type: "FheUint64", text: "256" }))).toBe(256n);
    expect(clearValueOf(row("a", { type: "FheBool", text: "true" }))).toBe(true);
    expect(clearValueOf(row("a", { type: "FheAsciiString", text: " 5 " }))).toBe(" 5 ");
    expect(clearValueOf(row("a", { type: "FheUtf8String", text: "" }))).toBe("");
  });

  test("say what is wrong with them", () => {
    const problems = problemsOf([row("a"), row("b", { text: "-1" }), row("", { text: "x" })]);
    expect(problems[0]).toEqual({ name: undefined, value: undefined });
    expect(problems[1]).toEqual({ name: undefined, value: "FheUint8 holds 0 to 255" });
    expect(problems[2]!.name).toMatch(/name/);
    expect(problems[2]!.value).toMatch(/integer/);
  });

  test("with the same name are both wrong", () => {
    const problems = problemsOf([row("a"), { ...row("a"), id: 1 }]);
    expect(problems.map(({ name }) => name)).toEqual(Array(2).fill(expect.stringContaining("another input")));
  });

  test("with a ciphertext have no value until it is decrypted, and need no text", () => {
    const loaded = { file: "f", bytes: new Uint8Array(), value: undefined };
    expect(problemsOf([row("a", { text: "", loaded })])[0]!.value).toBeUndefined();
    expect(clearValueOf(row("a", { loaded }))).toBeUndefined();
    expect(clearValueOf(row("a", { loaded: { ...loaded, value: 7 } }))).toBe(7);
  });

  test("are declared to programs if they have a good name, whatever their value", () => {
    expect(
      declarations([
        row("a", { text: "?" }),
        row("1"),
        row("b", { type: "FheBool", text: "" }),
        row("c", { type: "FheAsciiString", text: "é" }),
      ]),
    ).toEqual([
      { name: "a", type: "FheUint8", value: 0 },
      { name: "b", type: "FheBool", value: false },
      { name: "c", type: "FheAsciiString", value: "" },
    ]);
  });

  test("that are new have a name that is free", () => {
    expect(freeName([])).toBe("a");
    expect(freeName([row("a"), row("b")])).toBe("c");
    expect(freeName(Array.from("abcdefghijklmnopqrstuvwxyz", (letter) => row(letter)))).toBe("a1");
  });
});

describe("inputs", () => {
  const make = (): { inputs: Inputs; id: number } => {
    const inputs = new Inputs();
    inputs.replace([{ name: "a", type: "FheUint8", value: 3 }]);
    return { inputs, id: inputs.rows.value[0]!.id };
  };

  test("change row by row", () => {
    const { inputs, id } = make();
    const added = inputs.add();
    inputs.rename(added, " total ");
    inputs.write(added, "12");
    inputs.write(id, "300");
    expect(inputs.rows.value.map(({ name, text }) => [name, text])).toEqual([
      ["a", "300"],
      ["total", "12"],
    ]);
    expect(inputs.valid.value).toBe(false);
    inputs.remove(id);
    expect(inputs.valid.value).toBe(true);
    expect(inputs.clear()).toEqual({
      inputs: [{ name: "total", type: "FheUint32", value: 12 }],
      unknown: [],
    });
  });

  test("become truth values and numbers again", () => {
    const { inputs, id } = make();
    const text = (): string => inputs.rows.value[0]!.text;
    inputs.retype(id, "FheBool");
    expect(text()).toBe("true");
    inputs.retype(id, "FheInt16");
    expect(text()).toBe("1");
    inputs.write(id, "0");
    inputs.retype(id, "FheBool");
    expect(text()).toBe("false");
    inputs.retype(id, "FheAsciiString");
    expect(text()).toBe("false");
  });

  test("that are texts are encrypted with zeros behind them, so that nobody sees how long they are", async () => {
    const key = await ClientKey.generate();
    const { inputs, id } = make();
    const encrypted = (text: string): Uint8Array => {
      inputs.write(id, text);
      return inputs.encrypted(inputs.rows.value[0]!, key).bytes;
    };
    inputs.retype(id, "FheAsciiString");
    for (const [text, size] of [
      ["", 8],
      ["Ask Ada", 8],
      ["Ask Ada!", 16],
    ] as const) {
      const ciphertext = FheAsciiString.deserialize(encrypted(text));
      expect(ciphertext).toMatchObject({ size, padded: true });
      expect(ciphertext.decrypt(key)).toBe(text);
    }
    expect(() => encrypted("é")).toThrow("the value of a is wrong");
    inputs.retype(id, "FheUtf8String");
    const ciphertext = FheUtf8String.deserialize(encrypted("déjà vu"));
    expect(ciphertext).toMatchObject({ size: 16, padded: true });
    expect(ciphertext.decrypt(key)).toBe("déjà vu");
  });

  test("take texts in, of the type that they have already, or in ASCII", async () => {
    const key = await ClientKey.generate();
    const bytes = FheUtf8String.encrypt("déjà", key).serialize();
    const { inputs, id } = make();
    await inputs.load(id, "text.bin", bytes);
    expect(inputs.rows.value[0]!.type).toBe("FheAsciiString");
    expect(() => inputs.reveal(id, key)).toThrow("not one of ASCII");
    inputs.retype(id, "FheUtf8String");
    await inputs.load(id, "text.bin", bytes);
    inputs.reveal(id, key);
    expect(inputs.clear().inputs).toEqual([{ name: "a", type: "FheUtf8String", value: "déjà" }]);
  });

  test("refuse what is no ciphertext, and stay as they are", async () => {
    const { inputs, id } = make();
    const before = inputs.rows.value;
    await expect(inputs.load(id, "song.mp3", Uint8Array.of(1, 2, 3))).rejects.toThrow(/byte/);
    expect(inputs.rows.value).toBe(before);
  });

  test("are others with another file of the same name", async () => {
    const key = await ClientKey.generate();
    const { inputs, id } = make();
    const contents: unknown[] = [];
    for (const value of [1, 2]) {
      await inputs.load(id, "value.bin", FheInt16.encrypt(value, key).serialize());
      contents.push(inputs.content.value);
      inputs.reveal(id, key);
      expect(inputs.content.value.every((one, i) => one === (contents.at(-1) as unknown[])[i])).toBe(true);
    }
    expect(contents[0]).not.toEqual(contents[1]);
  });

  test("take ciphertexts in, compressed or not, with their types", async () => {
    const key = await ClientKey.generate();
    const compressed = await FheInt16.encryptCompressed(-5, key);
    for (const ciphertext of [FheInt16.encrypt(-5, key), compressed]) {
      const { inputs, id } = make();
      await inputs.load(id, "value.bin", ciphertext.serialize());
      expect(inputs.clear()).toEqual({ inputs: [], unknown: ["a"] });
      inputs.reveal(id, key);
      expect(inputs.clear().inputs).toEqual([{ name: "a", type: "FheInt16", value: -5 }]);
      inputs.conceal();
      expect(inputs.clear().unknown).toEqual(["a"]);
    }
  });
});
