import { QueryError } from "../errors.ts";
import { type Fields, type Node, stringsOf, walk } from "./ast.ts";
import { placeOf } from "./place.ts";

/** What queries are made of. Nothing of it writes, locks, waits, or reads anything but tables. */
const NODES: ReadonlySet<string> = new Set(
  `SelectStmt ResTarget ColumnRef A_Star String Integer Float Boolean A_Const ParamRef A_Expr BoolExpr NullTest BooleanTest
   FuncCall TypeCast CaseExpr CaseWhen CoalesceExpr MinMaxExpr SubLink List RangeVar RangeSubselect JoinExpr Alias SortBy
   WindowDef CommonTableExpr A_ArrayExpr CollateClause SQLValueFunction RowExpr`.split(/\s+/),
);

/** Functions that only compute, from what they are given. */
const FUNCTIONS: ReadonlySet<string> = new Set(
  `abs ceil ceiling floor round trunc mod sign power sqrt div gcd lcm
   lower upper length char_length character_length octet_length substring substr left right btrim ltrim rtrim replace
   position strpos concat concat_ws initcap reverse starts_with split_part ascii translate overlay like_escape
   date_trunc date_part extract make_date to_char timezone
   count sum avg min max bool_and bool_or every
   row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value`.split(
    /\s+/,
  ),
);

const OPERATORS: ReadonlySet<string> = new Set(
  "= <> != < <= > >= + - * / % ^ || ~~ !~~ ~~* !~~* & | # << >>".split(" "),
);

const TYPES: ReadonlySet<string> = new Set(
  `bool int2 int4 int8 numeric float4 float8 text varchar bpchar date timestamp timestamptz time interval uuid`.split(
    /\s+/,
  ),
);

const VALUE_FUNCTIONS: ReadonlySet<string> = new Set(
  `SVFOP_CURRENT_DATE SVFOP_CURRENT_TIME SVFOP_CURRENT_TIME_N SVFOP_CURRENT_TIMESTAMP SVFOP_CURRENT_TIMESTAMP_N
   SVFOP_LOCALTIME SVFOP_LOCALTIME_N SVFOP_LOCALTIMESTAMP SVFOP_LOCALTIMESTAMP_N`.split(/\s+/),
);

const DEEPEST = 500;

/**
 * Checks that a query asks for nothing but computation on tables.
 *
 * @param text the query, for places.
 * @throws QueryError that says what is not allowed, and where.
 */
export function checkAllowed(statement: Node, text: string): void {
  const refuse = (what: string, fields: Fields): never => {
    throw new QueryError(what, { place: placeOf(text, fields.location as number | undefined) });
  };
  checkNesting(statement, 0);
  walk(statement, (kind, fields) => {
    if (!NODES.has(kind)) refuse(`${kind} is not allowed here`, fields);
    checkNode(kind, fields, refuse);
    return true;
  });
}

function checkNesting(value: unknown, depth: number): void {
  if (typeof value !== "object" || value === null) return;
  if (depth > 3 * DEEPEST) throw new QueryError("the query is too deep");
  for (const below of Object.values(value)) checkNesting(below, depth + 1);
}

function checkNode(kind: string, fields: Fields, refuse: (what: string, fields: Fields) => never): void {
  switch (kind) {
    case "SelectStmt":
      if (fields.intoClause !== undefined) refuse("SELECT INTO is not allowed", fields);
      if (fields.lockingClause !== undefined) refuse("queries do not lock rows", fields);
      if ((fields.withClause as Fields | undefined)?.recursive === true)
        refuse("WITH RECURSIVE is not allowed", fields);
      if (fields.limitOption === "LIMIT_OPTION_WITH_TIES") refuse("WITH TIES is not known here", fields);
      break;
    case "FuncCall":
      checkName(fields.funcname as Node[], FUNCTIONS, "function", fields, refuse);
      if (fields.agg_within_group === true) refuse("WITHIN GROUP is not known here", fields);
      break;
    case "A_Expr":
      if (String(fields.kind).startsWith("AEXPR_SIMILAR")) refuse("SIMILAR TO is not known here", fields);
      if (/^AEXPR_OP/.test(String(fields.kind)))
        checkName(fields.name as Node[], OPERATORS, "operator", fields, refuse);
      break;
    case "TypeCast": {
      const type = fields.typeName as Fields;
      checkName(
        type.names as Node[],
        TYPES,
        "type",
        { ...fields, location: type.location ?? fields.location },
        refuse,
      );
      if (type.setof === true) refuse("sets are not known here", fields);
      break;
    }
    case "SQLValueFunction":
      if (!VALUE_FUNCTIONS.has(String(fields.op))) refuse("this function is not allowed", fields);
      break;
    case "RangeVar":
      if (fields.catalogname !== undefined) refuse("tables are of this database", fields);
      if (fields.inh !== true) refuse("ONLY is not known here", fields);
      break;
  }
}

/** Names stand alone, or with the schema of PostgreSQL's own. */
function checkName(
  names: readonly Node[],
  known: ReadonlySet<string>,
  what: string,
  fields: Fields,
  refuse: (what: string, fields: Fields) => never,
): void {
  const all = stringsOf(names);
  const own = all.length === 1 || (all.length === 2 && all[0] === "pg_catalog");
  const name = all.at(-1)!;
  if (!own || !known.has(name))
    refuse(`the ${what} ${all.join(".")} is not among those that are allowed`, fields);
}
