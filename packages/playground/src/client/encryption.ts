import type { CiphertextType, ClientKey } from "tacet";
import { paddedSize } from "../program/text-size.ts";
import { type ClearValue, type InputType, inputTypes } from "../program/types.ts";
import type { Bytes } from "../wire/protocol.ts";
import { valueTypes } from "../wire/value-types.ts";

/** Encrypts a value, a text with zeros behind it. @returns the ciphertext's bytes. */
export function encrypt(type: InputType, value: ClearValue, key: ClientKey): Bytes {
  if (type === "FheBool") return valueTypes.FheBool.encrypt(Boolean(value), key).serialize();
  if (type === "FheAsciiString" || type === "FheUtf8String") {
    const text = String(value);
    return valueTypes[type].encrypt(text, key, { size: paddedSize(type, text) }).serialize();
  }
  return valueTypes[type].encrypt(BigInt(value), key).serialize();
}

/** Decrypts a ciphertext's bytes. @throws DeserializationError or MismatchError if they are not of the type, or the key. */
export function decrypt(type: CiphertextType, bytes: Bytes, key: ClientKey): ClearValue {
  return valueTypes[type].deserialize(bytes).decrypt(key);
}

/** A ciphertext that somebody has kept. */
export interface KeptCiphertext {
  readonly type: InputType;
  readonly bytes: Bytes;
}

/**
 * Reads a ciphertext of any type that inputs have, compressed or not; texts never are. The bytes of a text do not say
 * whether it is in UTF-8: it is of the expected type if that is one of texts, else in ASCII.
 *
 * @param expected the type that is tried first, and of which the error speaks.
 * @throws DeserializationError if the bytes are no such ciphertext.
 */
export async function readCiphertext(bytes: Bytes, expected: InputType): Promise<KeptCiphertext> {
  const types = [expected, ...inputTypes.map(({ type }) => type).filter((type) => type !== expected)];
  for (const type of types) {
    const kept =
      (await attempt(() => readPlain(type, bytes))) ?? (await attempt(() => decompress(type, bytes)));
    if (kept !== undefined) return kept;
  }
  return readPlain(expected, bytes);
}

function readPlain(type: InputType, bytes: Bytes): KeptCiphertext {
  valueTypes[type].deserialize(bytes);
  return { type, bytes };
}

async function decompress(type: InputType, bytes: Bytes): Promise<KeptCiphertext | undefined> {
  if (type === "FheAsciiString" || type === "FheUtf8String") return undefined;
  const ciphertext = await valueTypes[type].deserializeCompressed(bytes).decompress();
  return { type, bytes: ciphertext.serialize() };
}

/** What some work gives; undefined if it throws. */
async function attempt<T>(work: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch {
    return undefined;
  }
}
