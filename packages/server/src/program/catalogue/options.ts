import { hexToBytes } from "@noble/hashes/utils.js";
import type { Json } from "../graph.ts";
import { checkDecimal, describeJson, hasKeys } from "./clear-values.ts";
import type { Kind } from "./signature.ts";

/* Options of operations, and what stands in them. */

/** An object with some of these keys. */
export function options(fields: Readonly<Record<string, Kind>>): Kind {
  const names = Object.keys(fields);
  return {
    optional: true,
    check(json, place, call) {
      if (typeof json !== "object" || json === null || Array.isArray(json)) {
        throw place.error(`expected an object of options, not ${describeJson(json)}`);
      }
      const unknown = Object.keys(json).find((name) => !names.includes(name));
      if (unknown !== undefined) throw place.error(`there is no such option; there are ${names.join(", ")}`);
      const given = json as Record<string, unknown>;
      const present = names.filter((name) => Object.hasOwn(given, name));
      if (present.length === 0) throw place.error("options without any are left out");
      const checked = present.map((name) => [name, fields[name].check(given[name], place.at(name), call)]);
      return Object.fromEntries(checked);
    },
    read: (json, reader) =>
      Object.fromEntries(
        Object.entries(json as Record<string, Json>).map(([name, part]) => [
          name,
          fields[name].read(part, reader),
        ]),
      ),
  };
}

/** A truth value that is known. */
export const flag: Kind = {
  check(json, place) {
    if (typeof json === "boolean") return json;
    throw place.error(`expected true or false, not ${describeJson(json)}`);
  },
  read: (json) => json,
};

/** One of some words. */
export function word(...words: readonly string[]): Kind {
  return {
    check(json, place) {
      if (typeof json === "string" && words.includes(json)) return json;
      throw place.error(`expected one of ${words.join(", ")}`);
    },
    read: (json) => json,
  };
}

/** A character, or none. */
export const character: Kind = {
  check(json, place) {
    if (typeof json === "string" && json.length <= 2 && [...json].length <= 1) return json;
    throw place.error("expected a single character, or an empty string");
  },
  read: (json) => json,
};

/** A positive number that need not be an integer. */
export const fraction: Kind = {
  check(json, place) {
    const value = typeof json === "string" && /^[\d.e+-]{1,30}$/.test(json) ? Number(json) : Number.NaN;
    if (value > 0 && value < Infinity && String(value) === json) return json;
    throw place.error('expected a positive number as a string, such as "0.001" or "1e-40"');
  },
  read: (json) => Number(json),
};

/** A clear integer of any size. */
export const decimal: Kind = {
  check(json, place) {
    return String(checkDecimal(json, place));
  },
  read: (json) => BigInt(json as string),
};

const MOST_SEED_BYTES = 1024;

/** What random values are made from: an integer of 128 bits, or bytes. */
export const seed: Kind = {
  check(json, place) {
    if (hasKeys(json, "bytes")) {
      const { bytes } = json;
      if (
        typeof bytes === "string" &&
        bytes.length <= 2 * MOST_SEED_BYTES &&
        /^(?:[\da-f]{2})*$/.test(bytes)
      ) {
        return { bytes };
      }
      throw place.error(`expected at most ${MOST_SEED_BYTES} bytes in hexadecimal, lower case`);
    }
    const value = checkDecimal(json, place);
    if (value >= 0n && value < 1n << 128n) return json as string;
    throw place.error("a seed is an integer from 0 to 2^128 - 1, or bytes");
  },
  read: (json) => (typeof json === "string" ? BigInt(json) : hexToBytes((json as { bytes: string }).bytes)),
};

/** The order of what is sorted. */
export const order: Kind = options({ descending: flag });

/** A regular expression, as its source and its flags. */
export const pattern: Kind = {
  check(json, place, call) {
    if (
      !hasKeys(json, "source", "flags") ||
      typeof json.source !== "string" ||
      typeof json.flags !== "string"
    ) {
      throw place.error(
        `expected a regular expression as { "source": …, "flags": … }, not ${describeJson(json)}`,
      );
    }
    const { source, flags } = json;
    if (call.form(call.given[0], place).type === "FheUtf8String" && !flags.includes("u")) {
      throw place.error("for texts in UTF-8, the expression needs the flag u");
    }
    call.pattern(source, flags, place);
    return { source, flags };
  },
  read(json, reader) {
    const { source, flags } = json as { source: string; flags: string };
    return reader.pattern(source, flags);
  },
};
