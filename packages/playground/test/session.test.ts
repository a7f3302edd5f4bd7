import { ClientKey, FheAsciiString, FheUint8, ServerKey } from "tacet";
import { beforeAll, describe, expect, test } from "vitest";
import { Session } from "../src/server/session.ts";
import type { Answer, Parcel, Report } from "../src/wire/protocol.ts";

let key: ClientKey;
let session: Session;
let said: (Answer | Report)[];
let inputs: Parcel[];
beforeAll(async () => {
  key = await ClientKey.generate();
  session = new Session((message) => said.push(message));
  said = [];
  inputs = [
    { name: "a", type: "FheUint8", bytes: FheUint8.encrypt(7, key).serialize() },
    { name: "s", type: "FheAsciiString", bytes: FheAsciiString.encrypt("ab", key).serialize() },
  ];
  await session.receive({ kind: "server key", bytes: (await ServerKey.from(key)).serialize() });
  expect(said.at(-1)).toMatchObject({ kind: "ready" });
});

/** What the server says of a program last. */
async function outcome(javascript: string): Promise<Answer | Report> {
  said = [];
  await session.receive({ kind: "program", run: 1, javascript, inputs });
  return said.at(-1)!;
}

describe("the server", () => {
  test.each(["engine.dispose();", "engine[Symbol.dispose]();"])(
    "keeps its engine from a program that says %s",
    async (line) => {
      expect(await outcome(`${line} return a;`)).toMatchObject({
        kind: "failed",
        message: expect.stringContaining("other programs"),
      });
      const answer = await outcome("return a.add(1);");
      if (answer.kind !== "results") throw new Error(answer.kind);
      expect(FheUint8.deserialize(answer.results[0]!.bytes).decrypt(key)).toBe(8);
    },
  );

  test("takes texts, and has patterns for them", async () => {
    const answer = await outcome("return s.matches(compile(/^a/)).select(s.toUpperCase(), 'none');");
    if (answer.kind !== "results") throw new Error(answer.kind);
    const [{ type, bytes }] = answer.results as [Parcel];
    expect(type).toBe("FheAsciiString");
    expect(FheAsciiString.deserialize(bytes).decrypt(key)).toBe("AB");
  });

  test("tells only the beginning of a long message", async () => {
    const answer = await outcome(`throw new Error("x".repeat(5000));`);
    if (answer.kind !== "failed") throw new Error(answer.kind);
    expect(answer.message).toMatch(/^x{300}…$/);
  });
});
