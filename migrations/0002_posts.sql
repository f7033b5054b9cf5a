-- Pictures, by the content of the file as it was uploaded: the same picture twice is one row.
create table media (
    id bigint generated always as identity,
    source_hash bytea not null,
    file_key text not null,
    kind text not null,
    width integer not null,
    height integer not null,
    bytes bigint not null,
    alt text not null default '',
    original_name text not null default '',
    -- widths of the smaller copies that exist; a job adds them after the upload
    variant_widths integer[] not null default '{}',
    uploaded_by bigint,
    created_at timestamptz not null default now(),
    constraint media_pkey primary key (id),
    constraint media_source_hash_key unique (source_hash),
    constraint media_file_key_key unique (file_key),
    constraint media_uploaded_by_fkey foreign key (uploaded_by) references users (id) on delete set null,
    constraint media_kind_check check (kind in ('jpeg', 'png', 'gif', 'webp', 'svg')),
    constraint media_width_check check (width > 0 and height > 0)
);

-- Posts and static pages: what is live now. The Markdown is the truth; html, toc, excerpt, reading time and
-- search vector are made from it when it is saved, so that reading does no work that a write could have done.
create table posts (
    id bigint generated always as identity,
    kind text not null default 'post',
    author_id bigint not null,
    slug text not null,
    title text not null,
    body_md text not null default '',
    summary text not null default '',
    cover_id bigint,
    cover_alt text not null default '',
    comments_open boolean not null default true,
    status text not null default 'draft',
    publish_at timestamptz,
    unpublish_at timestamptz,
    -- derived from body_md
    body_html text not null default '',
    toc jsonb not null default '[]',
    excerpt text not null default '',
    reading_minutes integer not null default 1,
    renderer_version integer not null default 0,
    search_text text not null default '',
    search tsvector generated always as (
        setweight(to_tsvector('simple', title), 'A')
        || setweight(to_tsvector('simple', summary), 'B')
        || setweight(to_tsvector('simple', left(search_text, 200000)), 'C')
    ) stored,
    -- kept by trigger: comments that readers can see
    comment_count integer not null default 0,
    -- raised by every change of the text, so that a stale form never overwrites a newer one
    text_version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    trashed_at timestamptz,
    constraint posts_pkey primary key (id),
    constraint posts_slug_key unique (slug),
    constraint posts_author_id_fkey foreign key (author_id) references users (id),
    constraint posts_cover_id_fkey foreign key (cover_id) references media (id) on delete set null,
    constraint posts_kind_check check (kind in ('post', 'page')),
    constraint posts_status_check check (status in ('draft', 'published', 'trashed')),
    constraint posts_slug_check check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 96),
    constraint posts_title_check check (length(title) <= 300),
    constraint posts_publish_at_check check (status <> 'published' or publish_at is not null)
);
create index posts_live_idx on posts (publish_at desc, id desc) where status = 'published' and kind = 'post';
create index posts_mine_idx on posts (author_id, updated_at desc, id desc);
create index posts_updated_idx on posts (updated_at desc, id desc);
create index posts_search_idx on posts using gin (search);
create index posts_renderer_version_idx on posts (renderer_version);

-- The one rule that decides what a reader may see. Simple enough for the planner to inline.
create function live(post posts) returns boolean language sql stable as $$
    select post.status = 'published'
       and post.publish_at <= now()
       and (post.unpublish_at is null or now() < post.unpublish_at)
$$;

-- The by-line, in order. posts.author_id is whose desk it lies on.
create table post_authors (
    post_id bigint not null,
    user_id bigint not null,
    position integer not null default 0,
    constraint post_authors_pkey primary key (post_id, user_id),
    constraint post_authors_post_id_fkey foreign key (post_id) references posts (id) on delete cascade,
    constraint post_authors_user_id_fkey foreign key (user_id) references users (id) on delete cascade
);
create index post_authors_user_id_idx on post_authors (user_id, post_id);

create table tags (
    id bigint generated always as identity,
    slug text not null,
    name text not null,
    constraint tags_pkey primary key (id),
    constraint tags_slug_key unique (slug),
    constraint tags_slug_check check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 96),
    constraint tags_name_check check (length(name) between 1 and 60)
);

create table post_tags (
    post_id bigint not null,
    tag_id bigint not null,
    constraint post_tags_pkey primary key (post_id, tag_id),
    constraint post_tags_post_id_fkey foreign key (post_id) references posts (id) on delete cascade,
    constraint post_tags_tag_id_fkey foreign key (tag_id) references tags (id) on delete cascade
);
create index post_tags_tag_id_idx on post_tags (tag_id, post_id);

-- Every explicit save, so that no word that was once saved is ever lost.
create table post_revisions (
    id bigint generated always as identity,
    post_id bigint not null,
    n integer not null,
    editor_id bigint,
    title text not null,
    body_md text not null,
    reason text not null,
    created_at timestamptz not null default now(),
    constraint post_revisions_pkey primary key (id),
    constraint post_revisions_post_id_n_key unique (post_id, n),
    constraint post_revisions_post_id_fkey foreign key (post_id) references posts (id) on delete cascade,
    constraint post_revisions_editor_id_fkey foreign key (editor_id) references users (id) on delete set null,
    constraint post_revisions_reason_check check (reason in ('save', 'publish', 'import'))
);

-- Addresses that a post once had: they answer with one redirect for ever.
create table post_slugs (
    slug text not null,
    post_id bigint not null,
    created_at timestamptz not null default now(),
    constraint post_slugs_pkey primary key (slug),
    constraint post_slugs_post_id_fkey foreign key (post_id) references posts (id) on delete cascade
);
create index post_slugs_post_id_idx on post_slugs (post_id);

-- Old addresses of other systems, by path: to a post, or to nothing (410 Gone).
create table redirects (
    path text not null,
    post_id bigint,
    created_at timestamptz not null default now(),
    constraint redirects_pkey primary key (path),
    constraint redirects_post_id_fkey foreign key (post_id) references posts (id) on delete set null,
    constraint redirects_path_check check (path like '/%' and length(path) <= 500)
);
create index redirects_post_id_idx on redirects (post_id);

-- What an import brought, so that running it again changes nothing.
create table import_items (
    source text not null,
    key text not null,
    hash bytea not null,
    post_id bigint,
    -- the version that the import wrote: a higher one means that somebody has edited it since
    text_version integer not null,
    imported_at timestamptz not null default now(),
    constraint import_items_pkey primary key (source, key),
    constraint import_items_post_id_fkey foreign key (post_id) references posts (id) on delete cascade
);
create index import_items_post_id_idx on import_items (post_id);
