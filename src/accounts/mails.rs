//! The mails of this room.

use askama::Template;

use super::jobs::Happened;
use crate::{
    mail::{Address, Mail},
    site::Site,
};

macro_rules! link_mail {
    ($(#[$doc:meta])* $name:ident, $view:ident, $path:literal, $about:literal) => {
        #[derive(Template)]
        #[template(path = $path)]
        struct $view<'a> {
            site: &'a Site,
            link: &'a str,
        }

        $(#[$doc])*
        pub(super) fn $name(site: &Site, to: &Address, link: &str) -> anyhow::Result<Mail> {
            mail(site, to, $about, &$view { site, link })
        }
    };
}

link_mail!(
    /// Proves an address.
    verify,
    Verify,
    "mail/verify.txt",
    "Please confirm your address"
);
link_mail!(
    /// Sets a password.
    reset,
    Reset,
    "mail/reset.txt",
    "Set a new password"
);
link_mail!(
    /// Somebody registered with an address that has an account.
    known,
    Known,
    "mail/known.txt",
    "You already have an account"
);
link_mail!(
    /// An admin made an account.
    welcome,
    Welcome,
    "mail/welcome.txt",
    "Your new account"
);
link_mail!(
    /// Somebody wants another address.
    email_change,
    EmailChange,
    "mail/email_change.txt",
    "Please confirm the change of your address"
);

#[derive(Template)]
#[template(path = "mail/notice.txt")]
struct Notice<'a> {
    site: &'a Site,
    sentence: &'a str,
    link: &'a str,
}

/// Something happened at the account.
pub(super) fn notice(site: &Site, to: &Address, happened: Happened, link: &str) -> anyhow::Result<Mail> {
    let sentence = happened.sentence();
    mail(site, to, sentence.trim_end_matches('.'), &Notice { site, sentence, link })
}

fn mail(site: &Site, to: &Address, about: &str, text: &impl Template) -> anyhow::Result<Mail> {
    Ok(Mail { to: to.to_string(), subject: format!("{about} – {}", site.title), text: text.render()? })
}
