//! The forms of this room.

use serde::Deserialize;

use crate::{
    accounts::{check_email, check_name},
    audit::{Action, Wanted},
    form::Errors,
    mail::Address,
    session::Role,
    site::{Check, CheckLevel, Checks, CommentPolicy, Registration, Site, parse_time_zone},
    text::{is_language_tag, single_line},
};

/// Settings as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct SettingsForm {
    pub(super) title: String,
    pub(super) description: String,
    pub(super) language: String,
    pub(super) time_zone: String,
    pub(super) posts_per_page: String,
    pub(super) comment_policy: String,
    pub(super) registration: String,
    pub(super) second_factor: Vec<String>,
    pub(super) foreign_pictures: String,
    pub(super) security_contact: String,
    /// Such as `alt:block`, one for each check.
    pub(super) checks: Vec<String>,
    pub(super) review_first: String,
}

impl SettingsForm {
    pub(super) fn of(site: &Site) -> Self {
        Self {
            title: site.title.clone(),
            description: site.description.clone(),
            language: site.language.clone(),
            time_zone: site.time_zone.name().to_owned(),
            posts_per_page: site.posts_per_page.to_string(),
            comment_policy: site.comment_policy.as_str().to_owned(),
            registration: site.registration.as_str().to_owned(),
            second_factor: site.second_factor_roles.iter().map(ToString::to_string).collect(),
            foreign_pictures: if site.foreign_pictures { "yes".to_owned() } else { String::new() },
            security_contact: site.security_contact.clone(),
            checks: Check::ALL
                .map(|check| format!("{}:{}", check.as_str(), site.checks.level(check).as_str()))
                .to_vec(),
            review_first: if site.review_first { "yes".to_owned() } else { String::new() },
        }
    }

    pub(super) fn asks_second_factor(&self, role: &Role) -> bool {
        self.second_factor.iter().any(|name| name == role.as_str())
    }

    pub(super) fn checks(&self, check: &Check, level: &CheckLevel) -> bool {
        self.checks.iter().any(|chosen| *chosen == format!("{}:{}", check.as_str(), level.as_str()))
    }

    fn chosen_checks(&self, site: &Site) -> Checks {
        let mut checks = site.checks.clone();
        for check in Check::ALL {
            let chosen = self.checks.iter().filter_map(|chosen| chosen.split_once(':'));
            let mut levels = chosen.filter(|(name, _)| *name == check.as_str());
            if let Some(level) = levels.next_back().and_then(|(_, level)| CheckLevel::parse(level)) {
                checks.set(check, level);
            }
        }
        checks
    }

    /// The settings of `site`, changed.
    pub(super) fn parse(&self, site: &Site) -> Result<Site, Errors> {
        let mut errors = Errors::default();
        let title = single_line(&self.title);
        let title_fine = (1..=120).contains(&title.chars().count());
        errors.require(title_fine, "title", "The blog needs a name of 1 to 120 characters.");
        let description = single_line(&self.description);
        errors.require(description.chars().count() <= 500, "description", "At most 500 characters, please.");
        let language = self.language.trim().to_owned();
        errors.require(
            is_language_tag(&language),
            "language",
            "Please write a language tag such as en, de or pt-BR.",
        );
        let time_zone = parse_time_zone(&self.time_zone);
        errors.require(time_zone.is_some(), "time_zone", "Please write a zone such as Europe/Berlin or UTC.");
        let posts_per_page = self.posts_per_page.trim().parse().ok().filter(|n| (5..=100).contains(n));
        errors.require(posts_per_page.is_some(), "posts_per_page", "A number from 5 to 100, please.");
        let comment_policy = CommentPolicy::parse(&self.comment_policy);
        errors.require(comment_policy.is_some(), "comment_policy", "Please choose one of these.");
        let registration = Registration::parse(&self.registration);
        errors.require(registration.is_some(), "registration", "Please choose one of these.");
        let security_contact = single_line(&self.security_contact);
        errors.require(
            security_contact.is_empty() || is_contact(&security_contact),
            "security_contact",
            "An e-mail address, or the https address of a page, please.",
        );
        errors.or(Site {
            title,
            description,
            language,
            time_zone: time_zone.unwrap_or(site.time_zone),
            posts_per_page: posts_per_page.unwrap_or(site.posts_per_page),
            comment_policy: comment_policy.unwrap_or(site.comment_policy),
            registration: registration.unwrap_or(site.registration),
            second_factor_roles: self.second_factor.iter().filter_map(|role| Role::parse(role)).collect(),
            foreign_pictures: !self.foreign_pictures.is_empty(),
            security_contact,
            checks: self.chosen_checks(site),
            review_first: !self.review_first.is_empty(),
            ..site.clone()
        })
    }
}

/// Where a security researcher can write to (RFC 9116, section 2.5.3).
fn is_contact(text: &str) -> bool {
    let is_page = || text.parse::<url::Url>().is_ok_and(|url| url.scheme() == "https" && url.has_host());
    text.len() <= 300 && (Address::parse(text).is_some() || is_page())
}

/// Which people are listed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct PeopleFilter {
    pub(super) q: String,
    pub(super) role: String,
}

/// Somebody new, made by an admin.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct UserForm {
    pub(super) name: String,
    pub(super) email: String,
    pub(super) role: String,
}

impl UserForm {
    pub(super) fn parse(&self) -> Result<(String, Address, Role), Errors> {
        let mut errors = Errors::default();
        let name = check_name(&mut errors, &self.name);
        let email = check_email(&mut errors, &self.email);
        let role = Role::parse(&self.role);
        errors.require(role.is_some(), "role", "Please choose a role.");
        match email {
            Some(email) => errors.or((name, email, role.unwrap_or(Role::Reader))),
            None => Err(errors),
        }
    }

    pub(super) fn has_role(&self, role: &Role) -> bool {
        self.role == role.as_str()
    }
}

/// Another role, or a new link, for somebody.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct RoleForm {
    role: String,
    pub(super) action: String,
}

impl RoleForm {
    pub(super) fn parse(&self) -> Option<Role> {
        Role::parse(&self.role)
    }
}

/// Another mail server, for blogs whose environment names none.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct MailForm {
    /// Never sent back: it holds a password.
    pub(super) smtp_url: String,
    pub(super) action: String,
}

impl MailForm {
    pub(super) fn parse(&self) -> Result<&str, Errors> {
        let url = self.smtp_url.trim();
        let fine = url.len() <= 500
            && url
                .parse::<url::Url>()
                .is_ok_and(|url| matches!(url.scheme(), "smtp" | "smtps") && url.has_host());
        if fine {
            return Ok(url);
        }
        Err(Errors::on("smtp_url", "Such as smtps://name:password@mail.example.org, please."))
    }
}

/// Which lines of the log are wanted.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct AuditFilter {
    pub(super) action: String,
    pub(super) person: String,
    /// A day, such as 2026-11-25.
    pub(super) since: String,
    pub(super) before: String,
}

impl AuditFilter {
    pub(super) fn wanted(&self, zone: chrono_tz::Tz) -> Wanted {
        let day = self.since.trim().parse::<chrono::NaiveDate>().ok();
        let since = day.and_then(|day| day.and_hms_opt(0, 0, 0)?.and_local_timezone(zone).earliest());
        Wanted {
            action: Action::parse(&self.action),
            person: self.person.trim().to_owned(),
            since: since.map(|since| since.to_utc()),
            before: self.before.parse().ok(),
        }
    }

    pub(super) fn has_action(&self, action: &Action) -> bool {
        self.action == action.code()
    }

    /// The address of this list; `before`: of the page behind it.
    pub(super) fn path(&self, before: Option<i64>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [("action", &self.action), ("person", &self.person), ("since", &self.since)] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        if let Some(before) = before {
            query.append_pair("before", &before.to_string());
        }
        format!("/admin/audit?{}", query.finish())
    }
}

/// Somebody who shall not wait any longer.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct WaitForm {
    pub(super) key: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_is_an_address_or_a_page() {
        for (text, fine) in [
            ("security@example.org", true),
            ("https://example.org/security", true),
            ("http://example.org", false),
            ("javascript:alert(1)", false),
            ("me", false),
        ] {
            assert_eq!(is_contact(text), fine, "{text}");
        }
    }
}
