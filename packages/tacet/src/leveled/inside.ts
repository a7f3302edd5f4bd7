import { Engine } from "../api/engine/engine.ts";
import type { Inside } from "../api/inside.ts";

/** The inside of the library, of which this module has no copy. */
export const INSIDE: Inside = Engine.inside();

export const Opaque: Inside["Opaque"] = INSIDE.Opaque;
export const introduce: Inside["introduce"] = INSIDE.introduce;
export const PERMIT: Inside["PERMIT"] = INSIDE.PERMIT;
/** What the library calls constructors with, and nobody else. */
export type Permit = Inside["PERMIT"];
