-- What belongs to a post besides its text.
create table series (
    id bigint generated always as identity,
    slug text not null,
    title text not null,
    description text not null default '',
    created_at timestamptz not null default now(),
    constraint series_pkey primary key (id),
    constraint series_slug_key unique (slug),
    constraint series_slug_check check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 96),
    constraint series_title_check check (length(title) between 1 and 200)
);

alter table posts
    -- public: in every list; unlisted: for whoever has the address; private: for those who may edit it
    add column visibility text not null default 'public',
    add column description text not null default '',
    add column share_image_id bigint,
    add column canonical_url text not null default '',
    -- '' is the language of the blog
    add column language text not null default '',
    add column noindex boolean not null default false,
    add column comments_close_at timestamptz,
    add column series_id bigint,
    add column series_position integer,
    add constraint posts_visibility_check check (visibility in ('public', 'unlisted', 'private')),
    add constraint posts_share_image_id_fkey foreign key (share_image_id) references media (id) on delete set null,
    add constraint posts_series_id_fkey foreign key (series_id) references series (id) on delete set null;
create index posts_series_id_idx on posts (series_id, series_position) where series_id is not null;
create index posts_share_image_id_idx on posts (share_image_id) where share_image_id is not null;
create index posts_trashed_at_idx on posts (trashed_at) where status = 'trashed';

-- Within the time in which it is out, whoever may see it.
create function due(post posts) returns boolean language sql stable as $$
    select post.status = 'published'
       and post.publish_at <= now()
       and (post.unpublish_at is null or now() < post.unpublish_at)
$$;

-- What a reader who has the address may see.
create or replace function live(post posts) returns boolean language sql stable as $$
    select post.status = 'published'
       and post.publish_at <= now()
       and (post.unpublish_at is null or now() < post.unpublish_at)
       and post.visibility <> 'private'
$$;

-- What readers find by themselves: lists, feeds, search, site map.
create function listed(post posts) returns boolean language sql stable as $$
    select post.status = 'published'
       and post.publish_at <= now()
       and (post.unpublish_at is null or now() < post.unpublish_at)
       and post.visibility = 'public'
$$;

-- A revision is a version: `n` is the `text_version` that the post had after it. `fields` are all the fields of the
-- form but title and text, so that two changes of different fields can be put together later.
alter table post_revisions
    add column fields jsonb not null default '{}',
    add column note text not null default '',
    drop constraint post_revisions_reason_check,
    add constraint post_revisions_reason_check
        check (reason in ('save', 'publish', 'import', 'merge', 'restore', 'bulk'));

-- What was typed and not saved yet, never the text of the post itself. One row for each open form (`tab`), so that two
-- tabs of one person do not write over each other; `post_id` is null while the post does not exist.
create table post_autosaves (
    user_id bigint not null,
    tab uuid not null,
    post_id bigint,
    -- the version of the post that the form was made from
    base_version integer not null default 0,
    title text not null,
    body_md text not null,
    -- the form as it was typed, without title and text
    form jsonb not null default '{}',
    saved_at timestamptz not null default now(),
    -- put aside by the person; deleted a week later
    discarded_at timestamptz,
    constraint post_autosaves_pkey primary key (user_id, tab),
    constraint post_autosaves_user_id_fkey foreign key (user_id) references users (id) on delete cascade,
    constraint post_autosaves_post_id_fkey foreign key (post_id) references posts (id) on delete cascade
);
create index post_autosaves_post_id_idx on post_autosaves (post_id);
create index post_autosaves_saved_at_idx on post_autosaves (saved_at);

-- Forms that failed, sealed, for the browser that sent them; the last of each address, for a week.
create table rescue_drafts (
    id bigint generated always as identity,
    browser_hash bytea not null,
    -- keyed: says nothing about the address
    path_hash bytea not null,
    sealed bytea not null,
    created_at timestamptz not null default now(),
    constraint rescue_drafts_pkey primary key (id),
    constraint rescue_drafts_browser_key unique (browser_hash, path_hash)
);
create index rescue_drafts_created_at_idx on rescue_drafts (created_at);

-- Who has the form of a post open. Unlogged: it says nothing a minute later.
create unlogged table presence (
    post_id bigint not null,
    user_id bigint not null,
    tab uuid not null,
    seen_at timestamptz not null default now(),
    constraint presence_pkey primary key (post_id, tab)
);
create index presence_seen_at_idx on presence (seen_at);

-- Links with which somebody without an account reads a draft.
create table post_shares (
    id bigint generated always as identity,
    post_id bigint not null,
    token_hash bytea not null,
    note text not null default '',
    created_by bigint,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    revoked_at timestamptz,
    opened integer not null default 0,
    opened_at timestamptz,
    constraint post_shares_pkey primary key (id),
    constraint post_shares_token_hash_key unique (token_hash),
    constraint post_shares_note_check check (length(note) <= 200),
    constraint post_shares_post_id_fkey foreign key (post_id) references posts (id) on delete cascade,
    constraint post_shares_created_by_fkey foreign key (created_by) references users (id) on delete set null
);
create index post_shares_post_id_idx on post_shares (post_id);

-- What has happened once because a post came out. The key is what makes it once.
create table post_events (
    post_id bigint not null,
    event text not null,
    at timestamptz not null default now(),
    constraint post_events_pkey primary key (post_id, event),
    constraint post_events_post_id_fkey foreign key (post_id) references posts (id) on delete cascade
);
-- what is out today was announced, as far as it ever will be
insert into post_events (post_id, event) select id, 'published' from posts where due(posts);

-- What is checked before publishing, as far as it differs from the defaults: {"alt": "block"}.
alter table settings add column publish_checks jsonb not null default '{}';

-- `n` of what older versions saved: the last revision of a post is the version that it has.
update post_revisions r
set n = -r.n
from posts p
where p.id = r.post_id;
update post_revisions r
set n = p.text_version - ranked.back
from posts p, (
    select id, row_number() over (partition by post_id order by n) - 1 as back from post_revisions
) as ranked
where p.id = r.post_id and ranked.id = r.id;

-- The fields of the form besides title and text, as the desk and its history keep them (`posts::desk::Fields`).
create function post_fields(post posts) returns jsonb language sql stable as $$
    select jsonb_build_object(
        'kind', post.kind,
        'slug', post.slug,
        'summary', post.summary,
        'description', post.description,
        'tags', coalesce((
            select jsonb_agg(t.name order by t.name) from post_tags pt join tags t on t.id = pt.tag_id
            where pt.post_id = post.id
        ), '[]'),
        'authors', coalesce((
            select jsonb_agg(u.handle order by a.position, u.id) from post_authors a join users u on u.id = a.user_id
            where a.post_id = post.id
        ), '[]'),
        'cover_id', post.cover_id,
        'cover_alt', post.cover_alt,
        'share_image_id', post.share_image_id,
        'publish_at', post.publish_at,
        'unpublish_at', post.unpublish_at,
        'visibility', post.visibility,
        'canonical_url', post.canonical_url,
        'language', post.language,
        'noindex', post.noindex,
        'comments_open', post.comments_open,
        'comments_close_at', post.comments_close_at,
        'series', coalesce((select s.title from series s where s.id = post.series_id), ''),
        'series_part', post.series_position
    )
$$;
