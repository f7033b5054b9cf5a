-- The conversation. Only 'published' is visible to readers; see `comments::model` for who may move what where.
create table comments (
    id bigint generated always as identity,
    post_id bigint not null,
    parent_id bigint,
    -- ids from the root down to this comment: one index gives a whole thread in reading order
    path bigint[] not null,
    author_id bigint,
    guest_name text,
    guest_email text,
    -- keyed hash of who wrote it (account, or address, or name and network), for the person's history
    person_key bytea not null,
    body_md text not null,
    body_html text not null,
    renderer_version integer not null,
    state text not null default 'held',
    -- raised by every transition and edit: a decision names the version that the moderator saw
    version integer not null default 1,
    held_reason text,
    -- network part of the address (/24 or /48) for rate limits and history; erased after 30 days
    ip_prefix cidr,
    source text not null default 'local',
    created_at timestamptz not null default now(),
    edited_at timestamptz,
    decided_at timestamptz,
    decided_by bigint,
    constraint comments_pkey primary key (id),
    constraint comments_post_id_fkey foreign key (post_id) references posts (id) on delete cascade,
    constraint comments_parent_id_fkey foreign key (parent_id) references comments (id) on delete cascade,
    constraint comments_author_id_fkey foreign key (author_id) references users (id) on delete set null,
    constraint comments_decided_by_fkey foreign key (decided_by) references users (id) on delete set null,
    constraint comments_state_check check (state in ('held', 'published', 'rejected', 'spam', 'trashed', 'withdrawn')),
    constraint comments_source_check check (source in ('local', 'import')),
    constraint comments_guest_name_check check (author_id is not null or length(guest_name) between 1 and 80),
    constraint comments_guest_email_check check (guest_email = lower(guest_email) and length(guest_email) <= 254),
    constraint comments_body_md_check check (length(body_md) between 1 and 10000)
);
create index comments_thread_idx on comments (post_id, path);
create index comments_desk_idx on comments (state, id desc);
create index comments_person_idx on comments (person_key, id desc);
create index comments_parent_id_idx on comments (parent_id);
create index comments_author_id_idx on comments (author_id);
create index comments_ip_prefix_idx on comments (created_at) where ip_prefix is not null;

-- posts.comment_count, kept for every way a comment can change, once per statement.
create function comments_counted() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        update posts set comment_count = comment_count + change.n
        from (select post_id, count(*) as n from after_rows where state = 'published' group by post_id) as change
        where posts.id = change.post_id;
    elsif tg_op = 'DELETE' then
        update posts set comment_count = comment_count - change.n
        from (select post_id, count(*) as n from before_rows where state = 'published' group by post_id) as change
        where posts.id = change.post_id;
    else
        update posts set comment_count = comment_count + change.n
        from (
            select post_id, sum(n) as n
            from (
                select post_id, 1 as n from after_rows where state = 'published'
                union all
                select post_id, -1 from before_rows where state = 'published'
            ) as moved
            group by post_id
            having sum(n) <> 0
        ) as change
        where posts.id = change.post_id;
    end if;
    return null;
end $$;

create trigger comments_counted_insert after insert on comments
    referencing new table as after_rows
    for each statement execute function comments_counted();
create trigger comments_counted_update after update on comments
    referencing old table as before_rows new table as after_rows
    for each statement execute function comments_counted();
create trigger comments_counted_delete after delete on comments
    referencing old table as before_rows
    for each statement execute function comments_counted();

-- How many comments are in each state: the desk shows these numbers on every screen, and counting
-- a hundred thousand rows for them would be the most expensive thing there.
create table comment_totals (
    state text not null,
    n bigint not null,
    constraint comment_totals_pkey primary key (state)
);
insert into comment_totals (state, n)
select s, 0 from unnest(array['held', 'published', 'rejected', 'spam', 'trashed', 'withdrawn']) as s;

create function comments_totalled() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        update comment_totals t set n = t.n + change.n
        from (select state, count(*) as n from after_rows group by state) as change where t.state = change.state;
    elsif tg_op = 'DELETE' then
        update comment_totals t set n = t.n - change.n
        from (select state, count(*) as n from before_rows group by state) as change where t.state = change.state;
    else
        update comment_totals t set n = t.n + change.n
        from (
            select state, sum(n) as n
            from (select state, 1 as n from after_rows union all select state, -1 from before_rows) as moved
            group by state
            having sum(n) <> 0
        ) as change
        where t.state = change.state;
    end if;
    return null;
end $$;

create trigger comments_totalled_insert after insert on comments
    referencing new table as after_rows
    for each statement execute function comments_totalled();
create trigger comments_totalled_update after update on comments
    referencing old table as before_rows new table as after_rows
    for each statement execute function comments_totalled();
create trigger comments_totalled_delete after delete on comments
    referencing old table as before_rows
    for each statement execute function comments_totalled();

-- Every transition of every comment, for ever: who decided what, when and why. Rows are only added.
create table moderation_log (
    seq bigint generated always as identity,
    at timestamptz not null default now(),
    actor_id bigint,
    action text not null,
    comment_id bigint not null,
    from_state text,
    to_state text not null,
    -- the comment's version after this transition: undo refuses what has moved on since
    to_version integer not null,
    reason_code text,
    note text not null default '',
    -- one decision over many comments is one bulk_id
    bulk_id uuid not null,
    undoes uuid,
    constraint moderation_log_pkey primary key (seq),
    constraint moderation_log_actor_id_fkey foreign key (actor_id) references users (id) on delete set null,
    constraint moderation_log_action_check
        check (action in ('submit', 'approve', 'hold', 'reject', 'spam', 'trash', 'withdraw', 'undo', 'import'))
);
create index moderation_log_comment_id_idx on moderation_log (comment_id, seq desc);
create index moderation_log_bulk_id_idx on moderation_log (bulk_id);
create index moderation_log_actor_id_idx on moderation_log (actor_id, seq desc);
