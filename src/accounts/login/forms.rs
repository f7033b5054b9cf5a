//! The forms of logging in.

use serde::Deserialize;

/// Address and password.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct LoginForm {
    pub(super) email: String,
    pub(super) password: String,
    pub(super) next: String,
}

/// The second factor.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct CodeForm {
    pub(super) code: String,
    pub(super) next: String,
}

/// The password once more.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct AgainForm {
    pub(super) password: String,
    pub(super) challenge: String,
    pub(super) credential: String,
    pub(super) next: String,
}

/// What the browser says for a passkey.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct PasskeyForm {
    pub(super) challenge: String,
    pub(super) credential: String,
    pub(super) next: String,
}

/// Where to go afterwards: a path of this blog, or nothing (OWASP Unvalidated Redirects Cheat Sheet).
pub(in crate::accounts) fn next_path(next: &str) -> Option<&str> {
    let ours = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains(['\\', '\r', '\n', '\t'])
        && next.len() <= 2_000;
    ours.then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn class_24_the_way_on_after_a_login_stays_on_this_blog() {
        for (next, fine) in [
            ("/write", true),
            ("/posts/a?b=c#d", true),
            ("", false),
            ("//evil.example", false),
            ("/\\evil.example", false),
            ("https://evil.example", false),
            ("javascript:alert(1)", false),
            ("/\t/evil.example", false),
            ("///evil.example", false),
            ("evil.example", false),
            ("\\\\evil.example", false),
            (" //evil.example", false),
        ] {
            assert_eq!(next_path(next).is_some(), fine, "{next}");
        }
    }
}
