//! The mails of this room.

use askama::Template;

use crate::{mail::Mail, site::Site};

#[derive(Template)]
#[template(path = "mail/verify.txt")]
struct Verify<'a> {
    site: &'a Site,
    link: &'a str,
}

#[derive(Template)]
#[template(path = "mail/reset.txt")]
struct Reset<'a> {
    site: &'a Site,
    link: &'a str,
}

#[derive(Template)]
#[template(path = "mail/known.txt")]
struct Known<'a> {
    site: &'a Site,
    link: &'a str,
}

#[derive(Template)]
#[template(path = "mail/welcome.txt")]
struct Welcome<'a> {
    site: &'a Site,
    link: &'a str,
}

/// Proves an address.
pub(super) fn verify(site: &Site, to: &str, link: &str) -> anyhow::Result<Mail> {
    mail(site, to, "Please confirm your address", &Verify { site, link })
}

/// Sets a password.
pub(super) fn reset(site: &Site, to: &str, link: &str) -> anyhow::Result<Mail> {
    mail(site, to, "Set a new password", &Reset { site, link })
}

/// Somebody registered with an address that has an account.
pub(super) fn known(site: &Site, to: &str, link: &str) -> anyhow::Result<Mail> {
    mail(site, to, "You already have an account", &Known { site, link })
}

/// An admin made an account.
pub(super) fn welcome(site: &Site, to: &str, link: &str) -> anyhow::Result<Mail> {
    mail(site, to, "Your new account", &Welcome { site, link })
}

fn mail(site: &Site, to: &str, about: &str, text: &impl Template) -> anyhow::Result<Mail> {
    Ok(Mail { to: to.to_owned(), subject: format!("{about} – {}", site.title), text: text.render()? })
}
