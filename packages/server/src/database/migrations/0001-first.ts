/**
 * The tables of the first version. Hashes are text in hexadecimal. Whatever belongs to a tenant has the tenant in its
 * primary key, so that no statement can reach another's by a hash alone.
 */
export const first = `
create table tacet.tenants(
  id text primary key,
  name text not null unique,
  window_bootstraps bigint,
  window_seconds int not null default 3600,
  stored_bytes bigint,
  waiting_jobs int not null default 10000,
  created_at timestamptz not null default now(),
  served_at timestamptz not null default now()
);

create table tacet.tokens(
  hash text primary key,
  tenant text not null references tacet.tenants on delete cascade,
  name text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz
);
create index on tacet.tokens(tenant);

-- Content by hash, each tenant's own. Incomplete ones are uploads under way.
create table tacet.blobs(
  tenant text not null references tacet.tenants on delete cascade,
  sha256 text not null,
  length bigint not null,
  complete boolean not null default false,
  upload text not null,
  created_at timestamptz not null default now(),
  used_at timestamptz not null default now(),
  primary key (tenant, sha256)
);
create index on tacet.blobs(used_at);

create table tacet.segments(
  tenant text not null,
  sha256 text not null,
  start bigint not null,
  length int not null,
  place text not null,
  primary key (tenant, sha256, start),
  foreign key (tenant, sha256) references tacet.blobs on delete cascade
);

create index on tacet.segments(place);

-- The bytes, where the database holds them.
create table tacet.segment_bytes(
  place text primary key,
  bytes bytea not null,
  written_at timestamptz not null default now()
);

-- Graphs by the hash of their JSON; the owner '' is the operator, whose programs are for everybody.
create table tacet.programs(
  owner text not null,
  id text not null,
  name text,
  graph text not null,
  description jsonb not null,
  bootstraps bigint not null,
  depth int not null,
  created_at timestamptz not null default now(),
  used_at timestamptz not null default now(),
  primary key (owner, id)
);
create unique index on tacet.programs(owner, name) where name is not null;

create table tacet.jobs(
  id uuid primary key,
  tenant text not null references tacet.tenants on delete cascade,
  idempotency_key text,
  request_hash text not null,
  program_owner text not null,
  program text not null,
  server_key text not null,
  inputs jsonb not null,
  parameters jsonb,
  state text not null default 'queued',
  progress real not null default 0,
  bootstraps bigint not null,
  charged_at timestamptz not null,
  outputs jsonb,
  problem jsonb,
  attempts int not null default 0,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  unique (tenant, idempotency_key)
);
create index on tacet.jobs(finished_at) where finished_at is not null;
create index on tacet.jobs(tenant, created_at);
create index on tacet.jobs(program_owner, program);

-- What outstanding jobs read and results that finished jobs gave: not removed before them.
create table tacet.job_blobs(
  job uuid not null references tacet.jobs on delete cascade,
  tenant text not null,
  sha256 text not null,
  primary key (job, sha256),
  foreign key (tenant, sha256) references tacet.blobs deferrable initially deferred
);
create index on tacet.job_blobs(tenant, sha256);

-- What is in the queue, while it is; the same id as in pg-boss.
create table tacet.tasks(
  id uuid primary key,
  job uuid not null references tacet.jobs on delete cascade,
  tenant text not null,
  lane int not null,
  part int,
  state text not null default 'waiting',
  worker text,
  created_at timestamptz not null default now()
);
create table tacet.parts(
  job uuid not null references tacet.jobs on delete cascade,
  index int not null,
  data text not null,
  needs int[] not null,
  waiting int not null,
  bootstraps int not null,
  result text,
  primary key (job, index)
);
-- What parts that are computed at the same time give each other. Who does not find it computes it; so it may get lost.
create unlogged table tacet.shared(
  id bigint generated always as identity primary key,
  tenant text not null,
  job uuid not null,
  team int not null,
  sender text not null,
  bytes bytea not null,
  given_at timestamptz not null default now()
);
create index on tacet.shared(job, team);
create index on tacet.shared(given_at);
create index on tacet.tasks(lane, tenant, created_at) where state = 'waiting';
create index on tacet.tasks(tenant) where state = 'running';
create index on tacet.tasks(job);

-- Bootstraps charged, by minute.
create table tacet.usage(
  tenant text not null references tacet.tenants on delete cascade,
  slot timestamptz not null,
  bootstraps bigint not null,
  primary key (tenant, slot)
);

-- Outlives the tenant. Says who did what when, never with which contents.
create table tacet.audit(
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  tenant text,
  actor text not null,
  action text not null,
  subject text
);
create index on tacet.audit(tenant, at);
create index on tacet.audit(at);

create table tacet.workers(
  id text primary key,
  started_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  lanes int[] not null default '{}',
  details jsonb not null
);
`;
