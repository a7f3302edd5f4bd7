import ts from "typescript";
import { encryptedOperators, isHandle, isTextHandle } from "./encrypted-operators.ts";
import type { Finding } from "./protocol.ts";
import { endingOf } from "./result.ts";

/** "A return statement can only be used within a function body": where the program is going to be. */
const STRAY_RETURN = 1108;
/** "Operator + cannot be applied", "the operand of an arithmetic operation must be": said better elsewhere. */
const OPERATOR_ERRORS = new Set([2362, 2363, 2365, 2367, 2447]);

/** "No overload matches this call", followed by what is wrong with each. */
const NO_OVERLOAD = 2769;
/** Numbers and truth values become each other, and texts become other texts. */
const HANDLE_ARGUMENT = [
  /^Argument of type '(?!String|Text)\w+Handle(<\d+>)?' is not assignable to parameter of type '.*(?:Int|Uint|Integer|Bool)Handle/,
  /^Argument of type 'StringHandle(<\w+>)?' is not assignable to parameter of type '.*(?:String|Text)Handle/,
];

/**
 * What is wrong with a program, in the order of the text.
 *
 * @param checked the file that has the program with results that TypeScript checks, at the same places.
 */
export function findingsOf(service: ts.LanguageService, program: string, checked: string): Finding[] {
  const file = service.getProgram()!.getSourceFile(program)!;
  const block = blockFindings(file);
  if (block.length > 0) return block;
  // What TypeScript makes of a text that is none would only distract.
  const syntax = service.getSyntacticDiagnostics(program);
  if (syntax.length > 0) return ordered(syntax.map(findingOf));
  const checker = service.getProgram()!.getTypeChecker();
  const operators = encryptedOperators(file, checker);
  const types = service
    .getSemanticDiagnostics(checked)
    .filter(({ code, start = 0 }) => {
      if (OPERATOR_ERRORS.has(code))
        return !operators.some((found) => start >= found.start && start <= found.end);
      return code !== STRAY_RETURN;
    })
    .map((diagnostic) => mixedTypes(file, checker, diagnostic) ?? findingOf(diagnostic));
  const findings = [...operators, ...types, ...moduleFindings(file), ...disposalFindings(file, checker)];
  // A program that is wrong elsewhere often has no result either.
  return ordered(findings.length > 0 ? findings : resultFindings(file, checker));
}

/** A program that ends with a block gives nothing; most likely it was meant to give an object. */
function blockFindings(file: ts.SourceFile): Finding[] {
  const { end, returns } = endingOf(file);
  if (end === undefined || !ts.isBlock(end) || returns.length > 0) return [];
  const start = end.getStart(file);
  return [{ start, end: start + 1, message: "this is a block; to give several results, write return { … }" }];
}

/** A program is the body of a function, which neither imports nor exports. */
function moduleFindings(file: ts.SourceFile): Finding[] {
  return file.statements
    .filter(
      (statement) =>
        ts.isImportDeclaration(statement) ||
        ts.isImportEqualsDeclaration(statement) ||
        ts.isExportDeclaration(statement) ||
        ts.isExportAssignment(statement) ||
        (ts.canHaveModifiers(statement) &&
          ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)),
    )
    .map((statement) => ({
      start: statement.getStart(file),
      end: statement.end,
      message:
        "a program is the body of a function: all that it needs is there, and it returns what it gives",
    }));
}

/** The engine is the server's, which the next program needs as well. */
function disposalFindings(file: ts.SourceFile, checker: ts.TypeChecker): Finding[] {
  const findings: Finding[] = [];
  const isEngine = (node: ts.Node): boolean => checker.getTypeAtLocation(node).symbol?.name === "Engine";
  const visit = (node: ts.Node): void => {
    if (disposes(node, isEngine)) {
      const message = "the server goes on to use its engine after a program; leave this out";
      findings.push({ start: node.getStart(file), end: node.end, message });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return findings;
}

/** Whether a node takes the engine's `dispose`, or has it called at the end of a block. */
function disposes(node: ts.Node, isEngine: (node: ts.Node) => boolean): boolean {
  if (ts.isPropertyAccessExpression(node)) return node.name.text === "dispose" && isEngine(node.expression);
  if (ts.isElementAccessExpression(node)) {
    return /dispose/.test(node.argumentExpression.getText()) && isEngine(node.expression);
  }
  if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent)) {
    return /dispose/.test((node.propertyName ?? node.name).getText()) && isEngine(node.parent);
  }
  return ts.isVariableDeclaration(node) && isUsing(node.parent) && isEngine(node.name);
}

function isUsing({ flags }: ts.Node): boolean {
  return (flags & ts.NodeFlags.Using) === ts.NodeFlags.Using;
}

/** A program has to give something, and nothing that is no encrypted value. */
function resultFindings(file: ts.SourceFile, checker: ts.TypeChecker): Finding[] {
  const { expression, returns } = endingOf(file);
  const results = [...(expression ? [expression] : []), ...returns.flatMap((one) => one.expression ?? [])];
  if (results.length === 0) {
    const end = file.text.trimEnd().length;
    const message = "the program gives nothing; end it with an expression, or return one";
    return [{ start: Math.max(0, end - 1), end, message }];
  }
  const plain =
    ts.TypeFlags.NumberLike |
    ts.TypeFlags.BigIntLike |
    ts.TypeFlags.StringLike |
    ts.TypeFlags.BooleanLike |
    ts.TypeFlags.VoidLike;
  return results
    .filter((result) => {
      const type = checker.getTypeAtLocation(result);
      return (type.flags & plain) !== 0 || type.symbol?.name === "Promise";
    })
    .map((result) => {
      const type = checker.typeToString(checker.getBaseTypeOfLiteralType(checker.getTypeAtLocation(result)));
      const message = `the program gives a value of type ${type}; its results have to be encrypted values`;
      return { start: result.getStart(file), end: result.end, message };
    });
}

/** Where values of different types are put together: of many overloads, TypeScript tells only why the last is none. */
function mixedTypes(
  file: ts.SourceFile,
  checker: ts.TypeChecker,
  { code, start = 0, length = 0 }: ts.Diagnostic,
): Finding | undefined {
  if (code !== NO_OVERLOAD) return undefined;
  const isAt = (node: ts.Node): boolean => node.getStart(file) === start && node.end === start + length;
  const calls: ts.CallExpression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.arguments.some((one) => isAt(one))) calls.push(node);
    ts.forEachChild(node, visit);
  };
  visit(file);
  const [call] = calls;
  if (call === undefined || !ts.isPropertyAccessExpression(call.expression)) return undefined;
  const types = call.arguments.map((one) => checker.getTypeAtLocation(one)).filter(isHandle);
  const names = [...new Set(types.map((type) => checker.typeToString(type)))];
  if (names.length < 2) return undefined;
  const { name } = call.expression;
  const advice = new Set(types.map(isTextHandle)).size === 1 ? "; use cast to convert" : "";
  const message = `${name.text} takes values of one type, not ${names.join(" and ")}${advice}`;
  return { start: name.getStart(file), end: name.end, message };
}

function findingOf({ start = 0, length = 0, messageText }: ts.Diagnostic): Finding {
  const message = firstLine(messageText).replaceAll(/import\("[^"]*"\)\.|\btacet\./g, "");
  const advice = HANDLE_ARGUMENT.some((pattern) => pattern.test(message)) ? "; use cast to convert" : "";
  return { start, end: start + length, message: message.replace(/\.$/, "") + advice };
}

/** What a message says first, of the first alternative where several were tried. The rest is for experts. */
function firstLine(message: string | ts.DiagnosticMessageChain): string {
  if (typeof message === "string") return message;
  const first = message.code === NO_OVERLOAD ? message.next?.[0]?.next?.[0] : undefined;
  return firstLine(first ?? message.messageText);
}

function ordered(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((a, b) => a.start - b.start);
}
