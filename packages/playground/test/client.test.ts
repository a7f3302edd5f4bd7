import { expect, test } from "vitest";
import { examples } from "../src/examples/index.ts";

test("the first example is plain JavaScript, as the client runs it before TypeScript is there", () => {
  const { inputs, text } = examples[0]!.program;
  expect(() => new Function(...inputs.map(({ name }) => name), text)).not.toThrow();
  expect(text).toMatch(/^return /m);
});
