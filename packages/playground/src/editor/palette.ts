/** A colour in light and in dark. */
export type Colour = readonly [light: string, dark: string];

/** Behind the text. */
export const SURFACE: Colour = ["#ffffff", "#17191e"];
/** Behind what is selected. */
export const SELECTION: Colour = ["#cfe0f8", "#2c4468"];
/** Behind what floats above the text. */
export const RAISED: Colour = ["#f6f7f9", "#22252c"];
/** Behind the suggestion that Enter takes. */
export const CHOSEN: Colour = ["#dbe7fa", "#33405a"];

/** The text, by what it is. All of these are read on all of the above. */
export const INKS = {
  text: ["#1d2129", "#e3e6eb"],
  comment: ["#545b66", "#b1b7c1"],
  keyword: ["#7a2d9c", "#dcaef2"],
  literal: ["#8a3d00", "#f2b98a"],
  string: ["#1f5c2e", "#9fd8a8"],
  method: ["#0b4f8f", "#a6cdf7"],
  type: ["#0f5757", "#8fd6d3"],
  error: ["#a3152a", "#ffb0b5"],
} as const satisfies Record<string, Colour>;

/** What is seen, but not read: outlines and the like. */
export const OUTLINE: Colour = ["#7c8593", "#808a99"];

/** A colour for style sheets, which follows the page's colour scheme. */
export function css([light, dark]: Colour): string {
  return `light-dark(${light}, ${dark})`;
}
