import type { CiphertextType } from "tacet";
import * as tacet from "tacet";

type ValueTypes = Pick<typeof tacet, CiphertextType>;

/** The types of encrypted values under the library's names, by which they are known on the wire and in programs. */
export const valueTypes: ValueTypes = Object.fromEntries(
  Object.entries(tacet).filter(([name]) => /^Fhe(Bool|AsciiString|Utf8String|U?[Ii]nt\d+)$/.test(name)),
) as ValueTypes;
