-- Work that must happen after a request, enqueued in the same transaction as the write that asks for it.
create table jobs (
    id bigint generated always as identity,
    kind text not null,
    -- at most one waiting job per (kind, key): enqueueing twice is one effect
    key text not null,
    payload jsonb not null,
    attempts integer not null default 0,
    run_at timestamptz not null default now(),
    locked_until timestamptz,
    last_error text,
    -- set when all attempts failed: a dead letter, kept for a person to look at
    dead_at timestamptz,
    created_at timestamptz not null default now(),
    constraint jobs_pkey primary key (id)
);
create unique index jobs_kind_key_key on jobs (kind, key) where dead_at is null;
create index jobs_due_idx on jobs (run_at) where dead_at is null;

create function jobs_added() returns trigger language plpgsql as $$
begin
    perform pg_notify('quire_jobs', '');
    return null;
end $$;

create trigger jobs_added after insert on jobs for each statement execute function jobs_added();
