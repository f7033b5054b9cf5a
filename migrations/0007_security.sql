-- Addresses at rest: sealed for reading, a keyed hash for looking up. What older versions left open in `email` is
-- sealed at the next start of the program (SQL has no key), and stays null from then on.
alter table users
    add column email_sealed bytea,
    add column email_key bytea,
    -- null: waits for an admin, where the blog asks for that
    add column approved_at timestamptz default now(),
    add column avatar text,
    add column totp_sealed bytea,
    -- the last time step that was used: no code counts twice (RFC 6238, section 5.2)
    add column totp_step bigint,
    -- what a passkey knows the account by; says nothing about it
    add column passkey_handle uuid not null default gen_random_uuid(),
    add column deleted_at timestamptz,
    add constraint users_email_key_key unique (email_key),
    add constraint users_email_sealed_check check ((email_sealed is null) = (email_key is null)),
    add constraint users_passkey_handle_key unique (passkey_handle);

-- links that are under way end here: they live for a day at most
delete from account_tokens;
alter table account_tokens
    drop column email,
    add column email_key bytea not null,
    drop constraint account_tokens_purpose_check,
    add constraint account_tokens_purpose_check check (purpose in ('verify', 'reset', 'email_old', 'email_new'));

alter table comments
    add column guest_email_sealed bytea,
    add column guest_email_key bytea;
create index comments_guest_email_key_idx on comments (guest_email_key) where guest_email_key is not null;

-- Answers for the day on which the phone is lost: ten for each account, each good once, kept as hashes.
create table recovery_codes (
    user_id bigint not null,
    code_hash bytea not null,
    used_at timestamptz,
    constraint recovery_codes_pkey primary key (user_id, code_hash),
    constraint recovery_codes_user_id_fkey foreign key (user_id) references users (id) on delete cascade
);

-- Passkeys (WebAuthn): the public half of each.
create table passkeys (
    id bigint generated always as identity,
    user_id bigint not null,
    credential_id bytea not null,
    credential jsonb not null,
    name text not null,
    created_at timestamptz not null default now(),
    last_used_at timestamptz,
    constraint passkeys_pkey primary key (id),
    constraint passkeys_user_id_fkey foreign key (user_id) references users (id) on delete cascade,
    constraint passkeys_credential_id_key unique (credential_id),
    constraint passkeys_name_check check (length(name) between 1 and 60)
);
create index passkeys_user_id_idx on passkeys (user_id);

-- Values that count once, until their time is over anyway: answered passkey challenges.
create table spent (
    value_hash bytea not null,
    expires_at timestamptz not null,
    constraint spent_pkey primary key (value_hash)
);
create index spent_expires_at_idx on spent (expires_at);

-- Invitations: links that open a closed door, each once.
create table invites (
    id bigint generated always as identity,
    token_hash bytea not null,
    role text not null,
    note text not null default '',
    created_by bigint,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    used_by bigint,
    used_at timestamptz,
    constraint invites_pkey primary key (id),
    constraint invites_token_hash_key unique (token_hash),
    constraint invites_role_check check (role in ('reader', 'author', 'editor', 'moderator', 'admin')),
    constraint invites_note_check check (length(note) <= 200),
    constraint invites_created_by_fkey foreign key (created_by) references users (id) on delete set null,
    constraint invites_used_by_fkey foreign key (used_by) references users (id) on delete set null
);

-- A change of address waits here until both addresses have said yes.
create table email_changes (
    user_id bigint not null,
    email_sealed bytea not null,
    email_key bytea not null,
    old_confirmed_at timestamptz,
    new_confirmed_at timestamptz,
    expires_at timestamptz not null,
    constraint email_changes_pkey primary key (user_id),
    constraint email_changes_user_id_fkey foreign key (user_id) references users (id) on delete cascade
);

-- Failed tries at something secret, and how long the next one has to wait. Shared by all processes. Unlogged: losing
-- it in a crash only forgives. `label` is what an admin may read, never an address.
create unlogged table backoffs (
    key text not null,
    label text not null default '',
    failures integer not null default 0,
    last_at timestamptz not null default now(),
    blocked_until timestamptz not null default '-infinity',
    constraint backoffs_pkey primary key (key)
);
create index backoffs_blocked_until_idx on backoffs (blocked_until);
create index backoffs_last_at_idx on backoffs (last_at);

-- Who did what that matters for safety. Rows are only added; the network part of the address goes after a year.
create table audit_log (
    id bigint generated always as identity,
    at timestamptz not null default now(),
    -- no foreign key: the log outlives the account
    actor_id bigint,
    actor text not null,
    action text not null,
    target text not null default '',
    detail text not null default '',
    network cidr,
    constraint audit_log_pkey primary key (id)
);
create index audit_log_action_idx on audit_log (action, id desc);
create index audit_log_actor_id_idx on audit_log (actor_id, id desc);
create index audit_log_network_idx on audit_log (at) where network is not null;

create function audit_log_is_append_only() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and new.network is null
        and (new.id, new.at, new.actor_id, new.actor, new.action, new.target, new.detail)
            is not distinct from (old.id, old.at, old.actor_id, old.actor, old.action, old.target, old.detail) then
        return new;
    end if;
    raise exception 'the audit log is only added to';
end $$;

create trigger audit_log_append_only before update or delete on audit_log
    for each row execute function audit_log_is_append_only();
create trigger audit_log_not_truncated before truncate on audit_log
    for each statement execute function audit_log_is_append_only();

alter table settings
    drop constraint settings_registration_check,
    add constraint settings_registration_check check (registration in ('closed', 'invite', 'approval', 'open')),
    add column second_factor_roles text[] not null default '{}',
    add column foreign_pictures boolean not null default false,
    add column security_contact text not null default '',
    -- the mail server with its password, where the environment names none
    add column smtp_sealed bytea;
