/** A value, or lists of values, nested to any depth: inputs and results of programs, by hash or as bytes. */
export type Tree<T> = T | readonly Tree<T>[];

/** All values, in order. */
export function* leavesOf<T extends string | Uint8Array>(tree: Tree<T>): Generator<T> {
  if (Array.isArray(tree)) for (const one of tree as readonly Tree<T>[]) yield* leavesOf(one);
  else yield tree as T;
}

/** The same form with other values. */
export function mapTree<T extends string | Uint8Array, U>(tree: Tree<T>, change: (leaf: T) => U): Tree<U> {
  return Array.isArray(tree)
    ? (tree as readonly Tree<T>[]).map((one) => mapTree(one, change))
    : change(tree as T);
}

/** The same names with other values. */
export function mapTrees<T extends string | Uint8Array, U>(
  trees: Readonly<Record<string, Tree<T>>>,
  change: (leaf: T) => U,
): Record<string, Tree<U>> {
  return Object.fromEntries(Object.entries(trees).map(([name, tree]) => [name, mapTree(tree, change)]));
}

/** All values under all names. */
export function leavesIn<T extends string | Uint8Array>(trees: Readonly<Record<string, Tree<T>>>): T[] {
  return Object.values(trees).flatMap((tree) => [...leavesOf(tree)]);
}
