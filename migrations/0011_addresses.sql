-- Where a post stands on its way to the readers, as the desk names it.
create function stage(post posts) returns text language sql stable as $$
    select case
        when post.status = 'trashed' then 'trash'
        when post.status = 'draft' then 'drafts'
        when post.publish_at > now() then 'scheduled'
        when post.unpublish_at <= now() then 'expired'
        else 'published'
    end
$$;

-- Addresses that a post once had, now also those of posts that were deleted for good: without a post they are gone.
alter table post_slugs
    add column kind text not null default 'post',
    alter column post_id drop not null,
    drop constraint post_slugs_pkey,
    add constraint post_slugs_pkey primary key (kind, slug),
    drop constraint post_slugs_post_id_fkey,
    add constraint post_slugs_post_id_fkey foreign key (post_id) references posts (id) on delete set null,
    add constraint post_slugs_kind_check check (kind in ('post', 'page'));
update post_slugs s set kind = p.kind from posts p where p.id = s.post_id;

-- Whoever moves a post, by whatever way: the address that readers may have kept stays known. An address leads to a post
-- and never to another address, so there is one hop at most and no circle.
create function posts_moved() returns trigger language plpgsql as $$
begin
    if old.publish_at <= now() then
        insert into post_slugs (kind, slug, post_id) values (old.kind, old.slug, old.id)
        on conflict (kind, slug) do update set post_id = excluded.post_id, created_at = now();
    end if;
    delete from post_slugs where kind = new.kind and slug = new.slug and post_id = new.id;
    return null;
end $$;
create trigger posts_moved after update of kind, slug on posts
    for each row when (old.kind <> new.kind or old.slug <> new.slug) execute function posts_moved();

-- Deleted for good: 410, so that nobody keeps asking. Not for what only its authors knew of.
create function posts_gone() returns trigger language plpgsql as $$
begin
    insert into post_slugs (kind, slug) values (old.kind, old.slug) on conflict (kind, slug) do nothing;
    return null;
end $$;
create trigger posts_gone after delete on posts
    for each row when (old.publish_at <= now() and old.visibility <> 'private') execute function posts_gone();

-- The table of redirects, now also to a path of this blog or to elsewhere; with neither post nor target it is gone.
alter table redirects
    add column id bigint generated always as identity,
    add column target text,
    add column hits bigint not null default 0,
    add column last_hit_at timestamptz,
    add constraint redirects_id_key unique (id),
    add constraint redirects_target_check check (
        target is null
        or (post_id is null and length(target) <= 2000 and (target ~ '^/([^/]|$)' or target like 'https://%'))
    );
create index redirects_created_at_idx on redirects (created_at desc, id desc);
create index redirects_target_idx on redirects (target) where target is not null;
