-- The settings of the blog: exactly one row, so that reading it never needs an id and writing it never forks it.
create table settings (
    id boolean primary key default true,
    title text not null default 'A new blog',
    description text not null default '',
    language text not null default 'en',
    time_zone text not null default 'UTC',
    comment_policy text not null default 'hold_all',
    registration text not null default 'closed',
    posts_per_page integer not null default 20,
    updated_at timestamptz not null default now(),
    constraint settings_id_check check (id),
    constraint settings_title_check check (length(title) between 1 and 120),
    constraint settings_comment_policy_check check (comment_policy in ('hold_all', 'hold_strangers', 'closed')),
    constraint settings_registration_check check (registration in ('closed', 'open')),
    constraint settings_posts_per_page_check check (posts_per_page between 5 and 100)
);

-- Every process keeps the settings in memory; this tells each of them to read again.
create function settings_changed() returns trigger language plpgsql as $$
begin
    perform pg_notify('quire_settings', '');
    return null;
end $$;

create trigger settings_changed after insert or update on settings
    for each statement execute function settings_changed();

-- People: those who can log in, and imported authors who never did (no e-mail, no password).
create table users (
    id bigint generated always as identity,
    handle text not null,
    name text not null,
    email text,
    email_verified_at timestamptz,
    password_hash text,
    role text not null default 'reader',
    bio text not null default '',
    -- raised when the password or the role changes: sessions begun before it are over
    session_epoch integer not null default 0,
    created_at timestamptz not null default now(),
    constraint users_pkey primary key (id),
    constraint users_handle_key unique (handle),
    constraint users_email_key unique (email),
    constraint users_handle_check check (handle ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(handle) <= 64),
    constraint users_name_check check (length(name) between 1 and 100),
    constraint users_email_check check (email = lower(email) and length(email) <= 254),
    constraint users_role_check check (role in ('reader', 'author', 'editor', 'moderator', 'admin'))
);

-- Sessions by the hash of their id: a copy of this table logs nobody in.
create table sessions (
    id_hash bytea not null,
    user_id bigint,
    data jsonb not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    constraint sessions_pkey primary key (id_hash),
    constraint sessions_user_id_fkey foreign key (user_id) references users (id) on delete cascade
);
create index sessions_user_id_idx on sessions (user_id);
create index sessions_expires_at_idx on sessions (expires_at);

-- Links sent by mail. Only the hash is kept; each works once, for a short time, for one purpose.
create table account_tokens (
    token_hash bytea not null,
    user_id bigint not null,
    purpose text not null,
    email text not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    constraint account_tokens_pkey primary key (token_hash),
    constraint account_tokens_user_id_fkey foreign key (user_id) references users (id) on delete cascade,
    constraint account_tokens_purpose_check check (purpose in ('verify', 'reset'))
);
create index account_tokens_user_id_idx on account_tokens (user_id, purpose);

-- How often something was tried in a window of time. Shared by all processes, so that a second replica
-- does not double every limit. Unlogged: losing it in a crash only forgives.
create unlogged table rate_limits (
    key text not null,
    window_start timestamptz not null,
    hits integer not null default 1,
    constraint rate_limits_pkey primary key (key, window_start)
);
create index rate_limits_window_start_idx on rate_limits (window_start);
