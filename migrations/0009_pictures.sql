-- What the library knows of a picture besides its file.
alter table media
    -- says nothing that the text does not say: it needs no alternative text
    add column decorative boolean not null default false,
    -- what must stay visible when it is cropped: the thirds of width and height, 0 to 2
    add column focus_x smallint not null default 1,
    add column focus_y smallint not null default 1,
    drop constraint media_kind_check,
    add constraint media_kind_check check (kind in ('jpeg', 'png', 'gif', 'webp', 'avif', 'svg')),
    add constraint media_alt_check check (length(alt) <= 1000),
    add constraint media_focus_check check (focus_x between 0 and 2 and focus_y between 0 and 2);
create index media_created_at_idx on media (created_at desc, id desc);
-- original and copies share this beginning of their names
create index media_stem_idx on media (split_part(file_key, '.', 1));

-- Whose library a picture is in: two people may have sent the same file.
create table media_owners (
    media_id bigint not null,
    user_id bigint not null,
    created_at timestamptz not null default now(),
    constraint media_owners_pkey primary key (user_id, media_id),
    constraint media_owners_media_id_fkey foreign key (media_id) references media (id) on delete cascade,
    constraint media_owners_user_id_fkey foreign key (user_id) references users (id) on delete cascade
);
create index media_owners_media_id_idx on media_owners (media_id);
insert into media_owners (media_id, user_id, created_at)
select id, uploaded_by, created_at from media where uploaded_by is not null;

-- Which posts show a picture. With none of the three, only an earlier version of the post does. Nothing that is shown
-- can be deleted: the foreign key holds even when somebody saves a post at that very moment.
create table media_refs (
    post_id bigint not null,
    media_id bigint not null,
    in_text boolean not null default false,
    as_cover boolean not null default false,
    as_share_image boolean not null default false,
    constraint media_refs_pkey primary key (post_id, media_id),
    constraint media_refs_post_id_fkey foreign key (post_id) references posts (id) on delete cascade,
    constraint media_refs_media_id_fkey foreign key (media_id) references media (id)
);
create index media_refs_media_id_idx on media_refs (media_id);

-- The pictures that a text names, in whatever way: as a picture, as a link, in HTML, by the address of a copy.
create function media_named_in(body text) returns setof bigint language sql stable as $$
    select distinct m.id
    from regexp_matches(body, '/media/([0-9a-f]{2}/[0-9a-f]{32})', 'g') as found (parts)
    join media m on split_part(m.file_key, '.', 1) = found.parts[1]
$$;

create function posts_keep_media_refs() returns trigger language plpgsql as $$
begin
    update media_refs
    set in_text = false, as_cover = false, as_share_image = false
    where post_id = new.id;

    insert into media_refs (post_id, media_id, in_text, as_cover, as_share_image)
    select new.id, shown.id, bool_or(shown.place = 'text'), bool_or(shown.place = 'cover'),
        bool_or(shown.place = 'share image')
    from (
        select named as id, 'text' as place from media_named_in(new.body_md) as named
        union all select new.cover_id, 'cover' where new.cover_id is not null
        union all select new.share_image_id, 'share image' where new.share_image_id is not null
    ) as shown
    group by shown.id
    on conflict (post_id, media_id) do update
    set in_text = excluded.in_text, as_cover = excluded.as_cover, as_share_image = excluded.as_share_image;

    return null;
end
$$;

-- by the database itself, so that no way of saving a post can forget it
create trigger posts_media_refs_insert
    after insert on posts
    for each row execute function posts_keep_media_refs();
create trigger posts_media_refs_update
    after update of body_md, cover_id, share_image_id on posts
    for each row
    when (
        old.body_md is distinct from new.body_md
        or old.cover_id is distinct from new.cover_id
        or old.share_image_id is distinct from new.share_image_id
    )
    execute function posts_keep_media_refs();

insert into media_refs (post_id, media_id, in_text, as_cover, as_share_image)
select shown.post_id, shown.id, bool_or(shown.place = 'text'), bool_or(shown.place = 'cover'),
    bool_or(shown.place = 'share image')
from (
    select p.id as post_id, named as id, 'text' as place from posts p, media_named_in(p.body_md) as named
    union all select id, cover_id, 'cover' from posts where cover_id is not null
    union all select id, share_image_id, 'share image' from posts where share_image_id is not null
    union all select r.post_id, named, 'history' from post_revisions r, media_named_in(r.body_md) as named
) as shown
group by shown.post_id, shown.id;

-- Nothing shows it: no post and no earlier version of one, nobody's unsaved text, nobody's face.
create index users_avatar_media_idx on users (substring(avatar from '^/media/([0-9a-f]{2}/[0-9a-f]{32})'))
    where avatar is not null;
create function unused(picture media) returns boolean language sql stable as $$
    select not exists (select from media_refs r where r.media_id = picture.id)
       and not exists (
           select
           from users u
           where u.avatar is not null
               and substring(u.avatar from '^/media/([0-9a-f]{2}/[0-9a-f]{32})')
                   = split_part(picture.file_key, '.', 1)
       )
       and not exists (
           select
           from post_autosaves a
           where strpos(a.body_md, split_part(picture.file_key, '.', 1)) > 0
               or a.form ->> 'cover_id' = picture.id::text
               or a.form ->> 'share_image_id' = picture.id::text
       )
$$;

-- There is a wider copy now.
insert into jobs (kind, key, payload)
select 'media.variants', id::text, jsonb_build_object('media_id', id)
from media
where kind in ('jpeg', 'png', 'webp') and width > 1920
on conflict do nothing;

-- Covers are cropped around their focus.
create or replace view post_cards as
select
    p.id,
    p.slug,
    p.title,
    case when p.summary <> '' then p.summary else p.excerpt end as teaser,
    p.publish_at,
    p.updated_at,
    p.comment_count,
    p.reading_minutes,
    coalesce((
        select jsonb_agg(jsonb_build_object('handle', u.handle, 'name', u.name) order by a.position, u.id)
        from post_authors a
        join users u on u.id = a.user_id
        where a.post_id = p.id
    ), '[]') as authors,
    coalesce((
        select jsonb_agg(jsonb_build_object('slug', t.slug, 'name', t.name) order by t.name)
        from post_tags pt
        join tags t on t.id = pt.tag_id
        where pt.post_id = p.id
    ), '[]') as tags,
    (
        select jsonb_build_object('file_key', m.file_key, 'kind', m.kind, 'width', m.width, 'height', m.height,
            'alt', p.cover_alt, 'focus', jsonb_build_array(m.focus_x, m.focus_y))
        from media m
        where m.id = p.cover_id
    ) as cover
from posts p;
