//! What is noted.

use chrono::{DateTime, Utc};
use ipnetwork::IpNetwork;

macro_rules! actions {
    ($($name:ident $code:literal $label:literal,)*) => {
        /// Something that matters for safety.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Action {
            $(#[doc = $label] $name,)*
        }

        impl Action {
            /// All of them, in the order of the filter.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// As kept; never changes its meaning.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// For people.
            pub fn label(self) -> &'static str {
                match self { $(Self::$name => $label,)* }
            }
        }
    };
}

actions! {
    SignIn "sign_in" "signed in",
    SignInFailed "sign_in_failed" "failed to sign in",
    SignInHeldUp "sign_in_held_up" "was made to wait before signing in",
    SignOut "sign_out" "signed out",
    SessionsEnded "sessions_ended" "ended sessions",
    Registered "registered" "registered",
    EmailVerified "email_verified" "confirmed an address",
    Approved "approved" "let somebody in",
    Declined "declined" "turned somebody away",
    InviteMade "invite_made" "made an invitation",
    InviteRevoked "invite_revoked" "revoked an invitation",
    AccountMade "account_made" "made an account",
    Imported "imported" "imported another blog",
    RoleChanged "role_changed" "changed a role",
    PasswordChanged "password_changed" "changed the password",
    PasswordReset "password_reset" "set a password by link",
    LinkShown "link_shown" "had a password link shown",
    EmailChangeAsked "email_change_asked" "asked for another address",
    EmailChanged "email_changed" "changed the address",
    SecondFactorOn "second_factor_on" "set up a second factor",
    SecondFactorOff "second_factor_off" "removed the second factor",
    RecoveryCodesMade "recovery_codes_made" "made recovery codes",
    RecoveryCodeUsed "recovery_code_used" "used a recovery code",
    PasskeyAdded "passkey_added" "added a passkey",
    PasskeyRemoved "passkey_removed" "removed a passkey",
    SettingsChanged "settings_changed" "changed the settings",
    MailChanged "mail_changed" "changed the mail server",
    WaitLifted "wait_lifted" "lifted a wait",
    RedirectsChanged "redirects_changed" "changed the redirects",
    DataExported "data_exported" "took a copy of their data",
    AuditExported "audit_exported" "took a copy of this log",
    AccountDeleted "account_deleted" "deleted an account",
    KeysRotated "keys_rotated" "rotated the keys",
}

impl Action {
    /// The inverse of [`Action::code`].
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.code() == code)
    }
}

/// A line of the log.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its number.
    pub id: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// The handle of who did it, or `somebody`, or `command line`.
    pub actor: String,
    /// The code of the action.
    pub action: String,
    /// To whom or what.
    pub target: String,
    /// More about it.
    pub detail: String,
    /// From which network; erased after a year.
    pub network: Option<IpNetwork>,
}

impl Entry {
    /// What was done, for people.
    pub fn label(&self) -> &str {
        Action::parse(&self.action).map_or(self.action.as_str(), |action| action.label())
    }
}

/// Which lines are wanted; `None` and empty mean all.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// One action.
    pub action: Option<Action>,
    /// The handle of who did it, or to whom.
    pub person: String,
    /// Not before this moment.
    pub since: Option<DateTime<Utc>>,
    /// Before this number.
    pub before: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_a_code_of_its_own() {
        for action in Action::ALL {
            assert_eq!(Action::parse(action.code()), Some(*action), "{}", action.label());
        }
    }
}
