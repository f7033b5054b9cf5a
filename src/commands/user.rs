//! `quire user`: everything that a mail could do, also without mail.

use anyhow::{Context, bail};
use quire::{
    AppState,
    accounts::{self, NewAccount, Purpose},
    form::Errors,
    session::{Role, UserId},
};

use super::{SessionsCommand, UserCommand, ground::Ground};

pub(super) async fn run(command: UserCommand) -> anyhow::Result<()> {
    let ground = Ground::prepare(true).await?;
    let app = ground.app().await?;
    let result = run_on(&app, command).await;
    ground.leave().await;
    result
}

#[expect(clippy::print_stdout, reason = "this is what the person at the terminal asked for")]
async fn run_on(app: &AppState, command: UserCommand) -> anyhow::Result<()> {
    match command {
        UserCommand::Create { name, email, role, password_stdin } => {
            let new = new_account(app, (&name, &email), &role, password_stdin).await?;
            let id = accounts::create(&app.db, &new).await?.context("this address already has an account")?;
            println!("made the account of {name}");
            if !password_stdin {
                println!("{}", reset_link(app, id, &new).await?);
            }
        }
        UserCommand::Role { email, role } => {
            let role = parse_role(&role)?;
            if !accounts::queries::set_role(&app.db, find(app, &email).await?, role).await? {
                bail!("the last admin stays one: make another admin first");
            }
            println!("{email} is now {role}");
        }
        UserCommand::ResetPassword { email } => {
            let id = find(app, &email).await?;
            println!(
                "{}",
                accounts::issue_link(app, id, &email.trim().to_lowercase(), Purpose::Reset).await?
            );
        }
        UserCommand::Sessions(SessionsCommand::Revoke { email }) => {
            accounts::queries::end_sessions(&app.db, find(app, &email).await?).await?;
            println!("{email} is logged out everywhere");
        }
    }
    Ok(())
}

async fn new_account(
    app: &AppState,
    (name, email): (&str, &str),
    role: &str,
    password_stdin: bool,
) -> anyhow::Result<NewAccount> {
    let mut errors = Errors::default();
    let name = accounts::check_name(&mut errors, name);
    let email = accounts::check_email(&mut errors, email);
    let password = if password_stdin { Some(password_from_stdin()?) } else { None };
    if let Some(password) = &password {
        accounts::check_password(&mut errors, password, &[&name, &email]);
    }
    for field in ["name", "email", "password"] {
        if let Some(sentence) = errors.get(field) {
            bail!("{sentence}");
        }
    }
    let password_hash = match password {
        Some(password) => Some(app.passwords.hash(&password).await?),
        None => None,
    };
    Ok(NewAccount { name, email: Some(email), email_verified: true, password_hash, role: parse_role(role)? })
}

async fn reset_link(app: &AppState, id: UserId, new: &NewAccount) -> anyhow::Result<String> {
    let email = new.email.as_deref().unwrap_or_default();
    Ok(accounts::issue_link(app, id, email, Purpose::Reset).await?)
}

async fn find(app: &AppState, email: &str) -> anyhow::Result<UserId> {
    let found = accounts::queries::by_email(&app.db, &email.trim().to_lowercase()).await?;
    found.with_context(|| format!("nobody has the address {email}"))
}

fn parse_role(role: &str) -> anyhow::Result<Role> {
    Role::parse(role).context("a role is one of reader, author, editor, moderator, admin")
}

fn password_from_stdin() -> anyhow::Result<String> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).context("reading the password")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
