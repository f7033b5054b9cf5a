//! The forms of this room.

use serde::Deserialize;

use crate::{
    accounts::{check_email, check_name},
    form::Errors,
    session::Role,
    site::{CommentPolicy, Registration, Site, parse_time_zone},
    text::single_line,
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
        }
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
        errors.or(Site {
            title,
            description,
            language,
            time_zone: time_zone.unwrap_or(site.time_zone),
            posts_per_page: posts_per_page.unwrap_or(site.posts_per_page),
            comment_policy: comment_policy.unwrap_or(site.comment_policy),
            registration: registration.unwrap_or(site.registration),
            ..site.clone()
        })
    }
}

/// BCP 47, as far as a blog needs it: letters and digits in groups of up to eight.
fn is_language_tag(text: &str) -> bool {
    let mut groups = text.split('-');
    let primary = groups.next().is_some_and(|first| {
        (2..=8).contains(&first.len()) && first.bytes().all(|byte| byte.is_ascii_alphabetic())
    });
    let rest = groups
        .all(|group| (1..=8).contains(&group.len()) && group.bytes().all(|b| b.is_ascii_alphanumeric()));
    primary && rest && text.len() <= 35
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
    pub(super) fn parse(&self) -> Result<(String, String, Role), Errors> {
        let mut errors = Errors::default();
        let name = check_name(&mut errors, &self.name);
        let email = check_email(&mut errors, &self.email);
        let role = Role::parse(&self.role);
        errors.require(role.is_some(), "role", "Please choose a role.");
        errors.or((name, email, role.unwrap_or(Role::Reader)))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_tags_are_told_from_other_words() {
        for (tag, fine) in [
            ("en", true),
            ("pt-BR", true),
            ("zh-Hant-TW", true),
            ("e", false),
            ("", false),
            ("en us", false),
            ("\"><b>", false),
        ] {
            assert_eq!(is_language_tag(tag), fine, "{tag}");
        }
    }
}
