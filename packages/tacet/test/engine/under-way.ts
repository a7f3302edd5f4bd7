/** Has something done whenever a computation tells its progress, once it is past planning. */
export function underWay(action: () => unknown): (fraction: number) => void {
  return (fraction) => {
    if (fraction > 0.01) action();
  };
}
