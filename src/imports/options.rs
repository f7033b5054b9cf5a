//! What somebody asks for.

use std::path::PathBuf;

use url::Url;

/// The program that the other blog ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum Program {
    /// A folder of Markdown files: Zola, Hugo, Jekyll.
    Markdown,
    /// An export in WXR, the XML of WordPress.
    WordPress,
    /// An export in the JSON of Ghost.
    Ghost,
}

impl Program {
    /// Those whose exports are one file, which can be sent by a form.
    pub const FILES: [Self; 2] = [Self::WordPress, Self::Ghost];

    /// As stored and sent by forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Markdown => "markdown",
            Self::WordPress => "wordpress",
            Self::Ghost => "ghost",
        }
    }

    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Markdown => "Markdown",
            Self::WordPress => "WordPress",
            Self::Ghost => "Ghost",
        }
    }

    /// The inverse of [`Program::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Markdown, Self::WordPress, Self::Ghost].into_iter().find(|program| program.as_str() == text)
    }
}

/// How to import.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Read and report only.
    pub dry_run: bool,
    /// Whose posts those are that name nobody.
    pub author: Option<String>,
    /// The folder in which the pictures of the old blog lie.
    pub media: Option<PathBuf>,
    /// Ask the old blog for pictures that are in no folder.
    pub fetch_media: bool,
    /// Where the old blog is, if its export does not say so.
    pub site: Option<Url>,
}
