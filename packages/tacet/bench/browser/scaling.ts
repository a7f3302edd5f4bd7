import { median } from "../peers/driver/compare.ts";
import { count } from "../peers/driver/lines.ts";
import { labelOf, type Result } from "../peers/driver/report.ts";

/** How many times as fast something is with all threads as with one, for each implementation. */
export interface Scaling {
  readonly label: string;
  readonly factors: readonly { readonly implementation: string; readonly factor: number }[];
}

/** For all lines of integers that were measured with one thread and with several. */
export function scalingOf(results: readonly Result[]): Scaling[] {
  const inEngines = results.filter(({ line }) => line.request.group === "integer");
  const [one, several] = [1, 2].map((least) =>
    inEngines.filter(({ line: { threads } }) => (least === 1 ? threads === 1 : threads > 1)),
  );
  return several!.flatMap((result) => {
    const { label, threads, request } = result.line;
    const alone = one!.find(({ line }) => line.label === label && line.request.on === request.on);
    if (alone === undefined) return [];
    const factors = result.series.flatMap(({ implementation, nanoseconds }) => {
      const before = alone.series.find((other) => labelOf(other.implementation) === labelOf(implementation));
      if (before === undefined) return [];
      const factor = median(before.nanoseconds) / median(nanoseconds);
      return [{ implementation: labelOf(implementation), factor }];
    });
    return [{ label: `${request.on} ${label}, ${count(threads)}`, factors }];
  });
}
