/** What TypeScript protects from users, but reflection finds; and what only says that there is no value. */
const INTERNAL = new Set([
  ..."constructor build compressed context digits wrap derive view zip spread reduce fold".split(" "),
  ..."verdict place radixes digitsOf valueOf toString toJSON text operand".split(" "),
]);

/** The names of all members that objects of a prototype have for users. */
export function membersOf(prototype: object): string[] {
  const names: string[] = [];
  for (let one: object | null = prototype; one !== null && one !== Object.prototype; ) {
    names.push(...Object.getOwnPropertyNames(one));
    one = Object.getPrototypeOf(one);
  }
  return [...new Set(names)].filter((name) => !INTERNAL.has(name));
}
