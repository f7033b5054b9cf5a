-- An author may ask an editor to look at a draft before readers do, and an admin may make that the rule.
alter table posts
    -- since when it waits for an editor; only a draft does
    add column submitted_at timestamptz,
    add column submitted_by bigint,
    add constraint posts_submitted_at_check check (submitted_at is null or status = 'draft'),
    add constraint posts_submitted_by_fkey foreign key (submitted_by) references users (id) on delete set null;
create index posts_submitted_at_idx on posts (submitted_at) where submitted_at is not null;
create index posts_submitted_by_idx on posts (submitted_by) where submitted_by is not null;

-- Whatever becomes of it, by whatever way: what is no draft any more waits for nobody.
create function posts_wait_over() returns trigger language plpgsql as $$
begin
    new.submitted_at := null;
    new.submitted_by := null;
    return new;
end $$;
create trigger posts_wait_over before update of status on posts
    for each row when (new.status <> 'draft') execute function posts_wait_over();

-- `post_events` also keeps when editors were last told that a post waits: the event 'submitted', moved on by each round.

-- What editors wrote to the author when they sent a post back; kept for good.
create table post_reviews (
    id bigint generated always as identity,
    post_id bigint not null,
    editor_id bigint,
    note text not null,
    created_at timestamptz not null default now(),
    constraint post_reviews_pkey primary key (id),
    constraint post_reviews_note_check check (length(note) between 1 and 5000),
    constraint post_reviews_post_id_fkey foreign key (post_id) references posts (id) on delete cascade,
    constraint post_reviews_editor_id_fkey foreign key (editor_id) references users (id) on delete set null
);
create index post_reviews_post_id_idx on post_reviews (post_id, id desc);
create index post_reviews_editor_id_idx on post_reviews (editor_id, id);

-- An author's post comes out for the first time when an editor publishes it.
alter table settings add column review_first boolean not null default false;

-- Columns only, so that it stays a part of the query that asks.
create or replace function stage(post posts) returns text language sql stable as $$
    select case
        when post.status = 'trashed' then 'trash'
        when post.status = 'draft' and post.submitted_at is not null then 'review'
        when post.status = 'draft' then 'drafts'
        when post.publish_at > now() then 'scheduled'
        when post.unpublish_at <= now() then 'expired'
        else 'published'
    end
$$;
