//! `quire user`: everything that a mail could do, also without mail.

use anyhow::{Context, bail};
use quire::{
    AppState,
    accounts::{self, NewAccount, Purpose},
    audit::{Action, Trail},
    form::Errors,
    mail::Address,
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
            let id = accounts::create(&app.db, &app.keys, &new).await?;
            let id = id.context("this address already has an account")?;
            note(app, id, Action::AccountMade, &role).await?;
            println!("made the account of {name}");
            if let (false, Some(email)) = (password_stdin, &new.email) {
                println!("{}", accounts::issue_link(app, id, email, Purpose::Reset).await?);
            }
        }
        UserCommand::Role { email, role } => {
            let role = parse_role(&role)?;
            let (id, _) = find(app, &email).await?;
            if !accounts::queries::set_role(&app.db, id, role).await? {
                bail!("the last admin stays one: make another admin first");
            }
            note(app, id, Action::RoleChanged, role.as_str()).await?;
            println!("{email} is now {role}");
        }
        UserCommand::ResetPassword { email } => {
            let (id, address) = find(app, &email).await?;
            note(app, id, Action::LinkShown, "").await?;
            println!("{}", accounts::issue_link(app, id, &address, Purpose::Reset).await?);
        }
        UserCommand::Email { old, new } => {
            let (id, _) = find(app, &old).await?;
            let address = Address::parse(&new).with_context(|| format!("{new} is not an e-mail address"))?;
            if !accounts::set_email(app, id, &address).await? {
                bail!("{new} has an account already");
            }
            note(app, id, Action::EmailChanged, "").await?;
            println!("{old} is now {new}, and logged out everywhere");
        }
        UserCommand::ForgetSecondFactor { email } => {
            let (id, _) = find(app, &email).await?;
            let had = accounts::forget_second_factor(&app.db, id).await?;
            note(app, id, Action::SecondFactorOff, "").await?;
            println!(
                "{email} {}",
                if had { "has no second factor any more" } else { "had no second factor" }
            );
        }
        UserCommand::Sessions(SessionsCommand::Revoke { email }) => {
            let (id, _) = find(app, &email).await?;
            accounts::queries::end_sessions(&app.db, id).await?;
            note(app, id, Action::SessionsEnded, "all").await?;
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
        let site = app.site.get();
        let known = [name.as_str(), email.as_ref().map_or("", Address::as_str), &site.title];
        accounts::check_password(&mut errors, password, &known);
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
    let role = parse_role(role)?;
    Ok(NewAccount { name, email, email_verified: true, approved: true, password_hash, role })
}

async fn find(app: &AppState, email: &str) -> anyhow::Result<(UserId, Address)> {
    let address = Address::parse(email).with_context(|| format!("{email} is not an e-mail address"))?;
    let found = accounts::queries::by_email(&app.db, &app.keys, &address).await?;
    Ok((found.with_context(|| format!("nobody has the address {email}"))?, address))
}

/// The log knows what was done here, too.
async fn note(app: &AppState, id: UserId, action: Action, detail: &str) -> anyhow::Result<()> {
    let handle = accounts::queries::handle(&app.db, id).await?.unwrap_or_default();
    Ok(Trail::command_line().note(&app.db, action, &handle, detail).await?)
}

fn parse_role(role: &str) -> anyhow::Result<Role> {
    Role::parse(role).context("a role is one of reader, author, editor, moderator, admin")
}

fn password_from_stdin() -> anyhow::Result<String> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).context("reading the password")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
