import { readFile } from "node:fs/promises";
import { FheAsciiString, FheUint32 } from "tacet";
import { expect, test } from "vitest";
import { checkedGraph, formsOfValues, list, parseGraph, program, text } from "../../src/program/index.ts";

test("the README's graph is one, and that of the program that it seems to be", async () => {
  const readme = await readFile(new URL("../../src/program/README.md", import.meta.url), "utf8");
  const [, json] = /```json\n(.*?)```/s.exec(readme)!;
  const graph = parseGraph(json);
  expect(checkedGraph(graph).firstResults).toEqual([4, 5, 6, 7, 8, 9]);
  const payroll = program(
    "payroll",
    {
      in: { salary: list(FheUint32), cap: FheUint32, city: text(FheAsciiString, 20) },
      out: { month: FheUint32, both: list(FheUint32) },
    },
    ({ salary, cap, city }, engine) => {
      const sum = engine.sum(salary.map((one) => one.min(cap)));
      const total = city.contains("dam").select(sum, 0);
      return { month: total.divRem(12)[0], both: [sum, total] };
    },
  );
  expect(payroll.trace(formsOfValues(payroll, { salary: [1, 2], cap: 3, city: "Rotterdam" }))).toEqual(graph);
});
