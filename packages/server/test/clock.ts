import type { Database } from "../src/database/database.ts";

/**
 * Has a database whose only connection is this one (PGlite) tell another time than it is: what asks `now()`, and what is
 * noted by itself, of the service's and of pg-boss's.
 */
export async function fakeClock(database: Database): Promise<{ set(secondsFromNow: number): Promise<void> }> {
  await database.query(`
    create schema fake;
    create table fake.clock(shift interval not null);
    insert into fake.clock values ('0');
    create function fake.now() returns timestamptz language sql stable
      as 'select pg_catalog.now() + (select shift from fake.clock)';
    create function fake.clock_timestamp() returns timestamptz language sql volatile
      as 'select pg_catalog.clock_timestamp() + (select shift from fake.clock)';
    create or replace function pgboss.job_now() returns timestamptz language sql stable as 'select fake.now()';
    do $$ declare it record; begin
      for it in select table_schema, table_name, column_name from information_schema.columns c
        join information_schema.tables t using (table_schema, table_name)
        where table_schema in ('tacet', 'pgboss') and column_default = 'now()' and table_type = 'BASE TABLE'
      loop
        execute format('alter table %I.%I alter column %I set default fake.now()',
          it.table_schema, it.table_name, it.column_name);
      end loop;
    end $$;
    set search_path = fake, public, pg_catalog;
  `);
  return {
    set: async (seconds) => {
      await database.query("update fake.clock set shift = make_interval(secs => $1)", [seconds]);
    },
  };
}
