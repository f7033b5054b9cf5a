//! One error for the whole application: it knows a status and one fixed sentence, never a page. A layer
//! (`html::error_pages`) turns it into a page or, under `/api`, into problem+json, and logs the cause once.

use std::{borrow::Cow, sync::Arc};

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::crypto::Busy;

/// The result of nearly everything here.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong in a request. The reader is told the status and a fixed sentence; the cause goes to the log.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// 404: not there, or not for this visitor, who must not learn which.
    #[error("not found")]
    NotFound,
    /// 410: was here once, and is gone for good.
    #[error("gone")]
    Gone,
    /// 410: was here for a time that its author set, and the time is over.
    #[error("expired")]
    Expired,
    /// 403: known who you are; you may not.
    #[error("forbidden")]
    Forbidden,
    /// 403: nobody may, for now; the sentence says why.
    #[error("refused: {0}")]
    Refused(&'static str),
    /// 403: the form came from another site (or from a page that hides where it came from).
    #[error("cross-site request")]
    CrossSite,
    /// Sent to the login page, and back afterwards.
    #[error("login required")]
    LoginRequired,
    /// Sent to prove once more who they are, and back afterwards.
    #[error("proof required")]
    ProofRequired,
    /// Sent to set up a second factor: the role asks for one.
    #[error("second factor required")]
    SecondFactorRequired,
    /// 400: the request itself is malformed; the sentence says how.
    #[error("bad request: {0}")]
    BadRequest(&'static str),
    /// 405: the address exists, but not for this method.
    #[error("method not allowed")]
    MethodNotAllowed,
    /// 413: more than the limit.
    #[error("too large")]
    TooLarge,
    /// 415: a body of a kind that this address does not take.
    #[error("unsupported media type")]
    UnsupportedMediaType,
    /// 409: somebody else was faster.
    #[error("conflict")]
    Conflict,
    /// 429: too often; seconds until it is worth trying again.
    #[error("too many requests")]
    TooMany {
        /// Seconds to wait.
        retry_after: u32,
    },
    /// 503: the database (or time) is away; seconds until it is worth trying again.
    #[error("unavailable: {cause}")]
    Unavailable {
        /// Seconds to wait.
        retry_after: u32,
        /// What was away; for the log.
        cause: Arc<anyhow::Error>,
    },
    /// 500: our fault.
    #[error("internal error: {0:#}")]
    Internal(anyhow::Error),
}

/// What a failed request carries to the error layer, in the response's extensions.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The HTTP status.
    pub status: StatusCode,
    /// What the reader may know.
    pub sentence: Cow<'static, str>,
    /// What only the log may know.
    pub cause: Option<Arc<anyhow::Error>>,
    /// What the visitor has to do first.
    pub first: Option<First>,
    /// The request came from another site.
    pub cross_site: bool,
}

/// What a visitor has to do before the request can succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First {
    /// Log in.
    LogIn,
    /// Prove once more who they are.
    Prove,
    /// Set up a second factor.
    SecondFactor,
}

impl Error {
    /// 503 with the cause for the log.
    pub fn unavailable(cause: impl Into<anyhow::Error>) -> Self {
        Self::Unavailable { retry_after: 5, cause: Arc::new(cause.into()) }
    }

    /// The status that the reader's browser gets.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Gone | Self::Expired => StatusCode::GONE,
            Self::Forbidden | Self::Refused(_) | Self::CrossSite | Self::SecondFactorRequired => {
                StatusCode::FORBIDDEN
            }
            Self::LoginRequired | Self::ProofRequired => StatusCode::UNAUTHORIZED,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Conflict => StatusCode::CONFLICT,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn sentence(&self) -> &'static str {
        match self {
            Self::NotFound => "There is no page at this address.",
            Self::Gone => "This page was here once; it has been removed for good.",
            Self::Expired => "This page was here for a time, and that time is over.",
            Self::Forbidden => "Your account may not do this.",
            Self::CrossSite => {
                "This form was sent from another site, so nothing was changed. Open the page here and try again."
            }
            Self::LoginRequired => {
                "Your session is over, so nothing was changed. Please log in and send this again."
            }
            Self::ProofRequired => {
                "This needs a fresh proof that it is you. Please confirm it and send this again."
            }
            Self::SecondFactorRequired => "Your role asks for a second factor. Please set one up first.",
            Self::BadRequest(sentence) | Self::Refused(sentence) => sentence,
            Self::MethodNotAllowed => "This address cannot be used in that way.",
            Self::TooLarge => "What you sent is too large. Go back, make it smaller and send it again.",
            Self::UnsupportedMediaType => "This address does not take data of that kind.",
            Self::Conflict => "Somebody else changed this at the same moment. Go back, reload and try again.",
            Self::TooMany { .. } => "That was too often in a short time. Please wait a little and try again.",
            Self::Unavailable { .. } => {
                "The blog cannot reach its database for the moment. Please try again shortly."
            }
            Self::Internal(_) => "Something went wrong on our side. It has been noted.",
        }
    }

    fn retry_after(&self) -> Option<u32> {
        match self {
            Self::TooMany { retry_after } | Self::Unavailable { retry_after, .. } => Some(*retry_after),
            _ => None,
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let status = self.status();
        let sentence = self.sentence();
        let retry_after = self.retry_after();
        let cross_site = matches!(self, Self::CrossSite);
        let first = match self {
            Self::LoginRequired => Some(First::LogIn),
            Self::ProofRequired => Some(First::Prove),
            Self::SecondFactorRequired => Some(First::SecondFactor),
            _ => None,
        };
        let cause = match self {
            Self::Unavailable { cause, .. } => Some(cause),
            Self::Internal(cause) => Some(Arc::new(cause)),
            _ => None,
        };

        // the plain sentence is what remains should the error layer itself fail
        let mut response = (status, sentence).into_response();
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response.extensions_mut().insert(Failure {
            status,
            sentence: sentence.into(),
            cause,
            first,
            cross_site,
        });
        response
    }
}

impl From<anyhow::Error> for Error {
    fn from(error: anyhow::Error) -> Self {
        if error.is::<Busy>() {
            return Self::TooMany { retry_after: 5 };
        }
        match error.downcast::<sqlx::Error>() {
            Ok(error) => error.into(),
            Err(error) => Self::Internal(error),
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        if is_away(&error) { Self::unavailable(error) } else { Self::Internal(error.into()) }
    }
}

/// True when the database cannot be reached or has no time for us: worth a later try.
fn is_away(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::Io(_)
        | sqlx::Error::Tls(_) => true,
        // PostgreSQL error codes (appendix A): connection trouble, too many connections, shutting down or starting
        // up or closed to us, statement cancelled by its timeout, lock not had in time, read-only while failing over
        sqlx::Error::Database(error) => error.code().is_some_and(|code| {
            code.starts_with("08")
                || matches!(
                    &*code,
                    "53300" | "57P01" | "57P02" | "57P03" | "57014" | "55000" | "55P03" | "25006"
                )
        }),
        _ => false,
    }
}

/// A row that may be missing.
pub trait OrNotFound<T> {
    /// The row, or 404.
    fn or_not_found(self) -> Result<T>;
}

impl<T> OrNotFound<T> for Option<T> {
    fn or_not_found(self) -> Result<T> {
        self.ok_or(Error::NotFound)
    }
}

/// A write that a unique constraint may refuse.
pub trait UnlessTaken<T> {
    /// `Ok(None)` when the write broke *that* constraint; any other failure stays an error.
    fn unless_taken(self, constraint: &str) -> Result<Option<T>>;
}

impl<T> UnlessTaken<T> for Result<T, sqlx::Error> {
    fn unless_taken(self, constraint: &str) -> Result<Option<T>> {
        match self {
            Ok(value) => Ok(Some(value)),
            Err(sqlx::Error::Database(error)) if error.constraint() == Some(constraint) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

impl<T> UnlessTaken<T> for Result<T, Error> {
    fn unless_taken(self, constraint: &str) -> Result<Option<T>> {
        match self {
            Err(Error::Internal(cause)) => match cause.downcast::<sqlx::Error>() {
                Ok(error) => Err::<T, _>(error).unless_taken(constraint),
                Err(cause) => Err(Error::Internal(cause)),
            },
            other => other.map(Some),
        }
    }
}
