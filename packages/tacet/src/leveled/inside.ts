import { Engine } from "../api/engine/engine.ts";
import type { Inside } from "../api/inside.ts";
import type { introduce as Introduce, Opaque as OpaqueBase, PERMIT as PermitSymbol } from "../opaque.ts";

/** The inside of the library, of which this module has no copy. */
export const INSIDE: Inside = Engine.inside();

export const Opaque: typeof OpaqueBase = INSIDE.Opaque;
export const introduce: typeof Introduce = INSIDE.introduce;
export const PERMIT: typeof PermitSymbol = INSIDE.PERMIT;
/** What the library calls constructors with, and nobody else. */
export type Permit = typeof PermitSymbol;
