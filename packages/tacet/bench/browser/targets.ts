import { median, ratio } from "../peers/driver/compare.ts";
import { nameOf } from "../peers/driver/lines.ts";
import type { Result } from "../peers/driver/report.ts";
import { OPENING, PLAYGROUND } from "./lines.ts";
import type { Scaling } from "./scaling.ts";

/** Something that is to be reached in Chromium, and what was measured. */
export interface Target {
  readonly name: string;
  readonly unit: string;
  readonly most: number;
  readonly measured: number;
}

/** The targets that some results say something about. In each, an isolated page is first and Node.js last. */
export function targetsOf(results: readonly Result[], scaling: readonly Scaling[]): Target[] {
  return [
    ...results.flatMap((result) => {
      const { on, operation } = result.line.request;
      const [page, node] = [result.series[0]!, result.series.at(-1)!];
      const milliseconds = median(page.nanoseconds) / 1e6;
      const name = nameOf(result.line);
      if (operation === "KS-PBS" && result.line.threads === 1) {
        return [{ name: `${name}, of Node.js's time`, unit: "", most: 1.2, measured: ratio(page, node) }];
      }
      if (on === OPENING && operation === "longest turn") {
        return [{ name, unit: " ms", most: 50, measured: milliseconds }];
      }
      if (on === PLAYGROUND) return [{ name, unit: " ms", most: 5000, measured: milliseconds }];
      return [];
    }),
    ...scaling.map(({ label, factors }) => ({
      name: `${label}: Node.js's gain, of Chromium's`,
      unit: "",
      most: 1.1, // two noisy medians
      measured: factors.at(-1)!.factor / factors[0]!.factor,
    })),
  ];
}
