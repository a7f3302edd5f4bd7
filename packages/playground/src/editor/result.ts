import ts from "typescript";

/** What a program gives: the expression that it ends with, and what it returns elsewhere. */
export interface Ending {
  /** The statement that it ends with. Declarations of functions and types may follow. */
  readonly end: ts.Statement | undefined;
  /** The expression in it, if that is what it is. */
  readonly expression: ts.Expression | undefined;
  /** The return statements that are not those of functions inside the program. */
  readonly returns: readonly ts.ReturnStatement[];
}

/** Finds what a program gives. */
export function endingOf(file: ts.SourceFile): Ending {
  const end = file.statements.findLast((statement) => !isSilent(statement));
  const returns: ts.ReturnStatement[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isReturnStatement(node)) returns.push(node);
    else if (!ts.isFunctionLike(node) && !ts.isClassLike(node)) ts.forEachChild(node, visit);
  };
  ts.forEachChild(file, visit);
  return { end, expression: end && ts.isExpressionStatement(end) ? end.expression : undefined, returns };
}

/** The text of a program whose last expression is returned. */
export function withReturn(file: ts.SourceFile): string {
  const { expression } = endingOf(file);
  if (expression === undefined) return file.text;
  const start = expression.getStart(file);
  return `${file.text.slice(0, start)}return ${file.text.slice(start)}`;
}

/**
 * The text of a program that throws its results in place of returning them, with all else where it is. TypeScript does
 * not look into what is returned outside of a function; what is thrown may stand everywhere, and takes as many letters.
 */
export function withCheckedResults(file: ts.SourceFile): string {
  const { returns } = endingOf(file);
  return returns
    .filter(({ expression }) => expression !== undefined)
    .map((statement) => statement.getStart(file))
    .reduce(
      (text, start) => `${text.slice(0, start)}throw ${text.slice(start + "return".length)}`,
      file.text,
    );
}

function isSilent(statement: ts.Statement): boolean {
  return (
    ts.isEmptyStatement(statement) ||
    ts.isFunctionDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement)
  );
}
