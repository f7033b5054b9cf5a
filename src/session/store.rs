//! Sessions in PostgreSQL, for tower-sessions. The id is kept as its hash; saving a session that is gone changes
//! nothing, so a request under way cannot revive what a logout ended; idle and absolute ends are the database's.

use async_trait::async_trait;
use sqlx::PgPool;
use tower_sessions::{
    Expiry, SessionManagerLayer, SessionStore,
    cookie::{SameSite, time::Duration, time::OffsetDateTime},
    session::{Id, Record},
    session_store::{Error, Result},
};

use super::user::USER_KEY;
use crate::{
    crypto::{content_hash, hex},
    telemetry,
};

/// A session unused for this long is over (privileged ones sooner, see `save`).
const IDLE: Duration = Duration::days(14);

/// The layer that gives every request its session. The cookie is `Secure` when the blog is on HTTPS.
pub fn layer(db: PgPool, https: bool) -> SessionManagerLayer<Store> {
    SessionManagerLayer::new(Store { db })
        .with_name(cookie_name(https))
        .with_same_site(SameSite::Lax)
        .with_secure(https)
        .with_http_only(true)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(IDLE))
}

/// `__Host-` ties the cookie to this very host, where browsers support it: only over HTTPS (RFC 6265bis).
pub(super) fn cookie_name(https: bool) -> &'static str {
    if https { "__Host-session" } else { "session" }
}

/// What the name of a cookie that must be ours begins with.
pub fn cookie_prefix(https: bool) -> &'static str {
    if https { "__Host-" } else { "" }
}

/// What may be shown of a session: it names it, and opens nothing.
pub fn public_id(session: &tower_sessions::Session) -> Option<String> {
    session.id().map(|id| shown(&hash(id)))
}

pub(super) fn shown(id_hash: &[u8]) -> String {
    hex(&id_hash[..id_hash.len().min(PUBLIC)])
}

/// Bytes of the hash that are shown.
const PUBLIC: usize = 8;

/// See the module.
#[derive(Debug, Clone)]
pub struct Store {
    db: PgPool,
}

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> Result<()> {
        loop {
            let inserted = telemetry::time_session(insert(&self.db, record)).await?;
            if inserted {
                return Ok(());
            }
            // the id is taken: 1 in 2^128, but the contract of the trait asks for it
            record.id = Id::default();
        }
    }

    async fn save(&self, record: &Record) -> Result<()> {
        telemetry::time_session(update(&self.db, record)).await
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        telemetry::time_session(select(&self.db, *id)).await
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let hash = hash(*id);
        sqlx::query!("delete from sessions where id_hash = $1", &hash[..])
            .execute(&self.db)
            .await
            .map_err(|error| backend(&error))?;
        Ok(())
    }
}

/// A session that only gets a new id stays as old as it was.
async fn insert(db: &PgPool, record: &Record) -> Result<bool> {
    let done = sqlx::query!(
        r#"
        insert into sessions (id_hash, user_id, data, created_at, expires_at)
        select $1, $2::bigint, $3::jsonb, begun, case
            when exists (select from users where users.id = $2 and users.role in ('moderator', 'admin'))
            then least(now() + make_interval(secs => $4), now() + interval '12 hours', begun + interval '7 days')
            else least(now() + make_interval(secs => $4), begun + interval '90 days')
        end
        from (select coalesce(to_timestamp(($3::jsonb->'user'->>'begun')::bigint), now()) as begun) as login
        on conflict (id_hash) do nothing
        "#,
        &hash(record.id)[..],
        user_id(record),
        data(record)?,
        seconds_left(record),
    )
    .execute(db)
    .await
    .map_err(|error| backend(&error))?;
    Ok(done.rows_affected() == 1)
}

/// The idle end moves on, but never past the absolute one: 90 days after the login; 12 hours idle and 7 days for
/// those who hold other people's words and accounts (OWASP Session Management Cheat Sheet).
async fn update(db: &PgPool, record: &Record) -> Result<()> {
    sqlx::query!(
        r#"
        update sessions
        set data = $2, user_id = $3,
            expires_at = case
                when exists (select from users where users.id = $3 and users.role in ('moderator', 'admin'))
                then least(now() + make_interval(secs => $4), now() + interval '12 hours', created_at + interval '7 days')
                else least(now() + make_interval(secs => $4), created_at + interval '90 days')
            end
        where id_hash = $1 and expires_at > now()
        "#,
        &hash(record.id)[..],
        data(record)?,
        user_id(record),
        seconds_left(record),
    )
    .execute(db)
    .await
    .map_err(|error| backend(&error))?;
    Ok(())
}

async fn select(db: &PgPool, id: Id) -> Result<Option<Record>> {
    let row = sqlx::query!(
        r#"
        select data, extract(epoch from expires_at - now())::float8 as "seconds_left!"
        from sessions
        where id_hash = $1 and expires_at > now()
        "#,
        &hash(id)[..]
    )
    .fetch_optional(db)
    .await
    .map_err(|error| backend(&error))?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Record {
        id,
        data: serde_json::from_value(row.data).map_err(|error| Error::Decode(error.to_string()))?,
        expiry_date: OffsetDateTime::now_utc() + Duration::seconds_f64(row.seconds_left),
    }))
}

fn hash(id: Id) -> [u8; 32] {
    content_hash(&id.0.to_be_bytes())
}

fn user_id(record: &Record) -> Option<i64> {
    record.data.get(USER_KEY)?.get("id")?.as_i64()
}

fn data(record: &Record) -> Result<serde_json::Value> {
    serde_json::to_value(&record.data).map_err(|error| Error::Encode(error.to_string()))
}

fn seconds_left(record: &Record) -> f64 {
    (record.expiry_date - OffsetDateTime::now_utc()).as_seconds_f64().max(0.0)
}

fn backend(error: &sqlx::Error) -> Error {
    Error::Backend(error.to_string())
}
