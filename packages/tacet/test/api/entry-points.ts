import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const src = join(import.meta.dirname, "../../src");

type Interfaces = ReadonlyMap<string, readonly ts.InterfaceDeclaration[]>;

/** The public methods of the API one of whose parameters is, or has a member, of a type whose name matches. */
export function entryPoints(type: RegExp): string[] {
  const statements = readSources().flatMap((source) => [...source.statements]);
  const interfaces = new Map<string, ts.InterfaceDeclaration[]>();
  for (const one of statements.filter(ts.isInterfaceDeclaration)) {
    interfaces.set(one.name.text, [...(interfaces.get(one.name.text) ?? []), one]);
  }
  const found: string[] = [];
  for (const one of statements) {
    if (!(ts.isClassDeclaration(one) || ts.isInterfaceDeclaration(one))) continue;
    const api = fileOf(one).match(/^api[\\/](?:(boolean|shortint)\.ts)?/);
    if (api === null || !has(one, ts.SyntaxKind.ExportKeyword)) continue;
    for (const member of one.members) {
      if (!isPublic(member)) continue;
      if (!member.parameters.some((parameter) => mentions(parameter.type, type, interfaces))) continue;
      found.push(`${api[1] ? `${api[1]}.` : ""}${one.name!.text}.${member.name?.getText() ?? "constructor"}`);
    }
  }
  return [...new Set(found)].sort();
}

function readSources(): ts.SourceFile[] {
  const names = readdirSync(src, { recursive: true, encoding: "utf8" });
  return names
    .filter((name) => name.endsWith(".ts"))
    .map((name) =>
      ts.createSourceFile(name, readFileSync(join(src, name), "utf8"), ts.ScriptTarget.ESNext, true),
    );
}

/** Whether the text of a type has a name that matches, or that of an interface which does so in turn. */
function mentions(
  node: ts.Node | undefined,
  type: RegExp,
  interfaces: Interfaces,
  seen: Set<ts.Node> = new Set(),
): boolean {
  return (node?.getText().match(/\w+/g) ?? []).some((name) => {
    if (type.test(name)) return true;
    const all = interfaces.get(name) ?? [];
    const here = all.filter((one) => fileOf(one) === fileOf(node!));
    return (here.length > 0 ? here : all).some((one) => {
      if (seen.has(one)) return false;
      seen.add(one);
      const types = one.members.map((member) => (ts.isPropertySignature(member) ? member.type : undefined));
      const parents = (one.heritageClauses ?? []).flatMap((clause) => [...clause.types]);
      return [...types, ...parents].some((part) => mentions(part, type, interfaces, seen));
    });
  });
}

const fileOf = (node: ts.Node): string => node.getSourceFile().fileName;

const has = (node: ts.Node, kind: ts.SyntaxKind): boolean =>
  ts.canHaveModifiers(node) && (ts.getModifiers(node)?.some((modifier) => modifier.kind === kind) ?? false);

function isPublic(
  member: ts.ClassElement | ts.TypeElement,
): member is ts.MethodDeclaration | ts.MethodSignature | ts.ConstructorDeclaration {
  return (
    (ts.isMethodDeclaration(member) || ts.isMethodSignature(member) || ts.isConstructorDeclaration(member)) &&
    !(member.name && ts.isPrivateIdentifier(member.name)) &&
    !has(member, ts.SyntaxKind.PrivateKeyword) &&
    !has(member, ts.SyntaxKind.ProtectedKeyword) &&
    !ts.getJSDocTags(member).some(({ tagName }) => tagName.text === "internal")
  );
}
