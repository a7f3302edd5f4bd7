import ts from "typescript";
import type { Finding } from "./protocol.ts";

const COMPARISONS: Readonly<Record<string, string>> = {
  "==": "eq",
  "===": "eq",
  "!=": "ne",
  "!==": "ne",
  "<": "lt",
  "<=": "le",
  ">": "gt",
  ">=": "ge",
};
/** What JavaScript's operators are called among the operations on encrypted values. */
const METHODS: Readonly<Record<string, string>> = {
  "+": "add",
  "-": "sub",
  "*": "mul",
  "/": "div",
  "%": "rem",
  "&": "and",
  "|": "or",
  "^": "xor",
  "&&": "and",
  "||": "or",
  "<<": "shl",
  ">>": "shr",
  ...COMPARISONS,
};
const UNARY_METHODS: Readonly<Record<string, string>> = { "-": "neg", "~": "not", "!": "not" };
const COMMUTATIVE = new Set(["add", "mul", "and", "or", "xor", "eq", "ne"]);
/** What they are called among the operations on encrypted texts, which have no others. */
const TEXT_METHODS: Readonly<Record<string, string>> = { "+": "concat", ...COMPARISONS };
const TEXT_HANDLE = "StringHandle";
const HANDLES = new Set(["UintHandle", "IntHandle", "IntegerHandle", "BoolHandle", TEXT_HANDLE]);

/** Most characters of an operand that a message repeats. */
const LONGEST_OPERAND = 24;

/** Whether a type is that of an encrypted value inside the engine. */
export function isHandle(type: ts.Type): boolean {
  return HANDLES.has(type.symbol?.name ?? "");
}

/** Whether it is that of an encrypted text. */
export function isTextHandle(type: ts.Type): boolean {
  return type.symbol?.name === TEXT_HANDLE;
}

/**
 * Where a program treats encrypted values as if it could read them: with JavaScript's operators, or as conditions. Most of
 * that is no error to TypeScript, since handles are objects; a condition, for one, would always hold.
 */
export function encryptedOperators(file: ts.SourceFile, checker: ts.TypeChecker): Finding[] {
  const findings: Finding[] = [];
  const report = (node: ts.Node, message: string): void => {
    findings.push({ start: node.getStart(file), end: node.end, message });
  };
  const encrypted = (node: ts.Node): boolean => isHandle(checker.getTypeAtLocation(node));
  const isText = (node: ts.Node): boolean => isTextHandle(checker.getTypeAtLocation(node));
  const absent = (node: ts.Node): boolean =>
    (checker.getTypeAtLocation(node).flags & (ts.TypeFlags.Null | ts.TypeFlags.Undefined)) !== 0;
  const text = (node: ts.Expression): string => {
    const written = node.getText(file);
    return written.length <= LONGEST_OPERAND ? written : "…";
  };
  const condition = (node: ts.Expression): void => {
    if (!encrypted(node)) return;
    report(node, `nobody can branch on an encrypted value; write ${text(node)}.select(whenTrue, whenFalse)`);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isBinaryExpression(node)) {
      const { left, right } = node;
      const written = node.operatorToken.getText(file);
      const operator = written in METHODS ? written : written.replace(/=$/, ""); // += adds
      const texts = isText(encrypted(left) ? left : right);
      const method = texts ? TEXT_METHODS[operator] : METHODS[operator];
      const misused = operator in METHODS && [left, right].some(encrypted) && ![left, right].some(absent);
      if (misused && method === undefined) {
        report(node, `${written} does not work on encrypted texts`);
      } else if (misused && method !== undefined) {
        const target = operator === written ? "" : `${text(left)} = `;
        const [first, second] = encrypted(left) || !COMMUTATIVE.has(method) ? [left, right] : [right, left];
        const call = encrypted(first) ? `${target}${text(first)}.${method}(${text(second)})` : method;
        report(node, instead(written, call));
      }
    } else if (ts.isPrefixUnaryExpression(node) && encrypted(node.operand)) {
      const operator = ts.tokenToString(node.operator)!;
      const method = UNARY_METHODS[operator];
      if (isText(node.operand)) report(node, `${operator} does not work on encrypted texts`);
      else if (method !== undefined) report(node, instead(operator, `${text(node.operand)}.${method}()`));
    } else if (ts.isIfStatement(node) || ts.isWhileStatement(node) || ts.isDoStatement(node)) {
      condition(node.expression);
    } else if (ts.isConditionalExpression(node)) {
      condition(node.condition);
    } else if (ts.isForStatement(node) && node.condition) {
      condition(node.condition);
    } else if (ts.isAwaitExpression(node)) {
      report(node, "a program plans the computation and waits for nothing; leave await out");
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return findings;
}

function instead(operator: string, call: string): string {
  return `${operator} does not work on encrypted values; use ${call}`;
}
