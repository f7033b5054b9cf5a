//! The routes of the overview, of people, and of settings.

use axum::{
    Router,
    extract::State,
    response::Response,
    routing::{get, post},
};
use sqlx::PgPool;

use super::{
    forms::{MailForm, PeopleFilter, RoleForm, SettingsForm, UserForm},
    queries::{self, Person, Subject},
    safety, views,
};
use crate::{
    accounts::{self, Happened, NewAccount, Purpose, SendNotice, SendReset, SendWelcome},
    audit::{Action, Trail},
    crypto::Keys,
    error::{Error, OrNotFound, Result},
    extract::{Form, Path, Query},
    form::Errors,
    html::{Before, Page, Paging, invalid, render, unkept},
    jobs,
    mail::Address,
    session::{Admin, Moderator, Recent, Role, UserId},
    site::{self, Check, CheckLevel, CommentPolicy, Registration},
    state::{AppState, SMTP_SEALED},
};

const PER_PAGE: i64 = 50;

/// For moderators and admins.
pub fn moderators() -> Router<AppState> {
    Router::new().route("/admin", get(index))
}

/// For admins.
pub fn admins() -> Router<AppState> {
    Router::new()
        .route("/admin/users", get(users))
        .route("/admin/users/new", get(new_user).post(create_user))
        .route("/admin/users/{id}", post(update_user))
        .route("/admin/settings", get(edit_settings).post(update_settings))
        .route("/admin/settings/mail", post(update_mail))
        .merge(safety::admins())
}

async fn index(State(db): State<PgPool>, moderator: Moderator, page: Page) -> Result<Response> {
    let overview = queries::overview(&db).await?;

    render(&views::Index { page, overview, is_admin: moderator.can_administer() })
}

async fn users(
    State(db): State<PgPool>,
    State(keys): State<Keys>,
    admin: Admin,
    page: Page,
    Query(filter): Query<PeopleFilter>,
    Query(before): Query<Before>,
) -> Result<Response> {
    let words = filter.q.trim().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let pattern = (!words.is_empty()).then(|| format!("%{words}%"));
    let email_keys = Address::parse(&filter.q).map(|email| email.lookup(&keys)).unwrap_or_default();
    let role = Role::parse(&filter.role).map(Role::as_str);
    let wanted = (pattern.as_deref(), email_keys.as_slice());
    let mut people = queries::people(&db, wanted, role, before.key(), PER_PAGE + 1).await?;

    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("q", filter.q.trim())
        .append_pair("role", &filter.role)
        .finish();
    let paging = Paging::cut(&mut people, PER_PAGE, &format!("/admin/users?{query}"), &before, Person::key);
    render(&views::Users { page, me: admin.id, filter, people, roles: Role::ALL, paging })
}

async fn new_user(_: Admin, page: Page) -> Result<Response> {
    let form = UserForm { role: Role::Author.as_str().to_owned(), ..UserForm::default() };
    render(&views::NewUser { page, form, errors: Errors::default(), roles: Role::ALL })
}

async fn create_user(
    State(app): State<AppState>,
    _: Recent,
    page: Page,
    trail: Trail,
    Form(form): Form<UserForm>,
) -> Result<Response> {
    let (name, email, role) = match form.parse() {
        Ok(user) => user,
        Err(errors) => return invalid(&views::NewUser { page, form, errors, roles: Role::ALL }),
    };

    let new = NewAccount {
        name,
        email: Some(email.clone()),
        email_verified: true,
        approved: true,
        password_hash: None,
        role,
    };
    let Some(id) = accounts::create(&app.db, &app.keys, &new).await? else {
        let errors = Errors::on("email", "This address already has an account.");
        return invalid(&views::NewUser { page, form, errors, roles: Role::ALL });
    };
    let handle = accounts::queries::handle(&app.db, id).await?.or_not_found()?;
    let mut tx = app.db.begin().await?;
    trail.note(&mut *tx, Action::AccountMade, &handle, role.as_str()).await?;
    jobs::enqueue(&mut tx, &SendWelcome::to(&app.keys, &email)).await?;
    tx.commit().await?;

    Ok(page.redirect(
        "/admin/users",
        "The account is made; a mail with a link to choose a password is on its way.",
    ))
}

async fn update_user(
    State(app): State<AppState>,
    Recent(admin): Recent,
    page: Page,
    trail: Trail,
    Path(id): Path<UserId>,
    Form(form): Form<RoleForm>,
) -> Result<Response> {
    let subject = queries::subject(&app.db, id).await?.or_not_found()?;
    match form.action.as_str() {
        "link" => return send_link(&app, &page, &subject).await,
        "show-link" => return show_link(&app, page, &trail, (id, &subject)).await,
        "approve" | "decline" => return decide(&app, &page, &trail, (id, &subject), &form.action).await,
        _ => {}
    }
    let role = form.parse().ok_or(Error::BadRequest("There is no such role."))?;
    if id == admin.id {
        return Ok(page.redirect("/admin/users", "Your own role stays: ask another admin to change it."));
    }

    if !accounts::queries::set_role(&app.db, id, role).await? {
        return Ok(page.redirect("/admin/users", "The last admin stays one: make another admin first."));
    }
    let change = format!("from {} to {role}", subject.role);
    trail.note(&app.db, Action::RoleChanged, &subject.handle, &change).await?;

    Ok(page.redirect("/admin/users", "The role is changed; their sessions have ended."))
}

async fn send_link(app: &AppState, page: &Page, subject: &Subject) -> Result<Response> {
    let email = address(app, subject)?;

    let mut tx = app.db.begin().await?;
    jobs::enqueue(&mut tx, &SendReset::to(&app.keys, &email)).await?;
    tx.commit().await?;

    Ok(page.redirect("/admin/users", "A mail with a link to set a new password is on its way."))
}

/// For blogs without mail: the admin hands the link over.
async fn show_link(
    app: &AppState,
    page: Page,
    trail: &Trail,
    (id, subject): (UserId, &Subject),
) -> Result<Response> {
    let email = address(app, subject)?;

    let link = accounts::issue_link(app, id, &email, Purpose::Reset).await?;
    trail.note(&app.db, Action::LinkShown, &subject.handle, "").await?;

    Ok(unkept(render(&views::Link { page, handle: subject.handle.clone(), link })?))
}

/// Lets somebody in who waits for it, or turns them away.
async fn decide(
    app: &AppState,
    page: &Page,
    trail: &Trail,
    (id, subject): (UserId, &Subject),
    action: &str,
) -> Result<Response> {
    let mut tx = app.db.begin().await?;
    let (done, noted, sentence) = match action {
        "approve" => {
            (accounts::queries::approve(&mut *tx, id).await?, Action::Approved, "They can log in now.")
        }
        _ => {
            (accounts::queries::decline(&mut *tx, id).await?, Action::Declined, "Their account is forgotten.")
        }
    };
    if !done {
        return Ok(page.redirect("/admin/users", "Somebody else has decided that already."));
    }
    trail.note(&mut *tx, noted, &subject.handle, "").await?;
    if noted == Action::Approved {
        let notice = SendNotice::to(&app.keys, &address(app, subject)?, Happened::Approved);
        jobs::enqueue(&mut tx, &notice).await?;
    }
    tx.commit().await?;

    Ok(page.redirect("/admin/users", sentence))
}

fn address(app: &AppState, subject: &Subject) -> Result<Address> {
    let sealed = subject.email_sealed.as_ref().or_not_found()?;
    Ok(Address::open(&app.keys, sealed)?)
}

async fn edit_settings(State(app): State<AppState>, _: Admin, page: Page) -> Result<Response> {
    let form = SettingsForm::of(&page.site);
    render(&settings(&app, page, form, Errors::default()))
}

async fn update_settings(
    State(app): State<AppState>,
    _: Recent,
    page: Page,
    trail: Trail,
    Form(form): Form<SettingsForm>,
) -> Result<Response> {
    let changed = match form.parse(&page.site) {
        Ok(changed) => changed,
        Err(errors) => return invalid(&settings(&app, page, form, errors)),
    };

    let mut tx = app.db.begin().await?;
    site::queries::update(&mut *tx, &changed).await?;
    let detail = format!("registration {}", changed.registration.as_str());
    trail.note(&mut *tx, Action::SettingsChanged, "the settings", &detail).await?;
    tx.commit().await?;
    app.site.reload(&app.db).await?;

    Ok(page.redirect("/admin/settings", "Saved."))
}

async fn update_mail(
    State(app): State<AppState>,
    _: Recent,
    page: Page,
    trail: Trail,
    Form(form): Form<MailForm>,
) -> Result<Response> {
    let sealed = match (form.action.as_str(), form.parse()) {
        ("remove", _) => None,
        (_, Ok(url)) => Some(app.keys.seal(SMTP_SEALED, url)),
        (_, Err(errors)) => {
            let form = SettingsForm::of(&page.site);
            return invalid(&settings(&app, page, form, errors));
        }
    };

    let mut tx = app.db.begin().await?;
    site::queries::set_smtp(&mut *tx, sealed.as_deref()).await?;
    let detail = if sealed.is_some() { "set" } else { "removed" };
    trail.note(&mut *tx, Action::MailChanged, "the settings", detail).await?;
    tx.commit().await?;
    app.site.reload(&app.db).await?;

    Ok(page.redirect("/admin/settings", "The mail server is saved."))
}

fn settings(app: &AppState, page: Page, form: SettingsForm, errors: Errors) -> views::Settings {
    views::Settings {
        mail_by_environment: app.config.smtp_url.is_some(),
        has_mail_server: page.site.smtp_sealed.is_some(),
        checks: Check::ALL,
        levels: CheckLevel::ALL,
        page,
        form,
        errors,
        policies: CommentPolicy::ALL,
        registrations: Registration::ALL,
        roles: Role::ALL,
    }
}
