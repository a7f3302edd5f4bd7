import { expect, test } from "vitest";
import { CHOSEN, INKS, OUTLINE, RAISED, SELECTION, SURFACE } from "../../src/editor/palette.ts";

const SURFACES = { SURFACE, SELECTION, RAISED, CHOSEN };

/** Relative luminance; WCAG 2.2. */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const value = Number.parseInt(colour.slice(i, i + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].toSorted((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

test("black on white", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21);
});

test.each(Object.entries(INKS))("%s is read on all surfaces, in light and in dark", (_, ink) => {
  for (const [name, surface] of Object.entries(SURFACES)) {
    for (const scheme of [0, 1] as const) {
      expect(contrast(ink[scheme], surface[scheme]), `${name} ${scheme}`).toBeGreaterThanOrEqual(4.5);
    }
  }
});

test("outlines are seen", () => {
  for (const scheme of [0, 1] as const)
    expect(contrast(OUTLINE[scheme], SURFACE[scheme])).toBeGreaterThanOrEqual(3);
});
