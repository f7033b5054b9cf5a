//! Other blogs become posts.

mod ghost;
mod markdown;
mod runs;
mod wordpress;

use std::path::{Path, PathBuf};

use quire::imports::{Options, Report, Tally};

use super::support::TestApp;

fn export(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/exports").join(name)
}

/// Everything that an import writes, without the numbers that only say when.
async fn content(app: &TestApp) -> String {
    let query = "select coalesce(md5(string_agg(line, E'\\n' order by line)), '') from (
        select concat_ws('|', p.slug, p.kind, p.status, p.visibility, p.title, p.body_md, p.body_html, p.summary,
            p.description, p.canonical_url, p.publish_at, p.comment_count, p.comments_open, m.file_key, p.cover_alt,
            p.text_version, (select string_agg(u.name, ',' order by a.position) from post_authors a
                join users u on u.id = a.user_id where a.post_id = p.id),
            (select string_agg(t.name, ',' order by t.name) from post_tags pt join tags t on t.id = pt.tag_id
                where pt.post_id = p.id),
            (select string_agg(r.path, ',' order by r.path) from redirects r where r.post_id = p.id),
            (select string_agg(e.event, ',') from post_events e where e.post_id = p.id)) as line
        from posts p left join media m on m.id = p.cover_id
        union all
        select concat_ws('|', p.slug, c.state, c.guest_name, u.name, c.body_md, c.created_at, a.body_md,
            array_length(c.path, 1))
        from comments c join posts p on p.id = c.post_id left join comments a on a.id = c.parent_id
            left join users u on u.id = c.author_id
        union all select concat_ws('|', source, key, encode(hash, 'hex'), encode(pictures_hash, 'hex'), text_version)
            from import_items
        union all select concat_ws('|', source, key) from import_comments
        union all select concat_ws('|', source, address) from import_media) as lines";
    sqlx::query_scalar(query).fetch_one(&app.db).await.expect("the content")
}

fn with_uploads() -> Options {
    Options { media: Some(export("uploads")), ..Options::default() }
}

/// `posts published: 4 found, 4 added`, as a table.
fn numbers(report: &Report) -> Vec<(String, usize, usize, usize)> {
    let line = |line: &Tally| (format!("{} {}", line.what, line.state), line.found, line.added, line.left);
    report.tally.iter().map(line).collect()
}
