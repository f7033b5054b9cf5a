//! The routes of this room.

use axum::{
    Router,
    extract::State,
    response::Response,
    routing::{get, post},
};
use sqlx::PgPool;

use super::{
    forms::{PeopleFilter, RoleForm, SettingsForm, UserForm},
    queries::{self, Person},
    views,
};
use crate::{
    accounts::{self, NewAccount, SendReset, SendWelcome},
    error::{Error, OrNotFound, Result},
    extract::{Form, Path, Query},
    form::Errors,
    html::{Before, Page, Paging, invalid, render},
    jobs,
    session::{Admin, Moderator, Role, UserId},
    site::{self, CommentPolicy, Registration},
    state::AppState,
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
}

async fn index(State(db): State<PgPool>, moderator: Moderator, page: Page) -> Result<Response> {
    let overview = queries::overview(&db).await?;

    render(&views::Index { page, overview, is_admin: moderator.can_administer() })
}

async fn users(
    State(db): State<PgPool>,
    admin: Admin,
    page: Page,
    Query(filter): Query<PeopleFilter>,
    Query(before): Query<Before>,
) -> Result<Response> {
    let words = filter.q.trim().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let pattern = (!words.is_empty()).then(|| format!("%{words}%"));
    let role = Role::parse(&filter.role);
    let mut people =
        queries::people(&db, pattern.as_deref(), role.map(Role::as_str), before.key(), PER_PAGE + 1).await?;

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
    _: Admin,
    page: Page,
    Form(form): Form<UserForm>,
) -> Result<Response> {
    let (name, email, role) = match form.parse() {
        Ok(user) => user,
        Err(errors) => return invalid(&views::NewUser { page, form, errors, roles: Role::ALL }),
    };

    let new =
        NewAccount { name, email: Some(email.clone()), email_verified: true, password_hash: None, role };
    if accounts::create(&app.db, &new).await?.is_none() {
        let errors = Errors::on("email", "This address already has an account.");
        return invalid(&views::NewUser { page, form, errors, roles: Role::ALL });
    }
    let mut tx = app.db.begin().await?;
    jobs::enqueue(&mut tx, &SendWelcome { email }).await?;
    tx.commit().await?;

    Ok(page.redirect(
        "/admin/users",
        "The account is made; a mail with a link to choose a password is on its way.",
    ))
}

async fn update_user(
    State(app): State<AppState>,
    admin: Admin,
    page: Page,
    Path(id): Path<UserId>,
    Form(form): Form<RoleForm>,
) -> Result<Response> {
    let email = queries::email(&app.db, id).await?.or_not_found()?;
    if form.action == "link" {
        let email = email.or_not_found()?;
        let mut tx = app.db.begin().await?;
        jobs::enqueue(&mut tx, &SendReset { email }).await?;
        tx.commit().await?;
        return Ok(page.redirect("/admin/users", "A mail with a link to set a new password is on its way."));
    }
    let role = form.parse().ok_or(Error::BadRequest("There is no such role."))?;
    if id == admin.id {
        return Ok(page.redirect("/admin/users", "Your own role stays: ask another admin to change it."));
    }

    if !accounts::queries::set_role(&app.db, id, role).await? {
        return Ok(page.redirect("/admin/users", "The last admin stays one: make another admin first."));
    }

    Ok(page.redirect("/admin/users", "The role is changed; their sessions have ended."))
}

async fn edit_settings(_: Admin, page: Page) -> Result<Response> {
    let form = SettingsForm::of(&page.site);
    render(&settings(page, form, Errors::default()))
}

async fn update_settings(
    State(app): State<AppState>,
    _: Admin,
    page: Page,
    Form(form): Form<SettingsForm>,
) -> Result<Response> {
    let changed = match form.parse(&page.site) {
        Ok(changed) => changed,
        Err(errors) => return invalid(&settings(page, form, errors)),
    };

    site::queries::update(&app.db, &changed).await?;
    app.site.reload(&app.db).await?;

    Ok(page.redirect("/admin/settings", "Saved."))
}

fn settings(page: Page, form: SettingsForm, errors: Errors) -> views::Settings {
    views::Settings { page, form, errors, policies: CommentPolicy::ALL, registrations: Registration::ALL }
}
