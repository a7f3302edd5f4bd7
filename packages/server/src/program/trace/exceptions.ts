/*
 * The members of the library's classes that are no operations of the catalogue, with the reasons. A test reads the classes: what
 * is neither here nor there is forgotten.
 */

type Reasons = Readonly<Record<string, string>>;

const computes = "the service computes what the function returns, and gives it out";
const inputs = "encrypted values come to a program as its inputs";

/** What programs cannot do: it throws, and says why. */
export const REFUSED: Readonly<Record<"Handle" | "EncryptedArray" | "KeyValueStore" | "Engine", Reasons>> = {
  Handle: { ciphertext: computes, serialize: computes, compress: computes },
  EncryptedArray: { ciphertexts: computes },
  KeyValueStore: { ciphertexts: computes, compress: computes },
  Engine: {
    load: inputs,
    keySwitch: inputs,
    expand: inputs,
    loadFrom: inputs,
    compress: computes,
    explain: "estimate says what a graph takes, when all of it is known",
    info: "a program is the same on every engine",
    dispose: "the engine is not the program's",
  },
};

const known = "what everybody knows of a value is known while a program is traced";
const nothing = "nothing is held while a program is traced";
const elementwise = "it is recorded as operations of the elements";
const shape = "it only says where elements are";
const clearKeys = "what it does with clear keys is done while a program is traced";
const sameAs = (op: string): string => `it is recorded as ${op}`;

/** What is done while a program is traced, or recorded as something else. */
export const BY_HAND: Readonly<Record<string, Reasons>> = {
  Handle: { type: known, dispose: nothing },
  IntegerHandle: { width: known, signed: known },
  TextHandle: { size: known, padded: known },
  EncryptedArray: {
    ...{ shape: known, type: known, size: known, dispose: nothing },
    ...{ get: shape, slice: shape, reshape: shape, map: elementwise },
    ...{ sort: sameAs("sort"), shuffle: sameAs("shuffle") },
    firstIndexWhere: sameAs("array.firstTrue, of what the condition gives"),
  },
  IntegerArray: {
    ...Object.fromEntries(
      "add sub mul div rem neg and or xor not shl shr rotl rotr eq ne lt le gt ge min max"
        .split(" ")
        .map((name) => [name, elementwise]),
    ),
    sum: sameAs("sum"),
    dotProduct: sameAs("dotProduct, or products and their sum"),
  },
  BoolArray: {
    ...{ and: elementwise, or: elementwise, xor: elementwise, eq: elementwise, ne: elementwise },
    ...{ not: elementwise, select: elementwise, dotProduct: sameAs("dotProduct") },
  },
  KeyValueStore: {
    ...{ size: known, keys: clearKeys, insert: clearKeys, remove: clearKeys, dispose: nothing },
    map: sameAs("store.get and store.update, with what the function gives between them"),
  },
  Engine: {
    array: "it puts values together",
    keyValueStore: "an empty store takes nothing",
    create: "a program gets its engine",
  },
};
