-- What readers see of a post in a list. Every list first finds its ids by the index that suits it, then reads
-- these rows, so the shape of a card is written once.
create view post_cards as
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
            'alt', p.cover_alt)
        from media m
        where m.id = p.cover_id
    ) as cover
from posts p;
