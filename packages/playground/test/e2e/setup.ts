import { buildPage } from "../../scripts/build.ts";

/** Builds the page once, before test files that run side by side want it. */
export default async function setup(): Promise<void> {
  await buildPage();
}
