import { describe, expect, test } from "vitest";
import { browserLines, PLAYGROUND } from "../../bench/browser/lines.ts";
import { scalingOf } from "../../bench/browser/scaling.ts";
import { targetsOf } from "../../bench/browser/targets.ts";
import type { Series } from "../../bench/peers/driver/compare.ts";
import { type Line, nameOf } from "../../bench/peers/driver/lines.ts";
import type { Result } from "../../bench/peers/driver/report.ts";

const milliseconds = (name: string, ...values: number[]): Series => ({
  implementation: { name, version: "1.0.0", platform: "native" },
  nanoseconds: values.map((value) => 1e6 * value),
});

/** What was measured for the only line that a filter lets through. */
function measured(threads: number, filter: (line: Line) => boolean, page: number[], node: number[]): Result {
  const lines = browserLines(threads, 2).filter(filter);
  expect(lines.map(nameOf)).toHaveLength(1);
  return { line: lines[0]!, series: [milliseconds("page", ...page), milliseconds("Node.js", ...node)] };
}

const isProduct = ({ label }: Line): boolean => label.startsWith("mul,");

test("the playground is opened with all threads alone", () => {
  const isPlayground = ({ request }: Line): boolean => request.on === PLAYGROUND;
  expect([1, 2].map((threads) => browserLines(threads, 2).filter(isPlayground).length)).toEqual([0, 1]);
  expect(browserLines(1, 1).filter(isPlayground)).toHaveLength(1);
});

test("scaling is the time of one thread divided by that of several, for each implementation", () => {
  const one = measured(1, isProduct, [100, 120, 110], [90, 90, 90]);
  const two = measured(2, isProduct, [55, 50, 60], [60, 60, 60]);
  expect(scalingOf([one])).toEqual([]);
  expect(scalingOf([one, two]).map(({ factors }) => factors.map(({ factor }) => factor))).toEqual([[2, 1.5]]);
});

describe("targets", () => {
  test("compare bootstraps with Node.js, pair by pair", () => {
    const isLatency = ({ label }: Line): boolean => label.startsWith("KS-PBS") && label.endsWith("of one");
    const [target] = targetsOf([measured(1, isLatency, [13, 20, 10], [10, 10, 10])], []);
    expect(target).toMatchObject({ most: 1.2, measured: 1.3 });
  });

  test("are in milliseconds for the longest turn and the playground", () => {
    const turn = measured(2, ({ label }) => label.startsWith("longest turn"), [40, 60, 70], [1, 1, 1]);
    const playground = measured(2, ({ request }) => request.on === PLAYGROUND, [1500, 1700, 1600], [1]);
    const targets = targetsOf([turn, playground], []);
    expect(targets.map(({ most, measured }) => [most, measured])).toEqual([
      [50, 60],
      [5000, 1600],
    ]);
  });

  test("hold the gain by threads against that of Node.js", () => {
    const one = measured(1, isProduct, [100], [100]);
    const two = measured(2, isProduct, [100], [50]);
    const [target] = targetsOf([], scalingOf([one, two]));
    expect(target!.measured).toBeGreaterThan(target!.most);
  });
});
