-- A post that was imported and deleted here stays away: what is remembered of it outlives it.
alter table import_items
    add column pictures_hash bytea not null default '',
    drop constraint import_items_post_id_fkey,
    add constraint import_items_post_id_fkey foreign key (post_id) references posts (id) on delete set null;

-- Comments that an import brought, by what the source calls them; without one of ours: it was deleted here, and stays away.
create table import_comments (
    source text not null,
    key text not null,
    comment_id bigint,
    constraint import_comments_pkey primary key (source, key),
    constraint import_comments_comment_id_fkey foreign key (comment_id) references comments (id) on delete set null
);
create index import_comments_comment_id_idx on import_comments (comment_id);

-- Pictures that an import brought, by their address at the source.
create table import_media (
    source text not null,
    address text not null,
    media_id bigint,
    constraint import_media_pkey primary key (source, address),
    constraint import_media_media_id_fkey foreign key (media_id) references media (id) on delete set null
);
create index import_media_media_id_idx on import_media (media_id);

-- Imports that somebody began in the browser. A job does them a little at a time; `position` says how many steps are
-- done, and moves in the transaction of each step, so that a run that is cut off goes on exactly there.
create table import_runs (
    id bigint generated always as identity,
    program text not null,
    -- what the sender calls the file, and what it is called in the data folder; null: it is deleted
    file_name text not null,
    file_key text,
    fetch_media boolean not null default false,
    site text not null default '',
    author text not null default '',
    dry_run boolean not null,
    state text not null default 'waiting',
    position bigint not null default 0,
    steps bigint,
    tally jsonb not null default '[]',
    pictures bigint not null default 0,
    -- why it could not be done: one sentence
    failure text not null default '',
    created_by bigint,
    created_at timestamptz not null default now(),
    touched_at timestamptz not null default now(),
    constraint import_runs_pkey primary key (id),
    constraint import_runs_program_check check (program in ('wordpress', 'ghost')),
    constraint import_runs_state_check check (state in ('waiting', 'running', 'done', 'failed')),
    constraint import_runs_created_by_fkey foreign key (created_by) references users (id) on delete set null
);
create index import_runs_created_by_idx on import_runs (created_by);

-- What a run has to say, line by line.
create table import_notes (
    id bigint generated always as identity,
    run_id bigint not null,
    item text not null,
    fate text not null,
    text text not null,
    constraint import_notes_pkey primary key (id),
    constraint import_notes_run_id_fkey foreign key (run_id) references import_runs (id) on delete cascade,
    constraint import_notes_fate_check check (fate in ('broken', 'left', 'changed'))
);
create index import_notes_run_id_idx on import_notes (run_id, id);
